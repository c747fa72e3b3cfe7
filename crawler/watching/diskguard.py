"""A crawl looks at its disks while it runs, and ends in order before one is full."""

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.fetching.stopping import Stopping
from crawler.watching.disks import WAY_OUT, find_disks, read_bound, say_low

logger = logging.getLogger(__name__)

REASON = "disk-low"
SECONDS = 2.0  # between two looks: at 100 MB a second the default bound leaves room for five


class DiskGuard:
    """Scrapy extension: where less than ``DISK_LEAST`` is free, what is on the wire comes in and the crawl ends."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._bound = read_bound(crawler.settings, "DISK_LEAST")
        self._loop = AsyncioLoopingCall(self.look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        guard = cls(crawler)
        if not guard._bound.size and not guard._bound.share:
            raise NotConfigured
        crawler.signals.connect(guard.begin, signals.spider_opened)
        crawler.signals.connect(guard.end, signals.spider_closed)
        return guard

    def begin(self) -> None:
        """Look from now on."""
        self._loop.start(SECONDS, now=False)

    def end(self) -> None:
        """Look no more."""
        if self._loop.running:
            self._loop.stop()

    def look(self) -> None:
        """End the crawl where a disk has too little left."""
        for disk in find_disks(self._crawler.settings):
            if disk.is_below(self._bound):
                logger.error(
                    "%s; the crawl ends, and what it has is whole: %s, then go on with -a resume=last",
                    say_low(disk, self._bound),
                    WAY_OUT,
                )
                self.end()
                stopping = self._crawler.get_extension(Stopping)
                assert stopping is not None
                stopping.stop(REASON)
                return
