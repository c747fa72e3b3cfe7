"""The reader of ``schedule.yaml``, and of a row's ``every``: every key known, or an error by file and line."""

import re
from datetime import date
from pathlib import Path

from crawler.catalogue.nodes import Key, Place, read_yaml
from crawler.catalogue.portals import LEVELS
from crawler.catalogue.seasons import LONGEST, Days, MonthDay, Rhythm, Schedule, Season
from crawler.planning.arguments import near

NAME = "schedule.yaml"
_HOUSE = Path(__file__).with_name(NAME)
_LEAP_YEAR = 2024
_NEVER = "never"


def read_schedule(folder: Path) -> Schedule:
    """The schedule of a catalogue's folder, else the house's own; raises ``CatalogueError``."""
    own = folder / NAME
    path = own if own.is_file() else _HOUSE
    root = read_yaml(path)
    values = root.mapping({"seasons": Key(_seasons, required=True), "revisits": Key(_days), "retry": Key(_count)})
    return Schedule(**values, where=str(path))


def read_rhythm(place: Place, seasons: tuple[Season, ...]) -> Rhythm:
    """A row's ``every``: a number of days, ``never``, or a mapping of seasons to either."""
    if place.kind != "a mapping":
        return Rhythm(_days(place))
    return Rhythm(seasons=place.mapping({season.name: Key(_days) for season in seasons}))


def _seasons(place: Place) -> tuple[Season, ...]:
    places = list(place.items())
    seasons = tuple(map(_season, places))
    if not seasons or not seasons[-1].is_whole_year:
        raise place.wrong("the last season must hold the rest of the year; add one without from and to")
    for at, season in enumerate(seasons):
        if season.name in {other.name for other in seasons[:at]}:
            raise places[at].wrong(f"season {season.name!r} stands twice; choose another name")
        if at < len(seasons) - 1 and season.is_whole_year:
            raise places[at].wrong(f"season {season.name!r} leaves nothing to those after it; write from and to")
    return seasons


def _season(place: Place) -> Season:
    keys = {
        "name": Key(_name, required=True),
        "from": Key(_month_day),
        "to": Key(_month_day),
        "every": Key(_days, required=True),
        "levels": Key(lambda levels: levels.mapping({level: Key(_days) for level in LEVELS})),
    }
    values = place.mapping(keys)
    if ("from" in values) != ("to" in values):
        raise place.wrong("a season has both from and to, as in from: 01-05 and to: 02-10, or neither")
    span = {"first": values.pop("from"), "last": values.pop("to")} if "from" in values else {}
    return Season(**values, **span)


def _name(place: Place) -> str:
    text = place.text()
    if not re.fullmatch(r"[a-z][a-z0-9-]*", text):
        raise place.wrong(f"season {text!r}: write lower-case ascii letters, digits and hyphens")
    return text


def _month_day(place: Place) -> MonthDay:
    text = place.text()
    try:
        day = date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    except ValueError:
        raise place.wrong(f"{place.what} {text!r} is no day of a year; write month and day, as in 01-31") from None
    return day.month, day.day


def _days(place: Place) -> Days:
    if place.kind != "text":
        return _count(place)
    if (text := place.text()) == _NEVER:
        return None
    raise place.wrong(f"{place.what} {text!r}: write a number of days, or never{near(text, (_NEVER,))}")


def _count(place: Place) -> int:
    days = place.number()
    if not 1 <= days <= LONGEST:
        raise place.wrong(f"{place.what} is {days}; write a number of days from 1 to {LONGEST}")
    return days
