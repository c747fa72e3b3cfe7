"""Small archive files made by hand, right and wrong, for the reader's tests."""

import gzip
from collections.abc import Iterable
from pathlib import Path

URL = "http://www.example.gov.cn/zfxxgknb/t20230118_1.html"
DATE = "2023-01-18T09:30:00Z"
PAGE = "<html><body><p>政府信息公开工作年度报告</p></body></html>".encode()


def http(body: bytes = PAGE, head: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n") -> bytes:
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


def record(
    kind: str = "response",
    block: bytes | None = None,
    *,
    number: int = 1,
    length: int | str | None = None,
    version: str = "WARC/1.1",
    **headers: str | None,
) -> bytes:
    """One record. Headers by keyword, underscores for hyphens; ``None`` leaves one out."""
    block = http() if block is None else block
    fields: dict[str, str | None] = {
        "WARC-Type": kind,
        "WARC-Record-ID": make_id(number),
        "WARC-Date": DATE,
        "WARC-Target-URI": URL,
        "Content-Type": f"application/http; msgtype={kind}" if kind != "metadata" else "application/warc-fields",
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "Content-Length": str(len(block) if length is None else length),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def metadata(number: int, of: int, text: str) -> bytes:
    return record("metadata", text.encode(), number=number, WARC_Concurrent_To=make_id(of))


def make_id(number: int) -> str:
    return f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"


def zipped(records: Iterable[bytes]) -> bytes:
    """Each record in a gzip member of its own."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def arc(*pages: tuple[str, bytes]) -> bytes:
    version = b"1 0 Made\nURL IP-address Archive-date Content-type Archive-length\n"
    lines = [b"filedesc://made.arc 0.0.0.0 20140216050221 text/plain %d\n" % len(version), version, b"\n"]
    for url, block in pages:
        lines += [f"{url} 192.0.2.1 20140216050221 text/html {len(block)}\n".encode(), block, b"\n"]
    return b"".join(lines)


def warcs(folder: Path) -> list[Path]:
    """The WARC files of a folder, finished or not, without their indexes."""
    return sorted(path for path in folder.iterdir() if ".warc.gz" in path.name)
