"""What happens in the year: which portal publishes, revises, withdraws which report on which day, by a seed alone."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

LIST = "/zfxxgk/zfxxgknb/"
FIRST = date(2031, 1, 1)  # later than today, whenever this is run
_AGENCIES = ("民政", "教育", "财政", "水利", "公安", "司法", "农业农村", "商务", "交通运输", "自然资源", "审计", "林业")
_REVISIONS = (3, 5, 12, 40, 100, 200)  # days after which a report is put right
_LEVELS = ("provincial", "provincial", "municipal", "county")


@dataclass(frozen=True)
class Version:
    """What a report's page says from a day on. ``is_told``: its row in the list changed too."""

    number: int
    first: date
    is_told: bool


@dataclass(frozen=True)
class Report:
    """A report. ``gone``: the day from which its page is not there; ``keeps_row``: its row stays in the list."""

    year: int
    versions: tuple[Version, ...]
    gone: date | None = None
    keeps_row: bool = False

    @property
    def path(self) -> str:
        """Of its page."""
        return f"{LIST}{self.year + 1}01/t{self.year + 1}0120_{self.year}.html"

    def version_on(self, day: date) -> Version | None:
        """What its page says on a day, if it is there."""
        if self.gone is not None and day >= self.gone:
            return None
        return next((one for one in reversed(self.versions) if one.first <= day), None)

    def row_on(self, day: date) -> int | None:
        """The number of the version that its row shows on a day; ``None`` where the list has no row."""
        there = [one for one in self.versions if one.first <= day]
        if not there or (self.gone is not None and day >= self.gone and not self.keeps_row):
            return None
        return max((one.number for one in there if one.is_told), default=1)


@dataclass
class Portal:
    """A portal. ``every``: what its row in the catalogue says, if anything; ``origin`` is known once it is served."""

    number: int
    level: str
    reports: tuple[Report, ...]
    every: str | None = None
    origin: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """Its name in the catalogue."""
        return f"yunling-{self.number}"

    @property
    def agency(self) -> str:
        """Whose it is."""
        return f"云岭省{_AGENCIES[self.number % len(_AGENCIES)]}厅"

    def mark(self, report: Report, version: Version) -> str:
        """What the page of that version says, and no other."""
        return f"公开第{self.number}号{report.year}年第{version.number}稿"


def make_world(portals: int, days: int, seed: int) -> list[Portal]:
    """The portals of a year that begins on ``FIRST``."""
    return [_make_portal(number, days, random.Random(f"{seed} {number}")) for number in range(portals)]


def _make_portal(number: int, days: int, chance: random.Random) -> Portal:
    level = _LEVELS[number % len(_LEVELS)]
    before = FIRST - timedelta(days=300)
    old = [Report(FIRST.year - back, (Version(1, before, True),)) for back in (2, 3, 4)]
    reports = [_change(report, FIRST, days, chance, often=0.3) for report in old]
    if (published := FIRST + timedelta(days=_draw_day(chance))) < FIRST + timedelta(days=days):
        new = Report(FIRST.year - 1, (Version(1, published, True),))
        reports.insert(0, _change(new, published, days, chance, often=0.8))
    return Portal(number, level, tuple(reports), every={3: "3", 7: "{rush: 2}"}.get(number))


def _draw_day(chance: random.Random) -> int:
    """Days into the year: most in January, some by the end of March, few late."""
    span = chance.choices([(4, 31), (31, 90), (90, 260)], weights=[7, 2, 1])[0]
    return chance.randrange(*span)


def _change(report: Report, since: date, days: int, chance: random.Random, often: float) -> Report:
    """The report with what is done to it later."""
    changes = sorted(_draw_changes(since, days, chance, often))
    versions = list(report.versions)
    for day in changes:
        versions.append(Version(len(versions) + 1, day, chance.random() < 0.5))
    report = replace(report, versions=tuple(versions))
    if chance.random() < often / 3:
        gone = max(versions[-1].first, since) + timedelta(days=chance.choice((2, 20, 90)))
        return replace(report, gone=gone, keeps_row=chance.random() < 0.4)
    return report


def _draw_changes(since: date, days: int, chance: random.Random, often: float) -> Iterator[date]:
    end = FIRST + timedelta(days=days)
    for after in chance.sample(_REVISIONS, k=2):
        day = since + timedelta(days=after + chance.randrange(3))
        if chance.random() < often and day < end:
            yield day
