"""The door before the item pipelines: pages that a spider yields wait outside until their lines are there.

Scrapy keeps the answer behind an item in memory until the item is through its pipelines, and hands out fewer requests
the more of them there are: a slow reader of pages would slow down the fetching.
"""

from typing import Any

from scrapy.http import Response
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from pipelines.live.pipeline import LivePipeline


class WaitingMiddleware(BaseSpiderMiddleware):
    """Spider middleware: hands pages that want their lines to the live pipeline, and lets everything else pass."""

    def get_processed_item(self, item: Any, response: Response | None) -> Any:
        """The item, or nothing where it waits; the live pipeline sends it on."""
        pipeline = self.crawler.get_item_pipeline(LivePipeline)
        return None if pipeline is not None and pipeline.let_wait(item) else item
