"""What must hold when the year is over, by rules of its own: none of them is imported from what is judged.

A change that the list tells is due with the portal's next look. One that it does not tell is due when the page's next
date has come (7, 30, 180 days after it was first archived), and the portal was looked at for it, which takes up to a
week more. What changes again before it is due need not be found. A day on which the machine was off or the crawl was
killed is made up for on the next day on which one runs to its end.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path

from archive.reading.captures import Resolver, read_captures
from benchmarks.year.crawling import Outcome
from benchmarks.year.serving import Asked
from benchmarks.year.world import LIST, Portal, Report, Version

_CHECKPOINTS = (7, 30, 180, 365, 730)
_BETWEEN = 7  # days at least between two looks for pages' sake
_NEVER = date.max


@dataclass
class Found:
    """What the archive holds: the first day of each mark, and the days on which an address was gone."""

    marks: dict[str, date] = field(default_factory=dict)
    gone: dict[str, date] = field(default_factory=dict)
    first: dict[str, date] = field(default_factory=dict)  # of each address


@dataclass(frozen=True)
class Change:
    """Something that was to be found: of which kind, when it came, by when it was due, until when it could be seen."""

    kind: str
    what: str
    day: date
    due: date
    until: date


@dataclass
class Verdict:
    """Counts for the table, and what does not hold, in words."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    delays: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def judge(portals: Sequence[Portal], outcomes: Sequence[Outcome], asked: Sequence[Asked], found: Found) -> Verdict:
    """Hold the archive and the servers' log against what happened."""
    verdict = Verdict()
    for portal in portals:
        own = [one for one in asked if one.portal == portal.id]
        course = Course(portal, outcomes, own)
        for report in portal.reports:
            _judge_report(course, report, found, verdict)
        _judge_looks(course, verdict)
        _judge_pages(course, found, verdict)
        verdict.faults += find_overlaps(own)
    return verdict


class Course:
    """The looks at a portal as its server saw them."""

    def __init__(self, portal: Portal, outcomes: Sequence[Outcome], asked: Sequence[Asked]) -> None:
        self.portal = portal
        self.asked = asked
        killed = {outcome.plan.day for outcome in outcomes if outcome.was_killed}
        self.runs = [outcome.plan.day for outcome in outcomes if outcome.plan.day not in killed]
        self.end = outcomes[-1].plan.day
        lists = sorted({one.day for one in asked if one.path == LIST})
        self.looks = [day for day in lists if day not in killed]
        self.days = sorted({one.day for one in asked})  # of all looks
        self.torn = {one.day for one in asked if one.day in killed}  # days of looks that may have been broken off

    def next_run(self, day: date) -> date:
        """The first crawl from a day on that ran to its end."""
        return next((one for one in self.runs if one >= day), _NEVER)

    def find_due(self, since: date) -> date:
        """By when a look is due that sees what the lists say from a day on."""
        last = max((look for look in self.looks if look < since), default=None)
        if last is None:
            return self.next_run(since)
        return self.next_run(max(since, find_next(self.portal, last)))


def find_next(portal: Portal, last: date) -> date:
    """The day of the next look by the seasons."""
    return next(
        day for days in range(1, 400) if (day := last + timedelta(days=days)) and days >= find_interval(portal, day)
    )


def find_interval(portal: Portal, day: date) -> int:
    """How many days may lie between two looks in that season."""
    at = (day.month, day.day)
    season = 1 if (1, 5) <= at <= (2, 10) else 7 if (2, 11) <= at <= (4, 15) else 30
    if portal.every == "3":
        return 3
    return 2 if season == 1 and portal.every else season  # {rush: 2}


def read_archive(portals: Iterable[Portal], archive: Path) -> Found:
    """All captures, by what they say."""
    found = Found()
    marks = {
        portal.mark(report, version) for portal in portals for report in portal.reports for version in report.versions
    }
    resolver = Resolver([], archive=archive)
    captures = [capture for path in sorted(archive.glob("*.warc.gz")) for capture in read_captures(path, resolver)]
    for capture in sorted(captures, key=lambda one: one.captured_at):
        day = date.fromisoformat(capture.captured_at[:10])
        if capture.status == 200:
            found.first.setdefault(capture.url, day)
            text = capture.payload.decode("utf-8", "replace")
            for mark in marks:
                if mark in text:
                    found.marks.setdefault(mark, day)
        elif capture.status == 404:
            found.gone.setdefault(capture.url, day)
    return found


def _judge_report(course: Course, report: Report, found: Found, verdict: Verdict) -> None:
    portal = course.portal
    url = portal.origin + report.path
    for at, version in enumerate(report.versions):
        later = [one.first for one in report.versions[at + 1 :]] + ([report.gone] if report.gone else [])
        what = f"{portal.id} {report.year}, version {version.number}"
        due = _find_due(course, url, version, found)
        seen = found.marks.get(portal.mark(report, version))
        change = Change("versions", what, version.first, due, min(later, default=_NEVER))
        _judge_change(change, seen, course, verdict)
    if report.gone and url in found.first and found.first[url] < report.gone:
        due = _find_silent(course, report.gone, found.first[url]) if report.keeps_row else course.find_due(report.gone)
        change = Change("withdrawals", f"{portal.id} {report.year}, withdrawal", report.gone, due, _NEVER)
        _judge_change(change, found.gone.get(url), course, verdict)


def _find_due(course: Course, url: str, version: Version, found: Found) -> date:
    first = found.first.get(url)
    if version.is_told or first is None or first >= version.first:
        return course.find_due(version.first)
    return _find_silent(course, version.first, first)


def _find_silent(course: Course, change: date, first: date) -> date:
    point = next(day for days in _CHECKPOINTS if (day := first + timedelta(days=days)) >= change)
    return course.next_run(point + timedelta(days=min(_BETWEEN, find_interval(course.portal, point))))


def _judge_change(change: Change, seen: date | None, course: Course, verdict: Verdict) -> None:
    if change.due >= change.until or change.due > course.end:
        verdict.counts[f"{change.kind} that need not be found"] += 1
        return
    verdict.counts[change.kind] += 1
    what = f"{change.what} of {change.day}"
    if seen is None:
        verdict.faults.append(f"{what} was never found; it was due on {change.due}")
    elif seen > change.due:
        verdict.faults.append(f"{what} was found on {seen}; it was due on {change.due}")
    else:
        verdict.counts[f"{change.kind} found in time"] += 1
        verdict.delays.append((seen - max(change.day, course.runs[0])).days)


def _judge_looks(course: Course, verdict: Verdict) -> None:
    """No look sooner than the season or its pages want it, and none left out that the season wants.

    A look is due from the first day on which a season wants it: missed, it is made up for after that season's end too.
    What was broken off is looked at again at once. A look that a kill broke off must have been due as any other.
    """
    verdict.counts["looks"] += len(course.looks) + len(course.torn)
    for one, other in pairwise([*course.days, _NEVER]):
        due = find_next(course.portal, one)
        if other < min(due, one + timedelta(days=_BETWEEN)) and one not in course.torn:
            verdict.faults.append(f"{course.portal.id} was looked at on {one} and again on {other}")
        if other > course.next_run(due):
            verdict.faults.append(f"{course.portal.id} was looked at on {one}, but not again when due on {due}")


def _judge_pages(course: Course, found: Found, verdict: Verdict) -> None:
    """No page oftener than it was new, told to have changed, due, gone, or in a look that was broken off."""
    for report in course.portal.reports:
        visits = [one for one in course.asked if one.path == report.path]
        verdict.counts["pages asked"] += len(visits)
        for (day, crawl), group in groupby(visits, key=lambda one: (one.day, one.crawl)):
            if len(list(group)) > 1:
                verdict.faults.append(f"{course.portal.id} {report.year} was asked twice on {day} by {crawl}")
        first = found.first.get(course.portal.origin + report.path)
        if first is None:
            continue
        points = sum(first + timedelta(days=days) <= course.end for days in _CHECKPOINTS)
        told = sum(version.is_told for version in report.versions[1:])
        most = 1 + points + told + (2 if report.gone else 0) + 2 * len(course.torn)
        if len(visits) > most:
            said = f"was asked {len(visits)} times, {most} at most were due"
            verdict.faults.append(f"{course.portal.id} {report.year} {said}")


def find_overlaps(asked: Sequence[Asked]) -> Iterator[str]:
    """Two crawls that asked one portal in turns, and two that both walked its list on one day."""
    crawls = [crawl for crawl, _ in groupby(one.crawl for one in asked)]
    if len(crawls) != len(set(crawls)):
        yield f"{asked[0].portal}: two crawls asked it in turns"
