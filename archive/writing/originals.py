"""What a revisit record may point to: payloads of whole answers of status 200 that the archive durably has.

The writer asks for each answer before it is written. A payload of this crawl is known by its digest once it is on the
disk (the latest hundred thousand of them); one of earlier crawls is found in the merged index. Neither is trusted: the
record is read back and its payload hashed, so that nothing ever rests on a file that is gone, cut or rotten.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.dates import read_date
from archive.digests import normal_digest
from archive.format.exchange import Exchange
from archive.format.fields import read_fields
from archive.format.message import Answer, is_chunked, read_answer
from archive.format.responses import hash_payload, target_url
from archive.index.bodykeys import read_request
from archive.index.lookup import Lookup
from archive.writing.marks import Marks
from archive.writing.runbook import read_records_at

# Smaller payloads are always written: a revisit's own header fields would weigh as much.
LEAST_PAYLOAD = 1024

_MOST_KNOWN = 100_000
_MOST_READ = 256
_OFFSET_BITS = 48
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})


@dataclass(frozen=True, slots=True)
class Original:
    """A response record, as a revisit record names it."""

    path: Path
    offset: int
    record_id: str
    url: str
    date: str  # WARC-Date, as written
    digest: str
    headers: tuple[tuple[str, str], ...]
    chunked: bool

    def header(self, name: str) -> list[str]:
        """The values of every header of that lower-case name."""
        return [value for key, value in self.headers if key.lower() == name]


class Originals:
    """The payloads that one writer may point to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lookup: Lookup | None = None
        self._files: list[str] = []  # of this crawl, by number
        self._known = Marks()  # digest → number of the file and offset, of what is on the disk
        self._waiting: list[tuple[int, int]] = []
        self._read: OrderedDict[str, Original] = OrderedDict()

    def find(self, exchange: Exchange, answer: Answer, digest: str) -> Original | None:
        """The record whose payload an answer repeats, or, for a 304, the record that it says is still good."""
        if exchange.status == 304:
            return self._find_unmodified(exchange)
        if not _is_repeatable(exchange, answer):
            return None
        original = self._find_payload(digest)
        # A reader takes the head of the one and the body of the other: they must be framed and encoded alike.
        fits = original is not None and (original.chunked, original.header("content-encoding")) == (
            is_chunked(answer),
            answer.values("content-encoding"),
        )
        return original if fits else None

    def note(self, exchange: Exchange, answer: Answer, digest: str, warc: str, offset: int) -> None:
        """A response record was written; it may be pointed to once ``settle`` says that it is on the disk."""
        if _is_repeatable(exchange, answer):
            if not self._files or self._files[-1] != warc:
                self._files.append(warc)
            self._waiting.append((_mark(digest), len(self._files) - 1 << _OFFSET_BITS | offset))

    def settle(self) -> None:
        """What was noted is on the disk."""
        for digest, place in self._waiting:
            self._known.note(digest, place)
        self._waiting.clear()
        if len(self._known) > _MOST_KNOWN:
            self._known.forget_older_half()

    def _find_payload(self, digest: str) -> Original | None:
        if digest not in self._read:
            original = next(filter(None, (read_original(*place, digest) for place in self._places(digest))), None)
            if original is None:
                return None
            self._read[digest] = original
            while len(self._read) > _MOST_READ:
                self._read.popitem(last=False)
        return self._read[digest]

    def _places(self, digest: str) -> Iterator[tuple[Path, int]]:
        """Where the payload may lie: the earliest record of the index first."""
        lookup = self._open_lookup()
        for place in lookup.places(digest):
            yield lookup.path_of(place.filename), place.offset
        known = self._known.get(_mark(digest))
        if known is not None:
            yield self._folder / self._files[known >> _OFFSET_BITS], known & (1 << _OFFSET_BITS) - 1

    def _find_unmodified(self, exchange: Exchange) -> Original | None:
        """The latest whole answer of the URL before this one whose validators the request sent."""
        asked = {value for name, value in read_fields(exchange.request) if name.lower() in _CONDITIONS}
        if not asked or read_request(exchange.request)[0] != "GET":
            return None
        lookup = self._open_lookup()
        until = "".join(filter(str.isdigit, read_date(exchange.captured_at)))[:14]
        entries = [entry for entry in lookup.captures(exchange.url, until=until) if entry.status == 200]
        for entry in reversed(entries):
            if entry.url == exchange.url and not entry.is_revisit and entry.digest:
                original = read_original(lookup.path_of(entry.filename), entry.offset, entry.digest)
                if original and asked & {*original.header("etag"), *original.header("last-modified")}:
                    return original
        return None

    def _open_lookup(self) -> Lookup:
        if self._lookup is None:
            self._lookup = Lookup(self._folder)
        return self._lookup


def is_conditional(exchange: Exchange) -> bool:
    """Whether a request asked for the page only if it changed."""
    return any(name.lower() in _CONDITIONS for name, _ in read_fields(exchange.request.partition(b"\r\n\r\n")[0]))


def _mark(digest: str) -> int:
    """A digest in 64 bits: enough, because the record is read back before anything points to it."""
    return hash(digest) & (1 << 64) - 1


def read_original(path: Path, offset: int, digest: str) -> Original | None:
    """The response record at an offset if it is whole, of status 200 and its payload has the digest."""
    record = next(iter(read_records_at(path, offset)), None)
    if record is None or record.type != "response" or record.id is None:
        return None
    if record.header("warc-truncated") or record.header("warc-segment-number"):
        return None
    answer, date = read_answer(record.block), record.header("warc-date")
    if answer is None or answer.status != 200 or not date or hash_payload(record) != normal_digest(digest):
        return None
    return Original(
        path, record.offset, record.id, target_url(record), date, digest, answer.headers, is_chunked(answer)
    )


def _is_repeatable(exchange: Exchange, answer: Answer) -> bool:
    """Whether the payload is worth pointing to, and to be pointed to."""
    if exchange.status != 200 or exchange.truncated or exchange.rebuilt:
        return False
    return answer.head_whole and len(exchange.payload) >= LEAST_PAYLOAD
