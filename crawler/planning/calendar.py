"""When a report page is asked again: 7, 30 and 180 days after it was first archived, then each year; and what today is.

The days are those on which revisions and withdrawals are seen (``docs/crawling.md``). They are counted from the
captures in the archive, in UTC, so a crawl that comes late asks once and the next date stays where it was.
"""

from datetime import UTC, date, datetime, timedelta

from scrapy.settings import BaseSettings

from crawler.planning.arguments import wrong

CHECKPOINTS = (7, 30, 180)  # days
YEAR = 365


def find_next_visit(first: date, last: date) -> date:
    """The first checkpoint after the last visit, for a page that was first archived on ``first``."""
    days = (last - first).days
    following = next((point for point in CHECKPOINTS if point > days), YEAR * (days // YEAR + 1))
    return first + timedelta(days=following)


def is_due(first: date, last: date, today: date) -> bool:
    """Whether a checkpoint has passed since the last visit."""
    return today >= find_next_visit(first, last)


def find_today(settings: BaseSettings) -> date:
    """The setting ``TODAY`` (YYYY-MM-DD), else the clock's date in UTC; anything else is a ``UsageError``."""
    text = str(settings.get("TODAY") or "")
    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError:
        raise wrong(f"TODAY={text}: write the date as 2026-01-31, or leave the setting out") from None
