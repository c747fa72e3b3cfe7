"""Sound archive files made by hand, and what a verification says of files that were changed."""

from pathlib import Path

from archive.digests import sha1_digest
from archive.verifying import Problem, Report, verify_archives
from tests.archive.building import DATE, PAGE, URL, http, make_id, zipped

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
GET = b"GET /zfxxgknb/t20230118_1.html HTTP/1.1\r\nHost: www.example.gov.cn\r\n\r\n"
INFO = b"software: made by hand\r\nformat: WARC File Format 1.1\r\n"


def sealed(
    kind: str, block: bytes, *, number: int = 1, length: int | str | None = None, **headers: str | None
) -> bytes:
    """One record with every field that it should have, block digest included. ``None`` leaves a field out."""
    media_type = f"application/http; msgtype={kind}" if kind in ("response", "request") else "application/warc-fields"
    fields: dict[str, str | None] = {
        "WARC-Type": kind,
        "WARC-Record-ID": make_id(number),
        "WARC-Date": DATE,
        "WARC-Target-URI": None if kind == "warcinfo" else URL,
        "WARC-Block-Digest": sha1_digest(block),
        "Content-Type": media_type,
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "Content-Length": str(len(block) if length is None else length),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def response(
    number: int = 2,
    block: bytes | None = None,
    payload: bytes = PAGE,
    *,
    length: int | None = None,
    **headers: str | None,
) -> bytes:
    """A response whose payload digest is the standard's."""
    block = http() if block is None else block
    headers = {"WARC_Payload_Digest": sha1_digest(payload), **headers}
    return sealed("response", block, number=number, length=length, **headers)


def exchange() -> list[bytes]:
    """The records of a small crawl: warcinfo, two answers with their requests, what is known of one, a revisit."""
    concurrent = {"WARC_Concurrent_To": make_id(2)}
    revisit = {
        "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC_Payload_Digest": sha1_digest(PAGE),
        "WARC_Refers_To": make_id(2),
        "WARC_Truncated": "length",
        "Content_Type": "application/http; msgtype=response",
    }
    return [
        sealed("warcinfo", INFO, number=1),
        response(2),
        sealed("request", GET, number=3, **concurrent),
        sealed("metadata", b"outcome: ok\r\n", number=4, **concurrent),
        response(5, CHUNKED, WARC_Target_URI=URL + "?page=2"),
        sealed("request", GET, number=6, WARC_Concurrent_To=make_id(5), WARC_Target_URI=URL + "?page=2"),
        sealed("revisit", http().partition(PAGE)[0], number=7, **revisit),
    ]


def verify(folder: Path, content: bytes, name: str = "made.warc") -> Report:
    """Verify one file with that content."""
    path = folder / name
    path.write_bytes(content)
    return verify_archives([str(path)])


def problems(report: Report, *severities: str) -> list[Problem]:
    """All problems of these severities (of any where none is named), in their order."""
    return [
        problem
        for file in report.files
        for problem in file.findings.problems
        if not severities or problem.severity in severities
    ]


def codes(report: Report, *severities: str) -> list[str]:
    """Their codes, each once, in the order of the alphabet."""
    return sorted({problem.code for problem in problems(report, *severities)})


def borders(pieces: list[bytes]) -> set[int]:
    """Where each piece begins and the last one ends."""
    return {sum(map(len, pieces[:count])) for count in range(len(pieces) + 1)}


RECORDS = exchange()
PLAIN = b"".join(RECORDS)
ZIPPED = zipped(RECORDS)
PLAIN_BORDERS = borders(RECORDS)
ZIPPED_BORDERS = borders([zipped([each]) for each in RECORDS])
FILES = {"made.warc": (PLAIN, PLAIN_BORDERS), "made.warc.gz": (ZIPPED, ZIPPED_BORDERS)}
