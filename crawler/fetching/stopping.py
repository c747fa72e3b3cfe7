"""A crawl that ends before its time: what is on the wire comes in, and what waits its turn is not asked any more.

Scrapy lets everything finish that it has handed to the downloader. There the requests of an address wait for each
other's delays, and through its pauses: minutes, or an hour.
"""

import asyncio
from typing import Self

from scrapy import signals
from scrapy.core.engine import ExecutionEngine
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
    """Scrapy extension: sees that the crawl is to end, and empties the downloader's queues.

    It may be told to, by Ctrl-C or ``stop``, or be closed by whoever cannot go on: an archive whose disk is full would
    throw away what is still asked for, and a run that has lost its locks would ask beside the one that has them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._has_told = False
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
        """Drop what waits, and what comes to wait later, once the crawl is to end."""
        engine = self._crawler.engine
        is_told = not self._crawler.crawling or self._closing is not None
        if engine is None or not (is_told or _is_closing(engine)):
            return
        if is_told and not self._has_told:
            self._has_told = True
            self._crawler.signals.send_catch_log(stopped)
        if isinstance(engine.downloader, AddressDownloader):
            engine.downloader.drop_all(StoppedError("the crawl was stopped before its turn came"))


def _is_closing(engine: ExecutionEngine) -> bool:
    """Whether somebody closes the spider; at a crawl's own end that is so when nothing waits any more."""
    slot = engine._slot  # Scrapy tells of a spider's closing only when it is closed
    return slot is not None and slot.closing is not None
