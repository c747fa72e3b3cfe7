"""HTTP messages in blocks, read piece by piece: the head, whether the body is as the head says, and its digests.

The payload's digest has two readings. The standard's (ISO 28500, 5.9) is the entity body: transfer encoding off,
content encoding on. warcio and fastwarc hash whatever follows the head, chunk framing included.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.format.message import Answer, content_length, is_chunked, read_answer, read_headers
from archive.verifying.chunks import ChunkDecoder, State
from archive.verifying.heads import CRLF, MOST_HEADER, Head
from archive.verifying.labelled import Digest, Hash, start_digest
from archive.verifying.problems import Findings, show_bytes, show_text

_HEAD_END = re.compile(rb"\n\r*\n")
_REQUEST_LINE = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ \S.* HTTP/\d(\.\d)?[ \t]*\r*\n?")
_REASON = re.compile(rb"\S+[ \t]+\d{3}[ \t]+[^\s]")

# After an interim head the final one begins; so much of it tells the two apart.
_NEXT_LINE = 32

_BODYLESS = frozenset({204, 304})


class Digests:
    """One or several digests of the same bytes."""

    def __init__(self, algorithms: Iterable[str]) -> None:
        self._hashes: dict[str, Hash] = {name: start_digest(name) for name in sorted(set(algorithms))}

    def update(self, piece: bytes) -> None:
        """Take in further bytes."""
        for started in self._hashes.values():
            started.update(piece)

    def results(self) -> dict[str, Digest]:
        """By algorithm."""
        return {name: Digest(name, started.digest()) for name, started in self._hashes.items()}


@dataclass(frozen=True, slots=True)
class Message:
    """What a block turned out to hold.

    ``lack``: so many bytes are missing of the body that its head announces, of chunks at least; below zero, too many.
    """

    payload: dict[str, Digest]  # the standard's reading, by algorithm
    framed: dict[str, Digest]  # everything after the first head
    lack: int = 0
    bodyless: bool = False  # a body is announced and none is there: right, if HEAD was asked
    method: str = ""  # of a request


class MessageReader:
    """Reads one message. ``kind`` is ``response``, ``request`` or ``revisit`` (whose body is left out)."""

    def __init__(self, record: Head, algorithms: Iterable[str], findings: Findings) -> None:
        self._record = record
        self._findings = findings
        self._algorithms = list(algorithms)
        self._payload = Digests(self._algorithms)
        self._framed: Digests | None = None
        self._head = b""
        self._tried = 0
        self._answer: Answer | None = None
        self._in_body = False
        self._headless = False
        self._decoder: ChunkDecoder | None = None
        self._first = b""  # of the body
        self._size = 0  # of the body, framing included

    def feed(self, piece: bytes) -> None:
        """Take in the next bytes of the block."""
        if self._in_body:
            self._feed_body(piece)
            return
        self._head += piece
        # Looking again only when there is half as much more keeps a head that comes in crumbs cheap.
        if len(self._head) >= self._tried + self._tried // 2:
            self._tried = len(self._head)
            self._try_head(last=False)

    def finish(self) -> Message:
        """The block has ended: tell what is wrong with the message, and say what it holds."""
        if not self._in_body:
            self._try_head(last=True)
        if self._decoder and self._is_not_chunked():
            self._payload = self._framed or self._payload
        method = self._head.split(b" ", 1)[0].decode("latin-1") if self._record.type == "request" else ""
        bodyless = False
        if self._record.type == "response" and self._answer and not self._headless:
            bodyless = self._check_body(self._answer)
        return Message(
            payload=self._payload.results(),
            framed=self._framed.results() if self._framed else {},
            lack=self._find_lack(),
            bodyless=bodyless,
            method=method,
        )

    def _try_head(self, *, last: bool) -> None:
        match = _HEAD_END.search(self._head)
        if match is None and not last and len(self._head) < MOST_HEADER:
            return
        if self._record.type == "request":
            self._take_request(match.end() if match else None)
            return
        answer = read_answer(self._head) if self._head else None
        interim = answer is not None and answer.head_whole and 100 <= answer.status < 200
        if answer and interim and not last and len(self._head) < min(answer.body_at + _NEXT_LINE, MOST_HEADER):
            return
        self._answer = answer
        first_end = match.end() if match else len(self._head)
        self._take_answer(answer, first_end)

    def _take_request(self, end: int | None) -> None:
        first = self._head.partition(b"\n")[0]
        if self._head and not _REQUEST_LINE.fullmatch(first):
            self._findings.tell("http-request-line", self._record, found=show_bytes(first, 60))
        elif end is None and self._head:
            self._findings.tell("http-request-head", self._record)
        at = len(self._head) if end is None else end
        headers, names = read_headers(self._head[:at])
        self._answer = Answer("", 0, headers, 0, at, end is not None, names)
        self._begin_body(at, at)

    def _take_answer(self, answer: Answer | None, first_end: int) -> None:
        if answer is None:
            self._headless = True
            if self._head or self._record.type == "response":
                self._findings.tell("http-status-line", self._record, found=show_bytes(self._head))
            self._begin_body(0, 0)
            return
        self._check_head(answer)
        self._begin_body(answer.body_at, first_end)

    def _check_head(self, answer: Answer) -> None:
        head = self._head[answer.start : answer.body_at]
        if not answer.head_whole and not self._record.value("warc-truncated"):
            self._findings.tell("http-head", self._record)
        line, _, rest = head.partition(b"\n")
        if not _REASON.match(line):
            self._findings.tell("http-no-reason", self._record, found=show_text(line.decode("latin-1").strip()))
        for each in rest.split(b"\n"):
            if each.strip() and b":" not in each and each[:1] not in (b" ", b"\t"):
                self._findings.tell("http-header", self._record, found=show_bytes(each.rstrip(b"\r"), 60))
                break

    def _begin_body(self, at: int, first_end: int) -> None:
        """``at``: where the final head ends; ``first_end``: where the first one does, for the framed reading."""
        self._in_body = True
        chunked = self._answer is not None and is_chunked(self._answer) and self._record.type != "revisit"
        if chunked:
            self._decoder = ChunkDecoder()
        if chunked or at != first_end:
            self._framed = Digests(self._algorithms)
            self._framed.update(self._head[first_end:at])
        body, self._head = self._head[at:], self._head[: min(at, 64)]
        self._feed_body(body)

    def _feed_body(self, piece: bytes) -> None:
        if not piece:
            return
        self._first = self._first or piece[:64]
        self._size += len(piece)
        if self._framed:
            self._framed.update(piece)
        if self._decoder is None:
            self._payload.update(piece)
            return
        for part in self._decoder.feed(piece):
            self._payload.update(part)

    def _is_not_chunked(self) -> bool:
        return self._decoder is not None and self._size > 0 and self._decoder.chunks == 0

    def _find_lack(self) -> int:
        if self._answer is None or self._record.type == "revisit":
            return 0
        if self._decoder and self._decoder.state is State.DONE:
            return -self._decoder.after
        if self._decoder:  # how much is missing of chunks nobody knows, but for the last line end
            return 0 if self._is_not_chunked() else len(CRLF)
        stated = content_length(self._answer)
        return stated - self._size if stated is not None and self._size else 0

    def _check_body(self, answer: Answer) -> bool:
        """Hold the body against its head; true where a body is announced and there is none at all."""
        if answer.status in _BODYLESS or answer.status < 200 or not answer.head_whole:
            return False
        truncated = self._record.value("warc-truncated") or self._record.value("warc-segment-number")
        stated = content_length(answer)
        if not self._size:
            return not truncated and (self._decoder is not None or bool(stated))
        if self._decoder:
            self._check_chunks(self._decoder, truncated=bool(truncated))
        elif stated is not None and stated < self._size:
            self._findings.tell("http-body-long", self._record, found=self._size, stated=stated)
        elif stated is not None and stated > self._size and not truncated:
            self._findings.tell("http-body-short", self._record, found=self._size, stated=stated)
        return False

    def _check_chunks(self, decoder: ChunkDecoder, *, truncated: bool) -> None:
        if decoder.after:
            self._findings.tell("http-after-chunks", self._record, count=decoder.after)
        if truncated or decoder.state in (State.DONE, State.TRAILERS):
            return
        if self._is_not_chunked():
            # A block digest says that these are the bytes that came: then the server, not a tool, left the chunks out.
            code = "http-sent-unchunked" if self._record.value("warc-block-digest") else "http-not-chunked"
            self._findings.tell(code, self._record, found=show_bytes(self._first))
        elif decoder.state is State.BROKEN:
            self._findings.tell("http-chunks", self._record)
        else:
            self._findings.tell("http-chunks-short", self._record)


def fits(stated: Digest, found: Sequence[dict[str, Digest]]) -> int | None:
    """Which of several readings has the digest that is stated."""
    for number, reading in enumerate(found):
        if reading.get(stated.algorithm) == stated:
            return number
    return None
