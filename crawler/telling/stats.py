"""Scrapy's stats: quiet about a crawl that ended before it began, and without a look at each name that is asked for."""

from scrapy import Spider, statscollectors
from scrapy.extensions import corestats


class CoreStats(corestats.CoreStats):
    """Scrapy's assume that a spider that closes has opened, and log a traceback where a room refused to start."""

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """The end, if there was a beginning."""
        if self.start_time is not None:
            super().spider_closed(spider, reason)


class StatsCollector(statscollectors.MemoryStatsCollector):
    """Scrapy's wraps its methods as they are read, so that an argument of old is warned of: thirty times a page."""

    __getattribute__ = object.__getattribute__
