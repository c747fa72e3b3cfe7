"""The lines of Scrapy's log, made only where somebody reads them."""

import logging
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class BriefFormatter(LogFormatter):
    """Scrapy's. What it says of each page at the level DEBUG is put together at every level, and then thrown away.

    A method that returns ``None`` leaves the line out, as Scrapy documents. The setting says whether anybody reads it:
    Scrapy's own loggers take every level, and leave the choice to their handler.
    """

    def __init__(self, *, is_read: bool = True) -> None:
        self._is_read = is_read

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        level = str(crawler.settings.get("LOG_LEVEL"))
        number = int(level) if level.isdigit() else logging.getLevelNamesMapping().get(level, logging.DEBUG)
        return cls(is_read=number <= logging.DEBUG)

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """A page came."""
        return super().crawled(request, response, spider) if self._is_read else None

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """An item is through the pipelines."""
        return super().scraped(item, response, spider) if self._is_read else None
