"""Dates as list rows and URLs print them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))

_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-./年]\s*(\d{1,2})(?![\d-])")
_URL_DAYS = (
    re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_"),
    re.compile(r"/((?:19|20)\d{2})[/-]?(\d{1,2})[/-](\d{1,2})(?=[/_.]|$)"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)"),
    re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})(?=/)"),
)


def find_date(text: str) -> str | None:
    """The first date of a text as ``YYYY-MM-DD``, or ``YYYY-MM`` where no row prints a day with it."""
    for pattern in (_DAY, _MONTH):
        for match in pattern.finditer(text):
            if found := _iso(match.groups()):
                return found
    return None


def find_url_date(url: str) -> str | None:
    """The date that the portals' software puts into an address: ``t20230118_``, ``/2023/1/29/``, ``/202302/``."""
    for pattern in _URL_DAYS:
        for match in pattern.finditer(url):
            if found := _iso(match.groups()):
                return found
    return None


def read_instant(value: object) -> str | None:
    """The day in Beijing of a time in JSON: seconds or milliseconds since 1970, or a text with a date."""
    if isinstance(value, str) and not value.strip().isdigit():
        return find_date(value)
    try:
        seconds = int(value)  # type: ignore[call-overload]
        moment = datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(BEIJING).date().isoformat() if seconds > 0 else None


def _iso(parts: tuple[str, ...]) -> str | None:
    year, month, day = (*map(int, parts), 1)[:3]
    try:
        whole = date(year, month, day).isoformat()
    except ValueError:
        return None
    return whole if len(parts) == 3 else whole[:7]
