"""How often a portal is looked at: seasons of the year, each with a number of days, and what a portal's row says of it.

Days are whole and in UTC. A season is a span of days of each year and may go over its turn; the first that holds a day
and a level decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

LONGEST = 366  # days between two looks
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

MonthDay = tuple[int, int]
Days = int | None  # between two looks; ``None``: never


@dataclass(frozen=True, slots=True)
class Season:
    """A part of the year, first and last day included; all of it where they are not given."""

    name: str
    every: Days
    first: MonthDay = (1, 1)
    last: MonthDay = (12, 31)
    levels: Mapping[str, Days] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last

    @property
    def is_whole_year(self) -> bool:
        """Whether every day lies in it."""
        return (self.first, self.last) == ((1, 1), (12, 31))

    @property
    def words(self) -> str:
        """``rush (5 Jan – 10 Feb)``; the name alone for what is left of the year."""
        return self.name if self.is_whole_year else f"{self.name} ({_in_words(self.first)} – {_in_words(self.last)})"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a portal's row says: one number of days for the whole year, or some for seasons by name."""

    always: Days = None
    seasons: Mapping[str, Days] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days lie between two looks on some day, and which words of which file say so."""

    every: Days
    words: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The seasons in their order, of which the last holds all days; ``where`` is the file that says so."""

    seasons: tuple[Season, ...]
    revisits: Days = 7
    retry: int = 1
    where: str = ""

    def find_rule(self, level: str, row: Rhythm | None, day: date) -> Rule:
        """The rule for a portal on a day."""
        if row is not None and row.seasons is None:
            return Rule(row.always, f"its row: {_say(row.always)}")
        season = next(season for season in self.seasons if season.holds(day))
        if row is not None and row.seasons is not None and season.name in row.seasons:
            every = row.seasons[season.name]
            return Rule(every, f"its row: {_say(every)} in {season.words}")
        if level in season.levels:
            every = season.levels[level]
            return Rule(every, f"{season.words}: {_say(every)} for level {level}")
        return Rule(season.every, f"{season.words}: {_say(season.every)}")

    def find_next(self, level: str, row: Rhythm | None, last: date) -> tuple[date, Rule] | None:
        """The first day after ``last`` on which a look is due, by the rule of that day; ``None`` where none ever is."""
        for days in range(1, 2 * LONGEST + 1):
            day = last + timedelta(days=days)
            rule = self.find_rule(level, row, day)
            if rule.every is not None and days >= rule.every:
                return day, rule
        return None


def _say(every: Days) -> str:
    if every is None:
        return "never"
    return "every day" if every == 1 else f"every {every} days"


def _in_words(at: MonthDay) -> str:
    return f"{at[1]} {_MONTHS[at[0] - 1]}"
