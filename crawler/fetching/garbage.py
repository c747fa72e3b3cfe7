"""The pace of Python's collector of circles, set for a crawl of many hosts.

With its own pace it looks at every seven hundred new objects, and at everything that there is, imports included, again
and again: a twelfth of what a page costs with two thousand connections open. Circles are rare here and small.
"""

import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

PACE = (10_000, 20, 20)


class Collector:
    """Scrapy extension: what is there when the crawl begins is not looked at again, and the rest less often."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        extension = cls()
        crawler.signals.connect(extension.slow_down, signals.engine_started)
        return extension

    def slow_down(self) -> None:
        """Set the pace, for the process."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*PACE)
