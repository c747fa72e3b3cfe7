"""What reading costs: ``python -m benchmarks.reading [--pages N] [--rounds N]``.

A made-up crawl (``benchmarks/site.py``'s pages, a third of them sent gzipped and a third in chunks) is read from two
files: one as our writer makes it, one as warcio's does, which knows no metadata record beside an answer. Three readers
take turns on both in one process: ours, fastwarc and warcio; each gives every body without its encodings and takes
a SHA-1 (ours the payload digest of the standard, with the records beside an answer read and all lengths checked). CPU
seconds of the process. Rounds are short and many, and the quickest counts: what else the machine does only adds.
"""

import argparse
import gzip
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from time import process_time

from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from archive.digests import sha1_digest
from archive.format.exchange import Exchange
from archive.format.message import read_answer, read_body
from archive.reading.captures import read_captures
from archive.writing.writer import Writer, WriterOptions, prepare_folder
from benchmarks.site import make_site

LEAST_RATE = 0.6  # of fastwarc's, which reads no records beside an answer and checks no lengths

PAGES_A_ROUND = 100

_HEAD = "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Wed, 18 Jan 2023 09:30:00 GMT\r\nContent-Type: text/html\r\n"
_MORE = 'Vary: Accept-Encoding\r\nETag: W/"63c7b3e8-9088"\r\nCache-Control: max-age=60\r\nConnection: keep-alive\r\n'
_REQUEST = "GET /{name} HTTP/1.1\r\nHost: gkml.example\r\nUser-Agent: Kaijuan\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
_FIRST = datetime(2023, 1, 18, 9, 30, tzinfo=UTC)


def make_exchanges(folder: Path, pages: int) -> Iterator[Exchange]:
    """One exchange for each page of the site."""
    make_site(folder, pages)
    for number, path in enumerate(sorted(folder.rglob("*.html"))):
        name = str(path.relative_to(folder))
        response = _answer(path.read_bytes(), number % 3)
        answer = read_answer(response)
        assert answer is not None
        yield Exchange(
            url=f"http://gkml.example/{name}",
            method="GET",
            captured_at=f"{_FIRST + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}.000001Z",
            outcome="ok",
            request=_REQUEST.format(name=name).encode(),
            response=response,
            status=200,
            payload=read_body(answer, response).payload,
            address="192.0.2.7",
            protocols=("http/1.1",),
            facts=(("attempt", "1"), ("latencyMs", "12")),
            context=(("run", "20230118093000"), ("portal", "gkml"), ("via", "http://gkml.example/index.html")),
        )


def _answer(page: bytes, way: int) -> bytes:
    """Plain with a length, gzipped with a length, or plain in chunks of 8 KiB."""
    if way == 2:
        pieces = [page[at : at + 8192] for at in range(0, len(page), 8192)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        return f"{_HEAD}{_MORE}Transfer-Encoding: chunked\r\n\r\n".encode() + body
    body, more = (gzip.compress(page, 6, mtime=0), "Content-Encoding: gzip\r\n") if way else (page, "")
    return f"{_HEAD}{_MORE}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def write_ours(exchanges: list[Exchange], folder: Path) -> Path:
    """As our crawls write."""
    prepare_folder(folder)
    writer = Writer(WriterOptions(folder))
    for exchange in exchanges:
        written = writer.submit(exchange)
    writer.close().result()
    written.result()
    return next(folder.glob("*.warc.gz"))


def write_by_warcio(exchanges: list[Exchange], path: Path) -> Path:
    """As warcio's own capturing writes: an answer, and the request after it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for each in exchanges:
            blocks = {"response": each.response, "request": each.request}
            records = []
            for kind, block in blocks.items():
                head, _, body = block.partition(b"\r\n\r\n")
                parser = StatusAndHeadersParser([head.split(b"\r\n")[0].decode()], verify=False)
                headers = parser.parse(BytesIO(head + b"\r\n\r\n"))
                records.append(
                    writer.create_warc_record(
                        each.url,
                        kind,
                        BytesIO(body),
                        http_headers=headers,
                        warc_headers_dict={"WARC-Date": each.captured_at},
                    )
                )
            writer.write_request_response_pair(records[1], records[0])
    return path


def read_by_ours(path: Path) -> Iterator[bytes]:
    """The bodies as ``read_captures`` gives them, digests with them."""
    for capture in read_captures(path):
        yield capture.payload


def read_by_fastwarc(path: Path) -> Iterator[bytes]:
    """The same by fastwarc."""
    for record in FastIterator(str(path), record_types=WarcRecordType.response, auto_decode="all", fsspec_args=False):
        body = record.reader.read()
        sha1_digest(body)
        yield body


def read_by_warcio(path: Path) -> Iterator[bytes]:
    """The same by warcio."""
    with path.open("rb") as file:
        for record in WarcioIterator(file):
            if record.rec_type == "response":
                body = record.content_stream().read()
                sha1_digest(body)
                yield body


READERS: dict[str, Callable[[Path], Iterator[bytes]]] = {
    "fastwarc": read_by_fastwarc,
    "ours": read_by_ours,
    "warcio": read_by_warcio,
}


def time_readers(path: Path, rounds: int) -> dict[str, float]:
    """Milliseconds of CPU an answer, by reader. Exits where two readers do not find the same bodies."""
    if any(len(set(bodies)) > 1 for bodies in zip(*(read(path) for read in READERS.values()), strict=True)):
        sys.exit(f"benchmarks.reading: the readers do not agree on the bodies of {path.name}")
    spent: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, read in READERS.items():
            began = process_time()
            count = sum(1 for _ in islice(read(path), PAGES_A_ROUND))
            spent[name].append(1000 * (process_time() - began) / count)
    return {name: min(times) for name, times in spent.items()}


def main() -> None:
    """Run, print, and fail where the bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reading-") as name:
        exchanges = list(make_exchanges(Path(name) / "site", given.pages))
        files = {
            "ours": write_ours(exchanges, Path(name) / "ours"),
            "warcio": write_by_warcio(exchanges, Path(name) / "by-warcio.warc.gz"),
        }
        del exchanges
        print(f"| file written by | {' | '.join(READERS)} | ours, of fastwarc's rate |\n|{'---|' * (len(READERS) + 2)}")
        worst = 1.0
        for by, path in files.items():
            spent = time_readers(path, given.rounds)
            rate = spent["fastwarc"] / spent["ours"]
            worst = min(worst, rate)
            print(f"| {by} | " + " | ".join(f"{each:.3f} ms" for each in spent.values()) + f" | {rate:.2f} |")
    sys.exit(0 if worst >= LEAST_RATE else f"benchmarks.reading: {worst:.2f} of fastwarc's rate, at least {LEAST_RATE}")


if __name__ == "__main__":
    main()
