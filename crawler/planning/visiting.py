"""A crawl and the book of visits: portals are begun before they are asked anything, and ended when all of them came.

A spider of portals claims them first, by their locks in the store and their lines in the book. What another run has is
left out, told and counted; with ``-a due=1`` so is what another run has looked at since the plan was made.
"""

import asyncio
import logging
from collections.abc import Collection
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
from crawler.planning.locking import StoreLocks
from crawler.planning.visitbook import DONE, PART, REFUSED, SILENT, Look, Visited
from crawler.telling.ledger import Account, Note, noted
from crawler.telling.progress import Progress

logger = logging.getLogger(__name__)

_SECONDS = 2.0  # between two looks at what is over


class Visiting:
    """Scrapy extension: keeps the run's locks and its lines in the book of visits.

    A re-walk looks at no portal, and has neither.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._archive = Path(crawler.settings["ARCHIVE_DIR"])
        self._book: Book | None = None
        self._locks: StoreLocks | None = None
        self._held: set[str] = set()  # portals whose locks are ours
        self._open: dict[str, Any] = {}  # the courses that are not over, by portal
        self._loop: AsyncioLoopingCall | None = None
        self._given: set[asyncio.Future[None]] = set()
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

        Raises ``KaijuanError`` where the book cannot be written, ``PipelineError`` where it is the store.
        """
        spider: Any = self._crawler.spider
        self._day = find_today(self._crawler.settings)
        locked = await self._lock(list(courses))
        free = [portal for portal in courses if portal not in locked]
        self._book = Book(self._archive, self._run)
        wish = make_wish(spider.plan, self._day, self._crawler.settings.get("ARCHIVE_RESUME"))
        begun, before = self._book.begin(free, self._day, wish)
        self._open = {portal: courses[portal] for portal in begun}
        left = [portal for portal in free if portal not in self._open]
        await self._give_back(left)
        for portal in left:
            others = before[portal].under_way
            locked[portal] = f"run {min(others)} is looking at it" if others else "another run has just looked at it"
        self._tell(locked)
        self._loop = AsyncioLoopingCall(self.look)
        self._loop.start(_SECONDS, now=False)
        return {portal: before[portal] for portal in begun}

    def look(self) -> None:
        """End the looks that are over."""
        over = self._end_looks([portal for portal, course in self._open.items() if self._is_over(portal, course)])
        if over and self._locks is not None:
            giving = asyncio.ensure_future(self._give_back(over))
            self._given.add(giving)
            giving.add_done_callback(self._given.discard)

    async def end(self, reason: str) -> None:
        """A crawl that ran to its end has looked at all; one that did not leaves the rest broken off."""
        if self._loop is not None:
            self._loop.stop()
        if self._book is not None:
            courses = self._open.items()
            self._end_looks([name for name, course in courses if reason == "finished" or self._is_over(name, course)])
            self._book.close()
        await asyncio.gather(*self._given)
        await self._give_back(sorted(self._held))
        if self._locks is not None:
            await self._locks.close()

    async def _lock(self, portals: list[str]) -> dict[str, str]:
        """Ask the store for portals, if there is one; those that another run has, with the words for whom."""
        settings = self._crawler.settings
        address = settings.get("DATABASE_URL")
        if not address:
            return {}
        self._locks = StoreLocks(str(address), self._run, settings.getfloat("LOCK_SILENCE"), self._stop)
        others = await self._locks.take(portals)
        self._held = set(portals) - others.keys()
        return {portal: f"{words} has it" for portal, words in others.items()}

    async def _give_back(self, portals: list[str]) -> None:
        if self._locks is not None:
            await self._locks.give_back(portals)
            self._held -= set(portals)

    def _tell(self, locked: dict[str, str]) -> None:
        for portal in sorted(locked):
            self._crawler.signals.send_catch_log(noted, note=Note(portal, "locked", locked[portal]))
            self._crawler.stats.inc_value("visits/locked")

    def _stop(self, lost: Collection[str]) -> None:
        """Two crawls must not ask one portal: the one that was silent for long ends."""
        names = ", ".join(sorted(lost))
        logger.error("%s: another run has taken over the locks while this one was not heard of; it ends here", names)
        engine = self._crawler.engine
        assert engine is not None
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason="locks-lost"))

    def _is_over(self, portal: str, course: Any) -> bool:
        progress = self._crawler.get_extension(Progress)
        assert progress is not None
        return bool(course.is_over and course.is_recalled and progress.open[portal] <= 0)

    def _end_looks(self, portals: list[str]) -> list[str]:
        """Write their ends; those that are over."""
        assert self._book is not None
        looks = [self._make_look(portal) for portal in portals]
        for portal in portals:
            del self._open[portal]
        try:
            self._book.add(looks)
        except KaijuanError as error:
            logger.warning("%s; these portals are looked at again: %s", error, ", ".join(portals))
        return portals

    def _make_look(self, portal: str) -> Look:
        spider: Any = self._crawler.spider
        progress = self._crawler.get_extension(Progress)
        assert progress is not None
        came = PART if spider.plan.years else judge(progress.ledger.account(portal))
        due = spider.revisits.pages.get(portal) if spider.revisits else None
        pages = due.isoformat() if due else ""
        return Look(portal=portal, day=self._day.isoformat(), at=make_time(), came=came, pages=pages)

    @property
    def _run(self) -> str:
        return str(self._crawler.settings["RUN_ID"])


def judge(account: Account) -> str:
    """What came of a look."""
    refusals = account.refused.total()
    if refusals and refusals >= account.pages:
        return REFUSED
    return DONE if account.pages or account.left else SILENT
