"""Until when a report had to be published, and whether it was.

Articles 49 and 50 of the decree (国务院令第711号, in force since 15 May 2019): departments by 31 January, the
government of a place by 31 March of the year that follows. Article 32 of the decree before it (第492号): every organ by
31 March.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))
_FIRST_OF_NEW_RULE = 2019  # the report of 2018 was due six weeks before the decree came into force
_DEPARTMENTS, _PLACES = (1, 31), (3, 31)
# The government of a place, a township's included, and what acts as one: zones, subdistrict offices.
_PLACE = re.compile(r"政府$|街道办事处$|(?:[区园城岛港])(?:管理委员会|管委会)$")


def is_place(agency: str) -> bool:
    """Whether an agency is the government of a place, or acts as one; the others are departments."""
    return _PLACE.search(agency) is not None


def find_deadline(agency: str, year: int) -> date:
    """The last day on which the report of a year is in time."""
    is_early = year >= _FIRST_OF_NEW_RULE and not is_place(agency)
    month, day = _DEPARTMENTS if is_early else _PLACES
    return date(year + 1, month, day)


def find_delay(agency: str, year: int, published: str | None, seen: Iterable[str]) -> int | None:
    """The days by which a report is late; ``None`` where it is in time or nothing tells.

    ``published`` is the earliest date that a capture gives; ``seen`` the times of its captures (UTC): one that was seen
    in time was in time, whatever date a migration of the portal gave it later.
    """
    deadline = find_deadline(agency, year)
    if published is None or any(_find_day(moment) <= deadline.isoformat() for moment in seen):
        return None
    try:
        days = (date.fromisoformat(published) - deadline).days
    except ValueError:
        return None
    return days if days > 0 else None


def _find_day(moment: str) -> str:
    """The day in China of a capture's time."""
    try:
        found = datetime.fromisoformat(re.sub(r"\.(\d{1,6})\d*", r".\1", moment))
    except ValueError:
        return moment[:10]
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(_CHINA).date().isoformat()
