"""A response or revisit record becomes a capture: head read, transfer and content encodings taken off, damage named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from archive.capture import Capture
from archive.dates import read_date
from archive.digests import normal_digest, sha1_digest
from archive.format.encodings import decode_body
from archive.format.message import Answer, Body, read_answer, read_body
from archive.format.record import Record
from archive.opening import final_name

NOT_MODIFIED = "server-not-modified"


class UnreadableRecordError(Exception):
    """A record that should hold an HTTP answer and does not; the text says why."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a revisit record borrows: the body without its transfer encoding, and the head that it came with."""

    content: bytes = field(repr=False)
    digest: str
    answer: Answer = field(repr=False)
    truncated: bool = False


class Payloads(Protocol):
    """Where the payloads lie that revisit records point to."""

    def find(self, revisit: Record) -> Payload | None:
        """The payload that a revisit record repeats."""


class Nowhere:
    """No payloads."""

    def find(self, revisit: Record) -> None:
        """Nothing."""


def make_capture(
    record: Record, path: str, context: Mapping[str, str], payloads: Payloads, *, asked_by_head: bool = False
) -> Capture | None:
    """The capture in a response or revisit record; ``None`` where it is of another protocol than HTTP.

    Raises ``UnreadableRecordError``.
    """
    url = target_url(record)
    if not url.lower().startswith(("http:", "https:")):
        return None
    if record.type == "revisit":
        return _make_revisit(record, path, url, context, payloads)
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


def read_payload(record: Record) -> Payload | None:
    """What a revisit of a response record would borrow; ``None`` where it holds no HTTP answer."""
    answer = read_answer(record.block)
    if answer is None:
        return None
    body = read_body(answer, record.block)
    return Payload(body.payload, sha1_digest(body.payload), answer, truncated=_is_truncated(record, body))


def hash_payload(record: Record) -> str | None:
    """The payload digest of a response record, recomputed; ``None`` where it holds no HTTP answer."""
    payload = read_payload(record)
    return payload.digest if payload else None


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


def _make_revisit(record: Record, path: str, url: str, context: Mapping[str, str], payloads: Payloads) -> Capture:
    """The head is the revisit's own where it has one; WARC-Truncated only says that the payload was left out.

    The borrowed body is decoded as the revisit's own head says: which of several equal payloads was found makes no
    difference then.
    """
    answer = read_answer(record.block)
    digest = normal_digest(record.header("warc-payload-digest") or "")
    not_modified = NOT_MODIFIED in (record.header("warc-profile") or "")
    found = None if not_modified else payloads.find(record)
    head = answer or (found.answer if found else None)
    content, problem = b"", None if not_modified else "unresolved-revisit"
    if not_modified:
        digest = sha1_digest(b"")
    elif found is not None and head is not None:
        content, problem = decode_body(found.content, head.values("content-encoding"))
        digest, problem = found.digest, "truncated" if found.truncated else problem
    return Capture(
        url=url,
        captured_at=_date(record),
        # Only bodies of successful answers are commonly told to repeat; as 200 it is at least counted as unresolved.
        status=head.status if head else 304 if not_modified else 200,
        headers=head.headers if head else (),
        payload=content,
        payload_digest=digest,
        record_id=record.id,
        warc=final_name(path),
        offset=record.offset,
        context=dict(context),
        problem=problem,
    )


def _date(record: Record) -> str:
    try:
        return read_date(record.header("warc-date") or "")
    except ValueError as error:
        raise UnreadableRecordError(f"a record whose date is unreadable: {error}") from error
