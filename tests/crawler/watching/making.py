"""Journals, facts and settings as tests of watching need them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from crawler import settings as ours
from crawler.telling.journal import Journal, PortalEntry, RunEntry, write_journal
from crawler.telling.runs import Run, list_runs
from crawler.watching.facts import Facts
from crawler.watching.thresholds import Thresholds

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


def make_settings(folder: Path, **more: Any) -> Settings:
    """The project's, with everything under a folder and no store."""
    settings = Settings({name: getattr(ours, name) for name in dir(ours) if name.isupper()})
    settings.setdict({"ARCHIVE_DIR": str(folder / "warc"), "DATABASE_URL": "", **more})
    return settings


def make_thresholds(folder: Path, **more: Any) -> Thresholds:
    """Those of the settings."""
    return Thresholds.of(make_settings(folder, **more))


def write_run(folder: Path, day: int, *portals: PortalEntry, **more: Any) -> str:
    """The journal of a run of January 2026 that finished, or went otherwise as ``more`` says; its name."""
    at = f"2026-01-{day:02d}T02:30:00Z"
    run = str(more.pop("run", f"202601{day:02d}T023000Z-{day:06d}"))
    told = {"spider": "provincial", "began": at, "updated": at, "every": 2.0, "ended": at, "reason": "finished"}
    told |= {"lacking": sum(bool(portal.why) for portal in portals)}
    write_journal(folder / "warc", Journal(RunEntry(run, **{**told, **more}), portals))
    return run


def well(portal: str = "a") -> PortalEntry:
    """A portal that brought a report."""
    return PortalEntry(portal, "甲市财政局", captures=3, pages=2, reports=1)


def left(portal: str = "a") -> PortalEntry:
    """One whose reports are as they were."""
    return PortalEntry(portal, "甲市财政局", captures=2, pages=1, left=4)


def silent(portal: str = "a", why: str = "nothing came") -> PortalEntry:
    """One of which nothing came."""
    return PortalEntry(portal, "甲市财政局", why=why)


def read_runs(folder: Path, now: datetime = NOW) -> list[Run]:
    """The runs of the journals."""
    return list_runs(folder / "warc", now)


def make_facts(now: datetime = NOW, **more: Any) -> Facts:
    """Facts of which only what is given is known."""
    return Facts(now, **more)


def later(**span: float) -> datetime:
    """A moment after ``NOW``."""
    return NOW + timedelta(**span)
