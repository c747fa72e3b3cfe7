"""For the tests: an item pipeline that takes its time, and an extension that ends the crawl meanwhile."""

import asyncio
from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines.live.pipeline import refined


class SlowItems:
    """Takes longer over a page than the refining process over telling that it is done."""

    async def process_item(self, item: Any) -> Any:
        """The item, after a second."""
        await asyncio.sleep(1)
        return item


class Ending:
    """Ends the crawl as soon as a page is refined."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        ending = cls(crawler)
        crawler.signals.connect(ending.end, refined)
        return ending

    def end(self) -> None:
        """Told to end, it waits for the page that is still under way."""
        assert self.crawler.engine is not None
        self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="finished"))
