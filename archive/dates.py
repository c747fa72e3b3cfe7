"""Dates of records: WARC-Date (W3CDTF, any precision) and the fourteen digits of ARC, as instants in UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone

_W3CDTF = re.compile(
    r"(?P<date>\d{4}(?:-\d\d(?:-\d\d)?)?)"
    r"(?:[Tt ](?P<clock>\d\d:\d\d(?::\d\d)?)(?P<fraction>\.\d+)?(?P<zone>[Zz]|[+-]\d\d:?\d\d)?)?"
)
_COMMON = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", re.ASCII)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d*)")


def format_now() -> str:
    """The present instant as a WARC-Date with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read_date(text: str) -> str:
    """The instant of a record's date in UTC with ``Z``, its precision unchanged; a date without a time stays one.

    WARC 1.1 (5.4) allows one to nine digits of a second's fraction; all are kept. A time without a zone is UTC.
    Raises ``ValueError`` for what is no date.
    """
    text = text.strip()
    if _COMMON.fullmatch(text):
        datetime.fromisoformat(text[:19])  # refuses the thirtieth of February
        return text
    if match := _W3CDTF.fullmatch(text):
        return _in_utc(match["date"], match["clock"], match["fraction"] or "", match["zone"])
    if match := _DIGITS.fullmatch(text):
        year, month, day, hour, minute, second, rest = match.groups()
        return _in_utc(f"{year}-{month}-{day}", f"{hour}:{minute}:{second}", f".{rest}" if rest.strip("0") else "", "Z")
    raise ValueError(f"not a date: {text!r}")


def _in_utc(date: str, clock: str | None, fraction: str, zone: str | None) -> str:
    if clock is None:
        datetime.strptime(date, "%Y-%m-%d"[: len(date) - 2])
        return date
    moment = datetime.fromisoformat(f"{date}T{clock}").replace(tzinfo=_zone(zone)).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M}{f':{moment:%S}' if clock.count(':') == 2 else ''}{fraction}Z"


def _zone(zone: str | None) -> timezone:
    if zone is None or zone in "Zz":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if zone[0] == "-" else shift)
