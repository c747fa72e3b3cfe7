"""What a request is given in a re-walk: the nearest whole answer, else its failure again, else nothing.

An answer goes before a failure whatever their times, because a page that once came says more than a day on which it did
not. 304 stands for the body that it confirms; a revisit borrows its payload. What was cut fails as it did.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.http import Response

from archive.format.message import Answer, read_answer
from archive.format.record import Record
from archive.format.responses import NOT_MODIFIED, Payload, read_payload
from archive.index.cdxj import Entry
from archive.opening import final_name
from archive.position import Position
from archive.reading.revisits import PayloadAt, Resolver
from archive.rewalk.failures import Failures, make_error, make_truncation_error
from archive.rewalk.holdings import Holdings, make_body_key
from archive.wire.resuming import make_response
from archive.writing.runbook import read_records_at


@dataclass(frozen=True, slots=True)
class Given:
    """An outcome of the archive. ``positions``: the captures that it was made of, the one that counts last."""

    positions: tuple[Position, ...]
    response: Response | None = field(default=None, repr=False)
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    entry: Entry
    record: Record = field(repr=False)
    answer: Answer = field(repr=False)
    payload: Payload | None = field(repr=False)
    position: Position

    @property
    def is_unchanged(self) -> bool:
        return self.answer.status == 304 or _is_not_modified(self.record)


class Answers:
    """The archive as the spiders see it."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._failures = Failures(holdings)
        self._resolver = Resolver(holdings.paths)  # for revisits that state no digest

    def find(self, request: Request) -> Given | None:
        """What the archive has to a request; ``None`` where it has nothing."""
        url, method = urldefrag(request.url)[0], request.method
        content_type = (request.headers.get("Content-Type") or b"").decode("latin-1")
        body_key = make_body_key(method, content_type, bytes(request.body))
        return self._find_answer(url, method, body_key) or self._find_failure(url, method, body_key)

    def _find_answer(self, url: str, method: str, body_key: str) -> Given | None:
        entries = self._holdings.answers(url, method, body_key)
        cut: _Held | None = None
        for held in self._read(entries, url, method):
            if held.is_unchanged:
                return self._find_body(held, entries, url, method)
            if held.payload is None:
                continue
            if not held.payload.truncated:
                return Given((held.position,), make_response(url, held.record, held.answer, held.payload))
            cut = cut or held
        if cut is None:
            return None
        return Given((cut.position,), error=make_truncation_error(cut.record.header("warc-truncated")))

    def _find_body(self, unchanged: _Held, entries: list[Entry], url: str, method: str) -> Given:
        """The body that a 304 confirms: the latest before it; the 304 itself where there is none."""
        bodies = [entry for entry in entries if entry.status == 200]
        before = [entry for entry in bodies if entry.timestamp <= unchanged.entry.timestamp]
        before.sort(key=lambda entry: (entry.timestamp, entry.filename, entry.offset), reverse=True)
        for held in self._read([*before, *(entry for entry in bodies if entry not in before)], url, method):
            if held.payload is not None and not held.payload.truncated and not held.is_unchanged:
                positions = (unchanged.position, held.position)
                return Given(positions, make_response(url, held.record, held.answer, held.payload))
        nothing = Payload(b"", "", unchanged.answer)
        return Given((unchanged.position,), make_response(url, unchanged.record, unchanged.answer, nothing))

    def _read(self, entries: list[Entry], url: str, method: str) -> Iterator[_Held]:
        """The entries whose records are there and hold an answer."""
        for entry in entries:
            path = self._holdings.path_of(entry)
            record = next(iter(read_records_at(Path(path), entry.offset)), None)
            answer = read_answer(record.block) if record else None
            if record is None or answer is None:
                continue
            payload, original = self._find_payload(record)
            position = Position(
                path=Path(path),
                warc=final_name(path),
                offset=entry.offset,
                record_id=record.id or "",
                url=url,
                method=method,
                status=answer.status,
                captured_at=record.header("warc-date") or "",
                original=original,
            )
            yield _Held(entry, record, answer, payload, position)

    def _find_payload(self, record: Record) -> tuple[Payload | None, tuple[Path, int] | None]:
        """The payload, and, of a revisit, where it lies."""
        if record.type != "revisit":
            return read_payload(record), None
        if _is_not_modified(record):
            return None, None
        stated = record.header("warc-payload-digest")
        for path, offset in self._holdings.places(stated) if stated else ():
            if (payload := PayloadAt(path, offset).find(record)) is not None:
                return payload, (Path(path), offset)
        return self._resolver.find(record), None

    def _find_failure(self, url: str, method: str, body_key: str) -> Given | None:
        failed = self._failures.find(url, method, body_key)
        if failed is None:
            return None
        position = Position(
            path=Path(failed.path),
            warc=final_name(failed.path),
            offset=failed.offset,
            record_id=failed.record_id,
            url=url,
            method=method,
            status=None,
            captured_at=failed.captured_at,
        )
        return Given((position,), error=make_error(failed.outcome, failed.said))


def _is_not_modified(record: Record) -> bool:
    return NOT_MODIFIED in (record.header("warc-profile") or "")
