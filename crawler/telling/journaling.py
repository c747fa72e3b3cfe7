"""A crawl keeps its journal: every few seconds what came so far, and at its end how it ended."""

import logging
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, process_time
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall

from archive.wire.keeper import CLOSE_REASON
from crawler.telling.journal import Journal, PortalEntry, RunEntry, journal_path, read_run, write_journal
from crawler.telling.ledger import Ledger
from crawler.telling.progress import Progress
from pipelines.live.pipeline import LivePipeline

logger = logging.getLogger(__name__)

_LEAST = 2.0  # seconds between two writings
_SHARE = 100  # a writing takes at most so small a part of the time: with thousands of portals they become rare
_RECENT = 60.0  # seconds
_FAILURES = ("failed", "status", "ignored", "out-of-scope")


class Journaling:
    """Scrapy extension: writes the ledger beside the archive that the crawl fills; a re-walk fills none."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._archive = Path(crawler.settings["ARCHIVE_DIR"])
        self._every = _LEAST
        self._began = ""
        self._before = 0.0  # seconds of earlier processes of the run
        self._started = self._written = 0.0  # on the monotonic clock
        self._seen: deque[tuple[float, int]] = deque()  # when there were how many captures
        self._loop: AsyncioLoopingCall | None = None
        self._failure: OSError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        settings = crawler.settings
        if getattr(crawler.spider, "plan", None) is None or settings.get("ARCHIVE_REPLAY"):
            raise NotConfigured
        if not settings.getbool("JOURNAL_ENABLED"):
            raise NotConfigured
        extension = cls(crawler)
        crawler.signals.connect(extension.begin, signals.spider_opened)
        crawler.signals.connect(extension.end, signals.spider_closed)
        return extension

    def begin(self) -> None:
        """Write from now on. A run that goes on keeps the time at which it first began."""
        before = read_run(journal_path(self._archive, self._run))
        self._started = monotonic()
        self._began = before.began if before and before.began else _now()
        self._before = before.seconds if before else 0.0
        self._loop = AsyncioLoopingCall(self.write_if_due)
        self._loop.start(_LEAST, now=True)

    def end(self, reason: str) -> None:
        """How it ended."""
        if self._loop is not None:
            self._loop.stop()
            self._write(reason)
        if self._failure is not None and reason != CLOSE_REASON:  # an archive that fails has said why
            why = self._failure.strerror
            logger.warning("%s: the run's journal could not be written (%s); the archive has all", self._archive, why)

    def write_if_due(self) -> None:
        """Write, where the last writing is long enough ago for what it cost."""
        if monotonic() - self._written >= self._every - _LEAST / 2 or not self._written:
            self._write(None)

    def _write(self, reason: str | None) -> None:
        if self._failure is not None:
            return
        cost = process_time()
        try:
            write_journal(self._archive, self._make(reason))
        except OSError as error:
            self._failure = error  # the archive goes on: what the journal says can be had from it
        self._written = monotonic()
        self._every = max(_LEAST, (process_time() - cost) * _SHARE)

    def _make(self, reason: str | None) -> Journal:
        progress = self._crawler.get_extension(Progress)
        assert progress is not None
        ledger = progress.ledger
        failing = ledger.failing if reason else {}
        portals = [
            PortalEntry.of(portal, account, progress.open[portal], failing.get(portal))
            for portal, account in ledger.accounts.items()
        ]
        return Journal(self._make_run(ledger, portals, reason), portals)

    def _make_run(self, ledger: Ledger, portals: list[PortalEntry], reason: str | None) -> RunEntry:
        spider: Any = self._crawler.spider
        now, pipeline = _now(), self._crawler.get_item_pipeline(LivePipeline)
        captures = ledger.total("captures")
        return RunEntry(
            run=self._run,
            spider=spider.name,
            arguments={name: str(value) for name in sorted(spider.known) if (value := getattr(spider, name, None))},
            began=self._began,
            updated=now,
            every=round(self._every, 1),
            seconds=round(self._before + monotonic() - self._started, 1),
            ended=now if reason else None,
            reason=reason,
            portals=len(ledger.names),
            done=sum(entry.is_done for entry in portals if entry.portal in ledger.names),
            pages=ledger.total("pages"),
            captures=captures,
            reports=ledger.total("reports"),
            refusals=ledger.refusals,
            failures=sum(kind in _FAILURES for account in ledger.accounts.values() for kind in _kinds(account)),
            lacking=len(ledger.failing) if reason else 0,
            recent=self._find_rate(captures),
            behind=pipeline.left if pipeline is not None and not reason else 0,
        )

    def _find_rate(self, captures: int) -> float:
        """Captures a minute, over the last minute or what there is of it; a resumed run's earlier ones are none."""
        now = monotonic()
        captures -= self._crawler.stats.get_value("archive/resumed", 0)
        self._seen.append((now, captures))
        while self._seen[0][0] < now - _RECENT and len(self._seen) > 2:
            self._seen.popleft()
        since, before = self._seen[0]
        since, before = (since, before) if now > since else (self._started, 0)
        return round((captures - before) * 60 / (now - since), 1) if now > since else 0.0

    @property
    def _run(self) -> str:
        return str(self._crawler.settings["RUN_ID"])


def _kinds(account: Any) -> list[str]:
    return [note.kind for note in account.notes]


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
