"""Thresholds: from when on something is wrong, as the settings say."""

from dataclasses import dataclass
from typing import Self

from scrapy.settings import BaseSettings

from crawler.watching.disks import Bound, read_bound


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The settings ``ALERT_…`` of conditions, and ``WATCH_DAYS``."""

    disk: Bound
    days: int = 100  # of which runs are looked at
    silent_runs: int = 2
    refusals: int = 50
    refusals_share: float = 0.2  # of a run's answers
    missed_days: int = 2
    lag_hours: float = 24.0
    again_days: float = 7.0

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """Raises ``UsageError`` where a bound of the disk is none."""
        return cls(
            disk=read_bound(settings, "ALERT_DISK_LEAST"),
            days=settings.getint("WATCH_DAYS"),
            silent_runs=settings.getint("ALERT_SILENT_RUNS"),
            refusals=settings.getint("ALERT_REFUSALS"),
            refusals_share=settings.getfloat("ALERT_REFUSALS_SHARE"),
            missed_days=settings.getint("ALERT_MISSED_DAYS"),
            lag_hours=settings.getfloat("ALERT_LAG_HOURS"),
            again_days=settings.getfloat("ALERT_AGAIN_DAYS"),
        )
