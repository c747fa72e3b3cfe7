"""The lines of Scrapy's log, made only where somebody reads them."""

import logging
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

_ENGINE = logging.getLogger("scrapy.core.engine")
_SCRAPER = logging.getLogger("scrapy.core.scraper")


class BriefFormatter(LogFormatter):
    """Scrapy's. What it says of each page at the level DEBUG is put together at every level, and then thrown away.

    A method that returns ``None`` leaves the line out, as Scrapy documents.
    """

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """A page came."""
        return super().crawled(request, response, spider) if _ENGINE.isEnabledFor(logging.DEBUG) else None

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """An item is through the pipelines."""
        return super().scraped(item, response, spider) if _SCRAPER.isEnabledFor(logging.DEBUG) else None
