"""Requests that the archive knows to have failed, and the same failures again.

They are in no index, for nothing was captured. So the archive is read for them, once and only when a request is asked
for that has no answer; what the indexes name is passed over unread.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.python.failure import Failure as TwistedFailure
from twisted.web.client import ResponseFailed

from archive.errors import ArchiveError
from archive.format.fields import MEDIA_TYPE, read_fields
from archive.format.record import Broken, Record
from archive.format.records import read_records
from archive.format.responses import target_url
from archive.index.bodykeys import read_request
from archive.index.cdxj import read_timestamp
from archive.opening import open_archive
from archive.rewalk.holdings import Holdings

logger = logging.getLogger(__name__)

_KINDS: dict[str, type[Exception]] = {
    "dns": CannotResolveHostError,
    "refused": DownloadConnectionRefusedError,
    "timeout": DownloadTimeoutError,
    "too-large": DownloadCancelledError,
    "disconnected": ResponseDataLossError,
}
_CAUSES: dict[str, Callable[[], Exception]] = {"tls": TLSError, "reset": ConnectionLost, "unreachable": ConnectError}
_OUTCOMES = {"time": "timeout", "length": "too-large"}  # of WARC-Truncated


@dataclass(frozen=True, slots=True)
class Failed:
    """A request without an answer: the metadata record that tells of it."""

    path: str
    offset: int
    record_id: str
    captured_at: str  # as WARC-Date
    outcome: str
    said: str


class Failures:
    """The failed requests of an archive, by method, address and body."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._found: dict[tuple[str, str, str], list[Failed]] | None = None

    def find(self, url: str, method: str, body_key: str) -> Failed | None:
        """The failure nearest to the moment."""
        if self._found is None:
            self._found = self._read_all()
        found = self._found.get((method, url, body_key), [])
        return min(found, key=self._distance, default=None)

    def _distance(self, failed: Failed) -> tuple[float, str, int]:
        return self._holdings.moment.distance(read_timestamp(failed.captured_at)), failed.captured_at, failed.offset

    def _read_all(self) -> dict[tuple[str, str, str], list[Failed]]:
        logger.info("%d archive files are looked through for requests that failed", len(self._holdings.paths))
        found: dict[tuple[str, str, str], list[Failed]] = defaultdict(list)
        for path in self._holdings.paths:
            for key, failed in _read_failures(path, self._holdings.entries_of(path)):
                found[key].append(failed)
        return found


def _read_failures(path: str, known: list[tuple[int, int]]) -> Iterator[tuple[tuple[str, str, str], Failed]]:
    requests: dict[str, Record] = {}
    for record in _read_between(path, known):
        if record.type == "request" and record.id:
            requests[record.id] = record
        elif record.type == "metadata" and (record.header("content-type") or "").startswith(MEDIA_TYPE):
            fields = dict(reversed(read_fields(record.block)))
            about = record.header("warc-refers-to")
            # What is said of an answer names that first; a failure has its request at most.
            if fields.get("outcome", "ok") != "ok" and (about is None or about in requests):
                asked = read_request(requests[about].block) if about else ("GET", "")
                yield (asked[0], target_url(record), asked[1]), _make_failed(path, record, fields)
            requests.clear()


def _read_between(path: str, known: list[tuple[int, int]]) -> Iterator[Record]:
    """The records that the index does not name."""
    at = 0
    try:
        with open_archive(path) as file:
            size = file.seek(0, 2)
            for start, length in [*known, (size, 0)]:
                if at < start:
                    for record in read_records(file, path, _pass, at):
                        if record.offset >= start:
                            break
                        yield record
                at = max(at, start + length)
    except (ArchiveError, OSError) as error:
        logger.warning("%s; failures behind it are not known", error)


def _make_failed(path: str, record: Record, fields: dict[str, str]) -> Failed:
    said = fields.get("error") or fields["outcome"]
    return Failed(path, record.offset, record.id or "", record.header("warc-date") or "", fields["outcome"], said)


def make_error(outcome: str, said: str) -> Exception:
    """An exception that ``archive.wire.outcomes`` names by that word."""
    if kind := _KINDS.get(outcome):
        return kind(said)
    if outcome == "malformed":
        return ResponseFailed([TwistedFailure(ValueError(said))])  # type: ignore[no-untyped-call]
    error = DownloadFailedError(said)
    error.__cause__ = _CAUSES[outcome]() if outcome in _CAUSES else None
    return error


def make_truncation_error(stated: str | None) -> Exception:
    """The failure that cut an answer, by its record's WARC-Truncated."""
    outcome = _OUTCOMES.get(stated or "", "disconnected")
    return make_error(outcome, f"the archived answer is cut ({stated or 'by its own length'})")


def _pass(broken: Broken) -> None:
    """Damage is a matter of scrapy verify."""
