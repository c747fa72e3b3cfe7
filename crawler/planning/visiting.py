"""A crawl and the book of visits: portals are begun before they are asked anything, and ended when all of them came.

A spider of portals claims them first. What another run has under way is left out, told and counted; with ``-a due=1``
so is what another run has looked at since the plan was made.
"""

import logging
from datetime import date
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.errors import KaijuanError
from crawler.planning.bookkeeping import Book, make_time
from crawler.planning.calendar import find_today
from crawler.planning.dues import make_wish
from crawler.planning.visitbook import DONE, PART, REFUSED, SILENT, Look, Visited
from crawler.telling.ledger import Account, Note, noted
from crawler.telling.progress import Progress

logger = logging.getLogger(__name__)

_SECONDS = 2.0  # between two looks at what is over


class Visiting:
    """Scrapy extension: keeps the run's lines in the book of visits; a re-walk looks at no portal, and has none."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._archive = Path(crawler.settings["ARCHIVE_DIR"])
        self._book: Book | None = None
        self._open: dict[str, Any] = {}  # the courses that are not over, by portal
        self._loop: AsyncioLoopingCall | None = None
        self._day = date.min

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        if not getattr(crawler.spider, "looks_at_portals", False) or crawler.settings.get("ARCHIVE_REPLAY"):
            raise NotConfigured
        extension = cls(crawler)
        crawler.signals.connect(extension.end, signals.spider_closed)
        return extension

    async def claim(self, courses: dict[str, Any]) -> dict[str, Visited]:
        """Begin the portals of these courses; those that are this run's, each with what the book said of it before.

        Raises ``KaijuanError`` where the book cannot be written.
        """
        spider: Any = self._crawler.spider
        self._day = find_today(self._crawler.settings)
        self._book = Book(self._archive, self._run)
        wish = make_wish(spider.plan, self._day, self._crawler.settings.get("ARCHIVE_RESUME"))
        begun, before = self._book.begin(courses, self._day, wish)
        self._open = {portal: courses[portal] for portal in begun}
        for portal in sorted(before.keys() - self._open.keys()):
            others = before[portal].under_way
            self._skip(portal, f"run {min(others)} is looking at it" if others else "another run has just looked at it")
        self._loop = AsyncioLoopingCall(self.look)
        self._loop.start(_SECONDS, now=False)
        return {portal: before[portal] for portal in begun}

    def look(self) -> None:
        """End the looks that are over."""
        progress = self._crawler.get_extension(Progress)
        assert progress is not None
        over = [
            portal
            for portal, course in self._open.items()
            if course.is_over and course.is_recalled and progress.open[portal] <= 0
        ]
        self._end(over)

    def end(self, reason: str) -> None:
        """A crawl that ran to its end has looked at all; one that did not leaves the rest broken off."""
        if self._loop is not None:
            self._loop.stop()
        if self._book is None:
            return
        self.look()
        if reason == "finished":
            self._end(list(self._open))
        self._book.close()

    def _end(self, portals: list[str]) -> None:
        assert self._book is not None
        looks = [self._make_look(portal) for portal in portals]
        for portal in portals:
            del self._open[portal]
        try:
            self._book.add(looks)
        except KaijuanError as error:
            logger.warning("%s; these portals are looked at again: %s", error, ", ".join(portals))

    def _make_look(self, portal: str) -> Look:
        spider: Any = self._crawler.spider
        progress = self._crawler.get_extension(Progress)
        assert progress is not None
        came = PART if spider.plan.years else judge(progress.ledger.account(portal))
        due = spider.revisits.pages.get(portal) if spider.revisits else None
        return Look(portal, self._run, self._day.isoformat(), make_time(), came, due.isoformat() if due else "")

    def _skip(self, portal: str, why: str) -> None:
        self._crawler.signals.send_catch_log(noted, note=Note(portal, "locked", why))
        self._crawler.stats.inc_value("visits/locked")

    @property
    def _run(self) -> str:
        return str(self._crawler.settings["RUN_ID"])


def judge(account: Account) -> str:
    """What came of a look."""
    refusals = account.refused.total()
    if refusals and refusals >= account.pages:
        return REFUSED
    return DONE if account.pages or account.left else SILENT
