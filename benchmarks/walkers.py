"""The spiders that the crawl's benchmark compares, each in a process of its own that prints what it spent.

``python -m benchmarks.walkers {naive,bare,ours} FOLDER HOME…``: ``naive`` is the spider that anyone writes first, in
plain Scrapy; ``ours`` is this project with everything on but the refining; ``bare`` is ours without the archive. The
JSON line on standard output: pages, CPU seconds (user and system, all threads, from the process's start), seconds,
peak in MB.
"""

import argparse
import json
import resource
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import scrapy
from scrapy import Request
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings, Settings
from twisted.python.failure import Failure

# The same for all: as many requests at a time, no waiting, no log. Scrapy's remote control is a server, and no crawl.
EVEN = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "WARNING",
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
}


class NaiveSpider(scrapy.Spider):
    """As in Scrapy's own tutorial: every link followed, the duplicate filter sorts them out."""

    name = "naive"

    def __init__(self, homes: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = homes

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        """Follow every link."""
        assert isinstance(response, TextResponse)
        yield from response.follow_all(css="a", callback=self.parse)


@dataclass(frozen=True)
class SitePlan:
    """Addresses to start from."""

    homes: list[str]
    scope: Any
    names: Mapping[str, str]
    lines: tuple[str, ...] = ()


def make_following_spider() -> type[scrapy.Spider]:
    """Our spider: every link of every page too, on the base and with the links that all of ours share.

    Made on demand, so that the naive one pays nothing for our imports.
    """
    from crawler.fetching.scope import Scope
    from spiders.archiving import ArchivingSpider
    from spiders.hrefs import Frontier, find_hrefs

    class FollowingSpider(ArchivingSpider):
        name = "following"
        plan: SitePlan

        @classmethod
        def read_plan(cls, given: Mapping[str, Any], settings: BaseSettings) -> SitePlan:
            scope = Scope.naming(given["homes"], allow_loopback=settings.getbool("ALLOW_LOOPBACK"))
            return SitePlan(given["homes"], scope, {"site": "site"})

        async def start(self) -> AsyncIterator[Any]:
            self.frontier = Frontier()
            self.frontier.meet(self.plan.homes)
            for request in self._ask_more():
                yield request

        def read_page(self, response: Response) -> Iterator[Request]:
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            self.frontier.meet(find_hrefs(response.body, response.url, content_type), response.url)
            self.frontier.ended()
            yield from self._ask_more()

        def go_on(self, failure: Failure) -> Iterator[Request]:
            self.note_failure(failure)
            self.frontier.ended()
            yield from self._ask_more()

        def _ask_more(self) -> Iterator[Request]:
            for url, via in self.frontier.take():
                context = {"portal": "site", "via": via}
                yield self.ask(url, context, self.read_page, errback=self.go_on, dont_filter=True)

    return FollowingSpider


def read_settings(kind: str, folder: Path) -> Settings:
    """Plain Scrapy's settings, or this project's."""
    settings = Settings()
    if kind != "naive":
        settings.setmodule("crawler.settings", priority="project")
        settings.setdict({"ALLOW_LOOPBACK": True, "ITEM_PIPELINES": {}, "ARCHIVE_DIR": str(folder)}, priority="cmdline")
    if kind == "bare":
        settings.set("ADDONS", {}, priority="cmdline")
    settings.setdict(EVEN, priority="cmdline")
    return settings


def main() -> None:
    """Crawl, and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("naive", "bare", "ours"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("homes", nargs="+", metavar="HOME")
    parser.add_argument("-s", dest="more", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args()
    settings = read_settings(given.kind, given.folder)
    settings.setdict(dict(pair.split("=", 1) for pair in given.more), priority="cmdline")
    spider = NaiveSpider if given.kind == "naive" else make_following_spider()
    began = monotonic()
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, homes=given.homes)
    process.start()
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = {
        "pages": crawler.stats.get_value("downloader/response_status_count/200", 0),
        "cpu": used.ru_utime + used.ru_stime,
        "seconds": monotonic() - began,
        "peak": used.ru_maxrss / 1024,
    }
    print(json.dumps(spent))


if __name__ == "__main__":
    main()
