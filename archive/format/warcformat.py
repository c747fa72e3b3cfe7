"""WARC 1.1 records as bytes: one gzip member each, an exchange's records directly after one another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from archive.dates import format_now
from archive.digests import sha1_digest
from archive.format.exchange import Exchange, fingerprint
from archive.format.fields import MEDIA_TYPE, write_fields
from archive.format.gzipping import write_member
from archive.format.message import read_answer

CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

# Fields that the archive writes itself; a context key of the same name is written with ``context-`` before it.
OWN_FIELDS = frozenset(
    {"outcome", "attempt", "fetchTimeMs", "error", "capture", "interim", "staleConnections", "close", "proxy"}
    | {"tlsVersion", "tlsCipher", "tlsCertificate", "receivedBytes", "received"}
)

# What the writer promises in each file's warcinfo record, and recovery relies on: an exchange is whole once this
# record of it is.
EXCHANGE_END = ("exchangesEndWith", "metadata")

Headers = list[tuple[str, str]]


CERTIFICATE = "application/pkix-cert"  # RFC 2585: one certificate in DER


@dataclass(frozen=True, slots=True)
class Written:
    """An exchange as bytes. One record stands for it: the response, or the metadata record where nothing came back."""

    record_id: str  # of that record
    start: int  # of that record within the content
    length: int  # of its gzip member
    kind: str  # of that record: response, revisit or metadata
    digest: str  # of its payload as stated there; empty where there is none
    content: bytes = field(repr=False)


_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
SAME_PAYLOAD, NOT_MODIFIED = _PROFILE + "identical-payload-digest", _PROFILE + "server-not-modified"


@dataclass(frozen=True, slots=True)
class Reference:
    """What makes an answer a revisit record (WARC 1.1, 6.7): the profile, and the record that it points to if known."""

    profile: str
    record_id: str | None = None
    url: str | None = None
    date: str | None = None
    digest: str | None = None  # of the payload there


def make_id() -> str:
    """A new WARC-Record-ID, brackets included."""
    return f"<urn:uuid:{uuid4()}>"


def write_warcinfo(filename: str, record_id: str, fields: Iterable[tuple[str, str]], level: int) -> bytes:
    """The record that opens a file and says who made it, with what, and how (WARC 1.1, 6.2)."""
    headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", format_now()),
        ("WARC-Filename", filename),
        ("Content-Type", MEDIA_TYPE),
    ]
    return _write_record(headers, write_fields(fields), level)


def write_exchange(
    exchange: Exchange, warcinfo_id: str, level: int, reference: Reference | None = None, digest: str | None = None
) -> Written:
    """Response, request, metadata, in this order; where nothing came back, the request as far as it went, metadata.

    With a ``reference`` a revisit record stands in the response's place. ``digest`` is the payload's, if it is known.
    """
    response_id, request_id, metadata_id = make_id(), make_id(), make_id()
    if exchange.status is None:
        return _write_failure(exchange, request_id, metadata_id, warcinfo_id, level)
    ids = [response_id] + ([request_id] if exchange.request else [])
    if reference is None:
        kind, digest = "response", digest or sha1_digest(exchange.payload)
        answer = _write_response(exchange, response_id, warcinfo_id, digest, level)
    else:
        kind, digest = "revisit", reference.digest or ""
        answer = _write_revisit(exchange, response_id, warcinfo_id, reference, level)
    pieces = [answer]
    if exchange.request:
        pieces.append(_write_request(exchange, request_id, response_id, warcinfo_id, level))
    pieces.append(_write_metadata(exchange, metadata_id, warcinfo_id, ids, level))
    return Written(response_id, 0, len(answer), kind, digest, b"".join(pieces))


def _write_failure(exchange: Exchange, request_id: str, metadata_id: str, warcinfo_id: str, level: int) -> Written:
    asked = b""
    if exchange.request:
        asked = _write_request(exchange, request_id, metadata_id, warcinfo_id, level)
    beside = (request_id,) if exchange.request else ()
    told = _write_metadata(exchange, metadata_id, warcinfo_id, beside, level)
    return Written(metadata_id, len(asked), len(told), "metadata", "", asked + told)


def write_certificate(exchange: Exchange, certificate: bytes, warcinfo_id: str, level: int) -> Written:
    """A certificate in DER, met in that exchange, as a resource record; its URI holds its SHA-256 (RFC 6920, 7)."""
    record_id, digest = make_id(), sha1_digest(certificate)
    headers = _common_headers("resource", exchange, record_id, warcinfo_id, url=certificate_url(certificate))
    headers += [("WARC-Payload-Digest", digest), ("Content-Type", CERTIFICATE)]
    content = _write_record(headers, certificate, level)
    return Written(record_id, 0, len(content), "resource", digest, content)


def certificate_url(certificate: bytes) -> str:
    """The URI of a certificate in DER."""
    return f"nih:sha-256;{fingerprint(certificate)}"


def _write_response(exchange: Exchange, record_id: str, warcinfo_id: str, digest: str, level: int) -> bytes:
    headers = _common_headers("response", exchange, record_id, warcinfo_id)
    headers += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    headers.append(("WARC-Payload-Digest", digest))
    if exchange.truncated:
        headers.append(("WARC-Truncated", exchange.truncated))
    if exchange.rebuilt:
        headers.append(("Archive-Capture", "rebuilt"))
    headers.append(("Content-Type", "application/http;msgtype=response"))
    return _write_record(headers, exchange.response, level)


def _write_revisit(exchange: Exchange, record_id: str, warcinfo_id: str, reference: Reference, level: int) -> bytes:
    """The answer's head as it came, byte for byte; of a repeated payload nothing, and that is said (6.7.2)."""
    headers = _common_headers("revisit", exchange, record_id, warcinfo_id)
    headers += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    headers.append(("WARC-Profile", reference.profile))
    pointers = {
        "WARC-Refers-To": reference.record_id,
        "WARC-Refers-To-Target-URI": reference.url,
        "WARC-Refers-To-Date": reference.date,
        "WARC-Payload-Digest": reference.digest,
    }
    headers += [(name, value) for name, value in pointers.items() if value]
    block = exchange.response
    if reference.profile == SAME_PAYLOAD:
        headers.append(("WARC-Truncated", "length"))
        answer = read_answer(block)
        block = block[: answer.body_at] if answer else b""
    headers.append(("Content-Type", "application/http;msgtype=response"))
    return _write_record(headers, block, level)


def _write_request(exchange: Exchange, record_id: str, beside: str, warcinfo_id: str, level: int) -> bytes:
    headers = _common_headers("request", exchange, record_id, warcinfo_id)
    headers.append(("WARC-Concurrent-To", beside))
    if body := exchange.request.partition(b"\r\n\r\n")[2]:
        headers.append(("WARC-Payload-Digest", sha1_digest(body)))
    if exchange.rebuilt:
        headers.append(("Archive-Capture", "rebuilt"))
    headers.append(("Content-Type", "application/http;msgtype=request"))
    return _write_record(headers, exchange.request, level)


def _write_metadata(exchange: Exchange, record_id: str, warcinfo_id: str, beside: Iterable[str], level: int) -> bytes:
    beside = tuple(beside)
    headers = _common_headers("metadata", exchange, record_id, warcinfo_id)
    headers += [("WARC-Concurrent-To", other) for other in beside]
    if beside:
        headers.append(("WARC-Refers-To", beside[0]))
    headers.append(("Content-Type", MEDIA_TYPE))
    fields = [("outcome", exchange.outcome), *exchange.facts]
    if exchange.rebuilt:
        fields.append(("capture", "rebuilt"))
    fields += [(f"context-{name}" if name in OWN_FIELDS else name, value) for name, value in exchange.context]
    return _write_record(headers, write_fields(fields), level)


def _common_headers(
    kind: str, exchange: Exchange, record_id: str, warcinfo_id: str, *, url: str | None = None
) -> Headers:
    headers = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", exchange.captured_at),
        ("WARC-Target-URI", url or exchange.url),
        ("WARC-Warcinfo-ID", warcinfo_id),
    ]
    if exchange.address:
        headers.append(("WARC-IP-Address", exchange.address))
    return headers


def _write_record(headers: Headers, block: bytes, level: int) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    lines += [f"WARC-Block-Digest: {sha1_digest(block)}\r\n", f"Content-Length: {len(block)}\r\n"]
    head = "WARC/1.1\r\n" + "".join(lines) + "\r\n"
    return write_member(b"".join((head.encode("utf-8"), block, b"\r\n\r\n")), level)
