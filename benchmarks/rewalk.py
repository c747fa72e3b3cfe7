"""Spiders on an archive: ``python -m benchmarks.rewalk [--portals N]``.

An archive of made-up portals, a list and twenty reports of 16 kB each, is written without a crawl and walked with
``ARCHIVE_REPLAY``. Counted is from the first answer to the last: by the clock, and by the CPU of the walking process,
which is what one core could do if nobody else had it. Refining has a process of its own and lags behind.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.utils.project import get_project_settings

from archive.format.exchange import Exchange
from archive.format.message import read_answer, read_body
from archive.signals import exchange_archived
from archive.writing.writer import Writer, WriterOptions
from benchmarks.many import YEARS, PortalPages, write_rows
from spiders.provincial import ProvincialSpider

LEAST = 150.0  # answers a second
_AT_ONCE = 500
_REQUEST = b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
_NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def name_host(number: int) -> str:
    """A host that no name server knows."""
    return f"p{number}.bench.gov.cn"


def make_exchanges(portals: int) -> Iterator[Exchange]:
    """What a crawl of so many portals would have archived."""
    pages = PortalPages()
    for number in range(portals):
        host = name_host(number)
        for path in ("/robots.txt", "/xxgknb/", *(f"/xxgknb/r{year}.html" for year in YEARS)):
            response = _NO_ROBOTS if path == "/robots.txt" else pages.write(f"{host}{path}".encode())
            answer = read_answer(response)
            assert answer is not None
            yield Exchange(
                url=f"http://{host}{path}",
                method="GET",
                captured_at="2023-01-18T09:30:00Z",
                outcome="ok",
                request=_REQUEST % (path.encode(), host.encode()),
                response=response,
                status=answer.status,
                payload=read_body(answer, response).payload,
            )


def write_archive(folder: Path, portals: int) -> None:
    """The archive, indexed."""
    folder.mkdir()
    writer = Writer(WriterOptions(folder, prefix="made"))
    futures: list[Any] = []
    for exchange in make_exchanges(portals):
        futures.append(writer.submit(exchange))
        if len(futures) >= _AT_ONCE:
            futures.pop(0).result()
    writer.close().result()


class Watch:
    """Counts the answers of a walk, and what it took."""

    def __init__(self) -> None:
        self.answers = 0
        self.began = self.ended = (monotonic(), process_time())

    def note(self) -> None:
        """An answer."""
        self.ended = (monotonic(), process_time())
        if not self.answers:
            self.began = self.ended
        self.answers += 1


def walk(folder: Path) -> None:
    """Walk the archive of a folder in this process; print what it took as JSON."""
    settings = get_project_settings()
    own = {"ARCHIVE_REPLAY": str(folder / "warc"), "DATABASE_URL": "", "PROGRESS_ENABLED": False}
    settings.setdict(own, priority="cmdline")
    process, watch = CrawlerProcess(settings), Watch()
    crawler: Crawler = process.create_crawler(ProvincialSpider)

    def note() -> None:
        watch.note()

    crawler.signals.connect(note, exchange_archived)
    process.crawl(crawler, catalogue=str(folder / "catalogue"))
    process.start()
    seconds, cpu = (now - then for now, then in zip(watch.ended, watch.began, strict=True))
    missing = crawler.stats.get_value("rewalk/not-archived", 0)
    print(json.dumps({"answers": watch.answers, "seconds": seconds, "cpu": cpu, "missing": missing}))


def main() -> None:
    """Write, walk, print, and fail where the bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=200)
    parser.add_argument("--walk", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.walk:
        walk(given.walk)
        return
    with tempfile.TemporaryDirectory(prefix="rewalk-") as name:
        folder = Path(name)
        write_rows(folder / "catalogue", (f"http://{name_host(number)}/" for number in range(given.portals)))
        write_archive(folder / "warc", given.portals)
        words = [sys.executable, "-m", "benchmarks.rewalk", "--walk", name]
        told = json.loads(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])
    if told["missing"] or told["answers"] < given.portals * (len(YEARS) + 2):
        sys.exit(f"benchmarks.rewalk: not all was walked: {told}")
    by_cpu, by_clock = told["answers"] / told["cpu"], told["answers"] / told["seconds"]
    print("| answers | a second of the clock | a second of the walking process's CPU | bound |\n|---|---|---|---|")
    print(f"| {told['answers']} | {by_clock:.0f} | {by_cpu:.0f} | ≥ {LEAST:.0f} |")
    sys.exit(0 if by_cpu >= LEAST else 1)


if __name__ == "__main__":
    main()
