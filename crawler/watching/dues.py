"""Which portals are due by the catalogue's schedule, and which were missed: for whoever looks again and again."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from time import monotonic

from scrapy.settings import BaseSettings

from crawler.catalogue import Portal, read_catalogue
from crawler.catalogue.seasons import Schedule
from crawler.planning.calendar import find_today
from crawler.planning.dues import NEVER, find_due
from crawler.planning.visitbook import read_visits
from crawler.watching.facts import Due

_KEPT = 60.0  # seconds: days pass slowly, and the book of visits has a line for each look of years


class Dues:
    """The dues of some portals. Safe to ask from several threads.

    One that was never looked at is due and not late: a catalogue may name more portals than somebody crawls.
    """

    def __init__(
        self, archive: Path, portals: Sequence[Portal], schedule: Schedule, find_day: Callable[[], date]
    ) -> None:
        self._archive = archive
        self._portals = portals
        self._schedule = schedule
        self._find_day = find_day
        self._last: tuple[float, date, tuple[Due, ...]] | None = None
        self._lock = Lock()

    @classmethod
    def of(cls, settings: BaseSettings, catalogue: str, families: Collection[str]) -> "Dues":
        """Those of a catalogue, by its name or its folder. Raises ``CatalogueError`` and ``UsageError``."""
        found = read_catalogue(catalogue, families)
        find_today(settings)
        return cls(Path(settings["ARCHIVE_DIR"]), found.portals, found.schedule, lambda: find_today(settings))

    def __call__(self) -> tuple[Due, ...]:
        """Those that are due today."""
        with self._lock:
            today, now = self._find_day(), monotonic()
            if self._last is None or self._last[1] != today or now - self._last[0] > _KEPT:
                self._last = now, today, tuple(self._find(today))
            return self._last[2]

    def _find(self, today: date) -> list[Due]:
        found = find_due(self._portals, self._schedule, read_visits(self._archive), today)
        return [_make(each.portal.id, each.why, each.reason, each.next, today) for each in found if each.is_due]


def _make(portal: str, why: str, reason: str, day: date | None, today: date) -> Due:
    if reason == NEVER or day is None or day >= today:
        return Due(portal, why)
    return Due(portal, why, day, (today - day).days)
