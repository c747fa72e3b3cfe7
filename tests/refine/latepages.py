"""An extension for the tests: a page that reaches the live pipeline while the last exchange is being counted off."""

from typing import Any, Self

from scrapy.crawler import Crawler

from archive.position import Position
from archive.signals import exchange_archived
from pipelines.live.pipeline import LivePipeline, refined
from spiders.items import ReportPage


class LatePages:
    """Yields each refined page once more, as if by a slow spider, at the moment that its refining is told."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._positions: list[Position] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        late = cls(crawler)
        crawler.signals.connect(late.note_exchange, exchange_archived)
        crawler.signals.connect(late.send_page, refined)
        return late

    def note_exchange(self, position: Position) -> None:
        """Remember where the one page is."""
        if position.status == 200:
            self._positions.append(position)

    def send_page(self, document: dict[str, Any]) -> None:
        """Let it wait."""
        [position] = self._positions
        page = ReportPage(document["url"], record_id=document["record_id"], warc=position.warc, offset=position.offset)
        pipeline = self.crawler.get_item_pipeline(LivePipeline)
        assert pipeline is not None
        assert pipeline.left == 1
        assert pipeline.let_wait(page)
