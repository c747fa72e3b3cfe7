"""CDXJ: one sorted line for each capture of a file, ``key timestamp {json}``, as pywb and cdxj-indexer write them."""

import json
import re
from dataclasses import dataclass, field

from archive.dates import read_date
from archive.digests import sha1_digest
from archive.format.message import Answer, read_answer, read_body
from archive.format.record import Record
from archive.format.responses import target_url
from archive.index.bodykeys import key_url, read_request
from archive.index.surt import make_key
from archive.opening import final_name

KINDS = frozenset({"response", "revisit", "resource", "metadata"})
REVISIT = "warc/revisit"

_WHOLE_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z")
_NOT_DIGIT = re.compile(r"\D")
_END_OF_TYPE = re.compile(r"[;\s]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``offset`` and ``length`` are the record's place in the file, of its gzip member where compressed."""

    key: str  # SURT, with method and body appended where the request was not a GET
    timestamp: str  # fourteen digits, UTC
    url: str
    mime: str | None  # the answer's own, ``warc/revisit``, or a record's Content-Type
    status: int | None
    digest: str | None  # of the payload, as the record states it; recomputed where it does not
    length: int
    offset: int
    filename: str
    method: str | None = None  # of requests with a body
    body_key: str | None = field(default=None, repr=False)

    @property
    def is_revisit(self) -> bool:
        """Whether the payload lies elsewhere."""
        return self.mime == REVISIT


def write_entry(entry: Entry) -> bytes:
    """The line, LF included; ASCII, as JSON can be."""
    members: dict[str, str | None] = {
        "url": entry.url,
        "mime": entry.mime,
        "status": str(entry.status) if entry.status is not None else None,
        "digest": entry.digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": entry.filename,
    }
    found = {name: value for name, value in members.items() if value}
    if entry.method:
        found |= {"requestBody": entry.body_key or "", "method": entry.method}
    return f"{entry.key} {entry.timestamp} {json.dumps(found)}\n".encode("ascii", "replace")


def read_entry(line: bytes) -> Entry:
    """A line of any tool's. Raises ``ValueError`` for what is none."""
    key, timestamp, text = line.decode("utf-8", "replace").split(" ", 2)
    found = json.loads(text)
    if not isinstance(found, dict) or not found.get("filename"):
        raise ValueError(f"no CDXJ line: {line[:80]!r}")
    status = str(found.get("status", ""))
    return Entry(
        key=key,
        timestamp=timestamp,
        url=str(found.get("url", "")),
        mime=found.get("mime"),
        status=int(status) if status.isascii() and status.isdigit() else None,
        digest=found.get("digest"),
        length=int(found.get("length") or 0),
        offset=int(found.get("offset") or 0),
        filename=str(found["filename"]),
        method=found.get("method"),
        body_key=found.get("requestBody"),
    )


def make_entry(record: Record, path: str, length: int, request: Record | None = None) -> Entry | None:
    """The entry of a record that belongs into an index. ``request`` is the record beside an answer."""
    if record.type not in KINDS or _is_description(record):
        return None
    url, timestamp = target_url(record), read_timestamp(record.header("warc-date") or "")
    if not url or not timestamp:
        return None
    answer = read_answer(record.block) if record.type in ("response", "revisit") else None
    mime, place = _mime(record, answer), (length, record.offset, final_name(path))
    return fill_entry(url, timestamp, mime, answer, _digest(record, answer), place, request.block if request else b"")


def fill_entry(
    url: str,
    timestamp: str,
    mime: str | None,
    answer: Answer | None,
    digest: str | None,
    place: tuple[int, int, str],
    request: bytes,
) -> Entry:
    """An entry of these values; ``place``: length, offset and base name, ``request``: the block of its record."""
    method, body_key = read_request(request) if request else ("GET", "")
    return Entry(
        key=make_key(key_url(url, method, body_key)),
        timestamp=timestamp,
        url=url,
        mime=mime,
        status=answer.status if answer else None,
        digest=digest,
        length=place[0],
        offset=place[1],
        filename=place[2],
        method=method if method in ("POST", "PUT") else None,
        body_key=body_key or None,
    )


def is_request_of(record: Record, answer: Record) -> bool:
    """Whether a record is the request that an answer came to."""
    return record.type == "request" and answer.type in ("response", "revisit") and _are_concurrent(record, answer)


def _are_concurrent(one: Record, other: Record) -> bool:
    return (other.id is not None and other.id in one.values("warc-concurrent-to")) or (
        one.id is not None and one.id in other.values("warc-concurrent-to")
    )


def _is_description(record: Record) -> bool:
    """What is said of a capture, and so no capture itself."""
    content_type = (record.header("content-type") or "").lower()
    return record.type in ("resource", "metadata") and content_type.startswith("application/warc-fields")


def read_timestamp(date: str) -> str:
    """The fourteen digits of a WARC-Date, what it leaves out at its least; nothing for what is no date."""
    if match := _WHOLE_DATE.fullmatch(date):
        return "".join(match.groups())
    try:
        digits = _NOT_DIGIT.sub("", read_date(date))[:14]
    except ValueError:
        return ""
    return digits + "00000101000000"[len(digits) :]


def _mime(record: Record, answer: Answer | None) -> str | None:
    if record.type == "revisit":
        return REVISIT
    return read_mime(answer) if answer else _cut_mime(record.header("content-type") or "")


def read_mime(answer: Answer) -> str | None:
    """The media type that an answer states, without its parameters."""
    return _cut_mime(next(iter(answer.values("content-type")), ""))


def _cut_mime(stated: str) -> str | None:
    return _END_OF_TYPE.split(stated.strip(), maxsplit=1)[0] or None


def _digest(record: Record, answer: Answer | None) -> str | None:
    stated = record.header("warc-payload-digest")
    if stated or record.type == "revisit":
        return stated
    return sha1_digest(read_body(answer, record.block).payload if answer else record.block)
