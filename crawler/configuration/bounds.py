"""What a setting may be beside its type: bounds, units, choices, and what a server can be asked to bear.

A setting that is not here is held to the type of its default alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """``is_whole``: no fractions. ``least`` and ``most`` are admitted themselves, unless ``is_above``: more than least.

    ``polite_least`` and ``polite_most``: beyond them ``polite`` is asked for (docs/crawling.md).
    """

    least: float | None = None
    most: float | None = None
    unit: str = ""
    is_whole: bool = True
    is_above: bool = False
    choices: tuple[str, ...] = ()
    polite_least: float | None = None
    polite_most: float | None = None
    polite: str = ""


def _seconds(is_above: bool = False, polite_least: float | None = None, polite: str = "") -> Bound:
    return Bound(0, unit="seconds", is_whole=False, is_above=is_above, polite_least=polite_least, polite=polite)


BOUNDS: Mapping[str, Bound] = {
    "ARCHIVE_ROTATE_BYTES": Bound(1, unit="bytes"),
    "ARCHIVE_ROTATE_SECONDS": _seconds(is_above=True),
    "ARCHIVE_GZIP_LEVEL": Bound(0, 9),
    "BACKUP_KEEP": Bound(1, unit="backups"),
    "VERIFY_DAYS": Bound(0, unit="days", is_whole=False, is_above=True),
    "JOURNAL_DAYS": Bound(1, unit="days"),
    "LEFTOVER_DAYS": Bound(1, unit="days"),
    "REFINE_WORKERS": Bound(0, unit="processes"),
    "LOCK_SILENCE": Bound(30, unit="seconds", is_whole=False),
    "DNS_TIMEOUT": _seconds(is_above=True),
    "DOWNLOAD_DELAY": _seconds(polite_least=1, polite="give it 1 second or more"),
    "DOWNLOAD_DELAY_JITTER": Bound(0, unit="of the delay", is_whole=False),
    "CONCURRENT_REQUESTS_PER_DOMAIN": Bound(1, unit="connections", polite_most=1, polite="keep to one connection"),
    "CONCURRENT_REQUESTS": Bound(1, unit="addresses"),
    "CRAWL_DELAY_MOST": _seconds(),
    "BACKOFF_DELAYS": Bound(0, unit="delays", is_whole=False),
    "BACKOFF_MOST": _seconds(),
    "BACKOFF_RETRIES": Bound(0, unit="retries"),
    "BACKOFF_GIVE_UP": Bound(1, unit="refusals"),
    "OUTAGE_GIVE_UP": Bound(1, unit="requests"),
    "ROBOTSTXT_OBEY": Bound(polite_least=1, polite="obey robots.txt"),
    "DISCOVERY_REQUESTS": Bound(0, unit="pages"),
    "DISCOVERY_DEPTH": Bound(0, unit="links"),
    "LIST_PAGES": Bound(1, unit="pages"),
    "LIST_BARREN_PAGES": Bound(1, unit="pages"),
    "PAGE_PARTS": Bound(choices=("images", "styles")),
    "DOWNLOAD_TIMEOUT": _seconds(is_above=True),
    "DOWNLOAD_MAXSIZE": Bound(0, unit="bytes"),
    "WATCH_DAYS": Bound(1, unit="days"),
    "METRICS_PORTALS": Bound(0, unit="portals"),
    "ALERT_SILENT_RUNS": Bound(1, unit="runs"),
    "ALERT_REFUSALS": Bound(1, unit="refusals"),
    "ALERT_REFUSALS_SHARE": Bound(0, 1, is_whole=False),
    "ALERT_MISSED_DAYS": Bound(0, unit="days"),
    "ALERT_LAG_HOURS": Bound(0, unit="hours", is_whole=False),
    "ALERT_AGAIN_DAYS": Bound(0, unit="days", is_whole=False),
    "ALERT_MAIL_TLS": Bound(choices=("starttls", "tls", "none")),
    "ALERT_SECONDS": _seconds(is_above=True),
    "LOG_LEVEL": Bound(choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
}
# Days, written YYYY-MM-DD.
DAYS = frozenset({"TODAY"})
DATABASES = frozenset({"DATABASE_URL"})
FOLDERS = frozenset({"ARCHIVE_DIR", "BACKUP_DIR"})
# Room on a disk: bytes or a share of it, as crawler/watching/disks.py reads them.
ROOMS = frozenset({"DISK_LEAST", "ALERT_DISK_LEAST"})
# Settings that refining processes read from the environment (pipelines/clean/files/options.py).
EXPORTED = frozenset({"OCR", "SOFFICE"})
# Places on the disk: a relative one of kaijuan.toml lies in the project folder.
PLACES = FOLDERS | {"ARCHIVE_REPLAY", "ARCHIVE_REPLAY_MISSING", "SCHEDULE_JOBS", "LOG_FILE", "JOBDIR"}
