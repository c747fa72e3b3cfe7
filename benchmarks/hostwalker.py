"""One crawl of many hosts, page after page: ``python -m benchmarks.hostwalker {plain,ours} PORT HOSTS PAGES FOLDER``.

``plain`` is Scrapy with an empty callback, one connection and the delay a host; ``ours`` is this project, archive,
robots.txt and refining included. Both resolve names themselves: ``h17.bench.gov.cn`` is an address of 127.0.0.0/8.
Prints what it took as a JSON line.
"""

import argparse
import json
import resource
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Event, Thread
from time import monotonic, process_time
from typing import Any

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings
from twisted.internet.defer import Deferred, succeed

from crawler.fetching.resolving import GuardedResolver
from crawler.fetching.scope import Scope
from spiders.archiving import ArchivingSpider

DELAY = 3.0


def name_host(number: int) -> str:
    """The name of a host."""
    return f"h{number}.bench.gov.cn"


def find_address(name: str) -> str:
    """The address behind a name: 127.1.0.1 and on."""
    number = int(name[1:].partition(".")[0])
    return f"127.1.{number // 250}.{number % 250 + 1}"


class BenchResolver(GuardedResolver):
    """Answers for the made-up hosts without asking anybody."""

    def look_up(self, name: str) -> "Deferred[str]":
        """The address of a made-up host."""
        return succeed(find_address(name))


class HostsPlan:
    """What the base of our spiders wants of a plan."""

    lines: tuple[str, ...] = ()

    def __init__(self, port: int, hosts: range, pages: int) -> None:
        self.port, self.hosts, self.pages = port, hosts, pages
        self.names = {name_host(number): name_host(number) for number in hosts}
        self.scope = Scope.naming([f"http://{name}:{port}/" for name in self.names], allow_loopback=True)


class Chains:
    """A request a host; its answer brings the next."""

    def __init__(self, plan: HostsPlan) -> None:
        self.plan = plan
        self.began_at = self.ended_at = monotonic()
        self.cpu_at_start = self.cpu_at_end = process_time()

    def first(self) -> Iterator[str]:
        """The first page of each host."""
        return (f"http://{name}:{self.plan.port}/1" for name in self.plan.names)

    def after(self, url: str) -> str | None:
        """The page after this one."""
        home, _, number = url.rpartition("/")
        if int(number) < self.plan.pages:
            return f"{home}/{int(number) + 1}"
        self.ended_at, self.cpu_at_end = monotonic(), process_time()
        return None


class PlainSpider(scrapy.Spider):
    """Scrapy alone."""

    name = "plain"

    def __init__(self, port: int, hosts: range, pages: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.chains = Chains(HostsPlan(port, hosts, pages))
        BenchResolver.admit(self.chains.plan.names)

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each host."""
        for url in self.chains.first():
            yield Request(url, callback=self.parse, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        """The next page."""
        if url := self.chains.after(response.url):
            yield Request(url, callback=self.parse, dont_filter=True)


class OurSpider(ArchivingSpider):
    """The base of our spiders, with the same chain."""

    name = "hosts"
    wants_reports = False
    plan: HostsPlan

    @classmethod
    def read_plan(cls, given: Any, settings: BaseSettings) -> HostsPlan:
        """The plan by its figures."""
        return HostsPlan(given["port"], given["hosts"], given["pages"])

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each host."""
        self.chains = Chains(self.plan)
        for url in self.chains.first():
            yield self.ask(url, {"portal": url.split("/")[2].partition(":")[0]}, self.read_page, dont_filter=True)

    def read_page(self, response: Response) -> Iterator[Any]:
        """The next page."""
        if url := self.chains.after(response.url):
            yield self.ask(url, response.meta["context"], self.read_page, dont_filter=True)


def read_settings(kind: str, folder: Path, delay: float) -> Settings:
    """This project's settings, or Scrapy's with the same manners."""
    settings = Settings({"TWISTED_DNS_RESOLVER": f"{__name__}.BenchResolver", "LOG_LEVEL": "ERROR"})
    if kind == "ours":
        settings.setmodule("crawler.settings", priority="project")
        settings.set("TWISTED_DNS_RESOLVER", "benchmarks.hostwalker.BenchResolver", "cmdline")
        database = f"sqlite:///{folder / 'bench.db'}"
        own = {"ALLOW_LOOPBACK": True, "ARCHIVE_DIR": str(folder / "warc"), "DATABASE_URL": database}
        settings.setdict(own, "cmdline")
    else:
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 1, "project")
        settings.setdict({"CONCURRENT_REQUESTS": 4096, "DOWNLOAD_DELAY_JITTER": 0, "TELNETCONSOLE_ENABLED": False})
        settings.setdict(
            {"REMOTE_CONTROL_ENABLED": False, "TWISTED_DNS_RESOLVER": "benchmarks.hostwalker.BenchResolver"}
        )
    settings.setdict({"DOWNLOAD_DELAY": delay, "LOG_LEVEL": "ERROR", "PROGRESS_ENABLED": False}, "cmdline")
    return settings


class PeakMemory(Thread):
    """The most that this process and its children hold together, MB: proportional set sizes, every three seconds.

    A look takes 20 ms, which the crawl would have to wait for.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.ended = Event()

    def run(self) -> None:
        """Look until told to end."""
        while not self.ended.wait(3.0):
            self.peak = max(self.peak, sum(map(_held, _family(Path("/proc/self").resolve()))))


def _family(process: Path) -> Iterator[Path]:
    yield process
    for task in process.glob("task/*/children"):
        for child in task.read_text().split():
            yield from _family(Path("/proc") / child)


def _held(process: Path) -> float:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def main() -> None:
    """Crawl, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("plain", "ours"))
    parser.add_argument("port", type=int)
    parser.add_argument("hosts", type=int)
    parser.add_argument("pages", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=0, help="number of the first host")
    parser.add_argument("--delay", type=float, default=DELAY)
    parser.add_argument("-s", dest="more", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args()
    memory = PeakMemory()
    memory.start()
    settings = read_settings(given.kind, given.folder, given.delay)
    settings.setdict(dict(pair.split("=", 1) for pair in given.more), priority="cmdline")
    hosts = range(given.first, given.first + given.hosts)
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(OurSpider if given.kind == "ours" else PlainSpider)
    process.crawl(crawler, port=given.port, hosts=hosts, pages=given.pages)
    process.start()
    memory.ended.set()
    print(json.dumps(tell(crawler, memory.peak)))


def tell(crawler: Crawler, peak: float) -> dict[str, float]:
    """What the crawl took: CPU of the crawling process from the first request to the last answer, seconds, MB."""
    stats, chains = crawler.stats, crawler.spider.chains  # type: ignore[union-attr]
    return {
        "pages": stats.get_value("downloader/response_status_count/200", 0),
        "seconds": chains.ended_at - chains.began_at,
        "cpu": chains.cpu_at_end - chains.cpu_at_start,
        "refined": stats.get_value("refine/captures", 0),
        "refining_seconds": stats.get_value("refine/seconds", 0.0),
        "behind": stats.get_value("refine/seconds_behind", 0.0),
        "cpu_of_refining": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]),
        "peak": peak,
    }


if __name__ == "__main__":
    main()
