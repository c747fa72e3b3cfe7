"""A crawl told to end before its time: what is on the wire comes in, and what waits its turn is not asked any more.

Scrapy lets everything finish that it has handed to the downloader. There the requests of an address wait for each
other's delays, and through its pauses: minutes, or an hour.
"""

import asyncio
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.fetching.politeness import AddressDownloader

SECONDS = 0.5  # between two looks; Scrapy has no signal for Ctrl-C
# Sent through ``crawler.signals`` once where a crawl is told to stop.
stopped = object()


class StoppedError(IgnoreRequest):
    """A request whose turn had not come when the crawl was stopped; a resumed run asks again."""


class Stopping:
    """Scrapy extension: sees that the crawl is to stop, by Ctrl-C or ``stop``, and empties the downloader's queues."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._is_told = False
        self._closing: asyncio.Future[None] | None = None
        self._loop = AsyncioLoopingCall(self.look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        extension = cls(crawler)
        crawler.signals.connect(extension.begin, signals.spider_opened)
        crawler.signals.connect(extension.end, signals.spider_closed)
        return extension

    def begin(self) -> None:
        """Look from now on."""
        self._loop.start(SECONDS, now=False)

    def end(self) -> None:
        """Look no more."""
        if self._loop.running:
            self._loop.stop()

    def stop(self, reason: str) -> None:
        """End the crawl in order for a reason of ours, Scrapy's ``finish_reason``; to be called in the event loop."""
        engine = self._crawler.engine
        if self._closing is None and engine is not None and engine.spider is not None:
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))
            self.look()

    def look(self) -> None:
        """Drop what waits, and what comes to wait later, once the crawl was told to stop."""
        if self._crawler.crawling and self._closing is None:
            return
        if not self._is_told:
            self._is_told = True
            self._crawler.signals.send_catch_log(stopped)
        downloader = self._crawler.engine.downloader if self._crawler.engine else None
        if isinstance(downloader, AddressDownloader):
            downloader.drop_all(StoppedError("the crawl was stopped before its turn came"))
