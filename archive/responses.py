"""A response or revisit record becomes a capture: head read, transfer and content encodings taken off, damage named."""

from collections.abc import Mapping
from typing import Protocol

from archive.capture import Capture
from archive.dates import read_date
from archive.digests import normal_digest, sha1_digest
from archive.encodings import decode_body
from archive.message import Answer, Body, read_answer, read_body
from archive.opening import final_name
from archive.records import Record

NOT_MODIFIED = "server-not-modified"


class UnreadableRecordError(Exception):
    """A record that should hold an HTTP answer and does not; the text says why."""


class Originals(Protocol):
    """Where the payloads lie that revisit records point to."""

    def find(self, revisit: Record) -> Capture | None:
        """The capture that a revisit record repeats."""


def make_capture(
    record: Record, path: str, context: Mapping[str, str], originals: Originals, *, asked_by_head: bool = False
) -> Capture | None:
    """The capture in a response or revisit record; ``None`` where it is of another protocol than HTTP.

    Raises ``UnreadableRecordError``.
    """
    url = target_url(record)
    if not url.lower().startswith(("http:", "https:")):
        return None
    if record.type == "revisit":
        return _make_revisit(record, path, url, context, originals)
    answer = read_answer(record.block)
    if answer is None:
        raise UnreadableRecordError(f"an answer of {url} without an HTTP status line")
    body = read_body(answer, record.block, asked_by_head=asked_by_head)
    payload, problem = decode_body(body.payload, answer.values("content-encoding"))
    return Capture(
        url=url,
        captured_at=_date(record),
        status=answer.status,
        headers=answer.headers,
        payload=payload,
        payload_digest=sha1_digest(body.payload),
        record_id=record.id,
        warc=final_name(path),
        offset=record.offset,
        context=dict(context),
        problem="truncated" if _is_truncated(record, body) else problem,
    )


def transfer_decoded(record: Record) -> bytes | None:
    """A response record's body with only the transfer encoding removed; ``None`` where it holds no HTTP answer."""
    answer = read_answer(record.block)
    return read_body(answer, record.block).payload if answer else None


def target_url(record: Record) -> str:
    """The record's URL without the angle brackets of wget 1.19, white space within escaped."""
    url = (record.header("warc-target-uri") or "").strip()
    if url.startswith("<") and url.endswith(">"):
        url = url[1:-1]
    return "%20".join(url.split())


def _is_truncated(record: Record, body: Body) -> bool:
    """Cut in the file, cut on the wire, or the first segment of several (whose others are not joined)."""
    stated = record.header("warc-truncated") or record.header("warc-segment-number")
    return record.short or not body.whole or stated is not None


def _make_revisit(record: Record, path: str, url: str, context: Mapping[str, str], originals: Originals) -> Capture:
    """The head is the revisit's own where it has one; WARC-Truncated only says that the payload was left out."""
    answer = read_answer(record.block)
    stated = normal_digest(record.header("warc-payload-digest") or "")
    not_modified = NOT_MODIFIED in (record.header("warc-profile") or "")
    original = None if not_modified else originals.find(record)
    payload, digest = b"", stated
    problem: str | None = "unresolved-revisit"
    if not_modified:
        digest, problem = sha1_digest(b""), None
    elif original is not None:
        payload, digest, problem = original.payload, original.payload_digest, original.problem
    return Capture(
        url=url,
        captured_at=_date(record),
        status=_revisit_status(answer, original, not_modified=not_modified),
        headers=answer.headers if answer else original.headers if original else (),
        payload=payload,
        payload_digest=digest,
        record_id=record.id,
        warc=final_name(path),
        offset=record.offset,
        context=dict(context),
        problem=problem,
    )


def _revisit_status(answer: Answer | None, original: Capture | None, *, not_modified: bool) -> int:
    if answer:
        return answer.status
    if original:
        return original.status
    # Only bodies of successful answers are commonly told to repeat; as 200 it is at least counted as unresolved.
    return 304 if not_modified else 200


def _date(record: Record) -> str:
    try:
        return read_date(record.header("warc-date") or "")
    except ValueError as error:
        raise UnreadableRecordError(f"a record whose date is unreadable: {error}") from error
