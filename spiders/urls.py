"""``scrapy crawl urls -a file=FILE``: archive and refine any list of URLs; no links are followed."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.planning.arguments import FEEDS, Arguments, wrong
from crawler.planning.listing import UrlList, read_url_list
from spiders.archiving import ArchivingSpider
from spiders.items import ReportPage


class UrlsSpider(ArchivingSpider):
    """Fetches each URL of a file once, in the file's order."""

    name = "urls"
    known = FEEDS | {"file", "dry_run", "resume"}
    wants_reports = False
    plan: UrlList

    @classmethod
    def plan_crawl(cls, arguments: Arguments, settings: BaseSettings) -> UrlList:
        """The list of URLs."""
        if not arguments.file:
            raise wrong("scrapy crawl urls needs a list: -a file=FILE, one URL a line")
        return read_url_list(arguments.file, allow_loopback=settings.getbool("ALLOW_LOOPBACK"))

    async def start(self) -> AsyncIterator[Any]:
        """One request a URL."""
        for url in self.plan.urls:
            yield self.ask(url, {}, self.read_page)

    def read_page(self, response: Response) -> Iterator[ReportPage]:
        """The page's item."""
        yield self.make_item(response)
