"""Scrapy's core stats, quiet about a crawl that ended before it began."""

from scrapy import Spider
from scrapy.extensions import corestats


class CoreStats(corestats.CoreStats):
    """Scrapy's assume that a spider that closes has opened, and log a traceback where a room refused to start."""

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """The end, if there was a beginning."""
        if self.start_time is not None:
            super().spider_closed(spider, reason)
