"""Which portals are due and why: the schedule of the catalogue held against the book of visits.

A portal is due when its season's days have passed since its last look, when one of its pages is due again, when its
last look brought nothing, when that look was broken off, or when there never was one. However many days passed in
vain, a portal is due once: what counts is the last look, not the slots since.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.catalogue import Portal, Schedule
from crawler.catalogue.seasons import Rule
from crawler.planning.choosing import Plan
from crawler.planning.visitbook import REFUSED, Visited

# Words for what decides.
NEVER, BROKEN, FRUITLESS, PAGES, SEASON = "never", "broken-off", "fruitless", "pages", "season"  # makes it due
UNDER_WAY, OFF = "under-way", "off"  # it is not due


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a portal is due. ``next``: the day from which it is, ``None`` where it is never looked at.

    ``reason``: the word for what decides (``season``, ``pages``, ``fruitless``, ``broken-off``, ``never``; where it is
    not due, ``under-way`` or ``off``).
    """

    portal: Portal
    is_due: bool
    reason: str
    why: str  # in a sentence
    rule: str  # of the schedule or the row
    every: int | None  # days, by that rule
    last: date | None
    run: str | None  # of the last look
    next: date | None


def find_due(
    portals: Iterable[Portal], schedule: Schedule, visits: Mapping[str, Visited], today: date
) -> tuple[Due, ...]:
    """The standing of each portal, in their order."""
    return tuple(judge(portal, schedule, visits.get(portal.id, Visited()), today) for portal in portals)


def judge(portal: Portal, schedule: Schedule, visited: Visited, today: date) -> Due:
    """The standing of a portal."""
    rule = schedule.find_rule(portal.level, portal.every, today)
    standing = _Standing(portal, visited, today)
    coming = schedule.find_next(portal.level, portal.every, visited.day or today)
    if coming is None or (rule.every is None and visited.day is None):
        return standing.make(rule, OFF, "the schedule has it off", None)
    if visited.under_way:
        return standing.make(rule, UNDER_WAY, f"run {max(visited.under_way)} is looking at it", None)
    if visited.broken and rule.every is not None:
        return standing.make(rule, BROKEN, f"run {max(visited.broken)} was broken off before it was through", today)
    if visited.day is None:
        return standing.make(rule, NEVER, "never looked at", today)
    day, rule = coming
    by_season = (day, 2, SEASON, rule.words)
    day, _, reason, why = min([by_season, *_find_earlier(visited, visited.day, day, schedule)])
    return standing.make(rule, reason, why, day)


def make_wish(plan: Plan, today: date, resumed: str | None) -> Callable[[str, Visited], bool]:
    """Which portals of a plan are looked at as the book stands: all, or those that are due or were of this run."""
    portals = {portal.id: portal for portal in plan.portals}

    def is_wanted(name: str, visited: Visited) -> bool:
        return not plan.only_due or is_wished(portals[name], plan.schedule, visited, today, resumed)

    return is_wanted


def is_wished(portal: Portal, schedule: Schedule, visited: Visited, today: date, resumed: str | None) -> bool:
    """Whether a portal is due, or was begun by the run that goes on."""
    is_own = resumed is not None and (resumed in visited.broken or (visited.last and visited.last.run == resumed))
    return bool(is_own) or judge(portal, schedule, visited, today).is_due


@dataclass(frozen=True, slots=True)
class _Standing:
    portal: Portal
    visited: Visited
    today: date

    def make(self, rule: Rule, reason: str, why: str, day: date | None) -> Due:
        last = self.visited.last
        is_due = day is not None and day <= self.today
        run = last.run if last else None
        return Due(self.portal, is_due, reason, why, rule.words, rule.every, self.visited.day, run, day)


def _find_earlier(visited: Visited, last: date, season: date, schedule: Schedule) -> list[tuple[date, int, str, str]]:
    """What may call for a look before the season does: day, rank, word and sentence."""
    found = []
    if visited.fruitless:
        wait = min(schedule.retry << min(visited.fruitless - 1, 9), (season - last).days)
        what = "only refusals" if visited.last and visited.last.came == REFUSED else "nothing"
        times = "once" if visited.fruitless == 1 else f"{visited.fruitless} times in a row"
        found.append((last + timedelta(days=wait), 0, FRUITLESS, f"it brought {what}, {times}"))
    if visited.pages and schedule.revisits is not None:
        day = max(visited.pages, last + timedelta(days=schedule.revisits))
        found.append((day, 1, PAGES, f"one of its pages is due again on {visited.pages}"))
    return found
