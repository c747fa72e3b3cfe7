"""One record's block held against its header: digests, the HTTP message in it, what its type asks for."""

from archive.verifying.facts import FactCollector
from archive.verifying.heads import ARC, Head
from archive.verifying.labelled import Digest, UnknownAlgorithmError, read_digest
from archive.verifying.messages import Digests, Message, MessageReader, fits
from archive.verifying.problems import Findings, show_text

_MESSAGE_TYPES = frozenset({"response", "request", "revisit"})

# ISO 28500, 6.7.2 and 6.7.3, and the profile that WARC 1.0 writers used for another URL's payload.
_PROFILES = ("identical-payload-digest", "server-not-modified")


class Inspection:
    """Takes in a block piece by piece; ``finish`` tells what does not fit."""

    def __init__(self, head: Head, findings: Findings, collector: FactCollector) -> None:
        self._head = head
        self._findings = findings
        self._collector = collector
        self._block_digest = self._stated("WARC-Block-Digest")
        self._payload_digest = self._stated("WARC-Payload-Digest")
        wanted = {self._payload_digest.algorithm} if self._payload_digest else set()
        if not wanted and head.type in ("response", "resource"):
            wanted = {"sha1"}  # what revisits elsewhere most likely name
        block = {self._block_digest.algorithm} if self._block_digest else set()
        self._message = MessageReader(head, wanted, findings) if _holds_message(head) else None
        self._block = Digests(block if self._message else block | wanted)
        self.readings: list[dict[str, Digest]] = []  # of the payload's digest, once the block is whole
        self.vouched = False  # whether the block's own digest says that it is as it was
        if head.type == "revisit":
            self._check_revisit()

    def feed(self, piece: bytes) -> None:
        """The next bytes of the block."""
        self._block.update(piece)
        if self._message:
            self._message.feed(piece)

    def finish(self) -> int:
        """The block is whole. Returns how many bytes an HTTP body lacks (below zero: has too many)."""
        found = self._block.results()
        self.vouched = self._block_digest is not None and found[self._block_digest.algorithm] == self._block_digest
        if self._block_digest and not self.vouched:
            other = found[self._block_digest.algorithm]
            self._findings.tell("block-digest", self._head, found=other, stated=self._block_digest)
        message = self._message.finish() if self._message else None
        self.readings = [message.payload, message.framed] if message else [found]
        self._check_payload(self.readings)
        self._keep(message)
        return message.lack if message else 0

    def abandon(self) -> None:
        """The block is not whole: only what the header says counts."""
        self._keep(None)

    def _keep(self, message: Message | None) -> None:
        stated = self._payload_digest
        told = [{stated.algorithm: stated}] if stated else []
        self._collector.add(self._head, message, [*self.readings, *told])

    def _check_payload(self, readings: list[dict[str, Digest]]) -> None:
        stated = self._payload_digest
        if stated is None or self._head.type == "revisit" or self._head.values("warc-segment-number"):
            return  # of a payload that lies elsewhere, or that goes on in other segments
        which = fits(stated, readings)
        if which is None:
            self._findings.tell("payload-digest", self._head, found=readings[0][stated.algorithm], stated=stated)
        elif which:
            self._findings.tell("payload-digest-framed", self._head)

    def _check_revisit(self) -> None:
        profile = self._head.value("warc-profile") or ""
        if not profile:
            return  # the field rules have told it
        if not profile.rstrip("/>").endswith(_PROFILES):
            self._findings.tell("revisit-profile", self._head, found=show_text(profile))
        elif not profile.rstrip("/>").endswith(_PROFILES[1]) and not self._head.value("warc-payload-digest"):
            self._findings.tell("revisit-digest", self._head)

    def _stated(self, name: str) -> Digest | None:
        value = self._head.value(name.lower())
        try:
            return read_digest(value) if value else None
        except UnknownAlgorithmError as error:
            self._findings.tell("digest-unknown", self._head, field=name, found=show_text(str(error)))
        except ValueError:
            pass  # the field rules have told it
        return None


def _holds_message(head: Head) -> bool:
    """Whether the block is an HTTP message: by its Content-Type, else by its URL."""
    if head.type not in _MESSAGE_TYPES or (head.type == "revisit" and not head.length):
        return False
    media_type = (head.value("content-type") or "").lower().partition(";")[0].strip()
    if media_type and head.version != ARC:
        return media_type == "application/http"
    return (head.value("warc-target-uri") or "").lower().lstrip("<").startswith(("http:", "https:"))
