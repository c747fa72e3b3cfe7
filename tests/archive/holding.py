"""Small archives of exchanges that never took place, and what is asked of them."""

from concurrent.futures import wait
from pathlib import Path

from scrapy import Request

from archive.format.exchange import Exchange
from archive.rewalk.answers import Answers
from archive.rewalk.holdings import Holdings
from archive.writing.writer import Writer, WriterOptions
from tests.archive.building import warcs

LIST = "http://www.a.gov.cn/zfxxgknb/"
GET = b"GET / HTTP/1.1\r\n\r\n"
FORM = b"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
LONG = b"x" * 2000  # long enough for a revisit


def exchange(
    url: str, body: bytes = b"page", *, at: str = "2023-01-18T09:30:00Z", status: int = 200, request: bytes = GET
) -> Exchange:
    location = f"Location: {body.decode()}\r\n" if 300 < status < 304 else ""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n{location}Content-Length: {len(body)}\r\n\r\n"
    method = request.partition(b" ")[0].decode()
    return Exchange(url, method, at, "ok", request, head.encode() + body, status, body)


def failed(url: str, outcome: str, *, at: str = "2023-01-18T09:30:00Z", request: bytes = b"") -> Exchange:
    method = request.partition(b" ")[0].decode() or "GET"
    return Exchange(url, method, at, outcome, request, facts=(("error", f"Error: {outcome} it was"),))


def archive(folder: Path, *exchanges: Exchange) -> Answers:
    """The answers of an archive that holds these exchanges, each in a group of its own."""
    write(folder, *exchanges)
    return Answers(Holdings(str(folder)))


def write(folder: Path, *exchanges: Exchange) -> Path:
    folder.mkdir(exist_ok=True)
    writer = Writer(WriterOptions(folder, prefix="made"))
    for each in exchanges:
        wait([writer.submit(each)], timeout=20)
    writer.close().result(timeout=20)
    return warcs(folder)[-1]


def body(answers: Answers, url: str) -> bytes | None:
    given = answers.find(Request(url))
    return given.response.body if given and given.response is not None else None
