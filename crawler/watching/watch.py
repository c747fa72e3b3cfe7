"""The watch: gathers the facts from journals, index, store, disks, verification and schedule, again and again.

What was counted once and has not changed is not counted again, so that a server can be asked every few seconds.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from scrapy.settings import BaseSettings

from crawler.coverage.stored import has_store
from crawler.watching.answers import FileAnswers, count_statuses, list_answers
from crawler.watching.disks import find_disks
from crawler.watching.facts import Due, Facts, Lag, StoreFacts
from crawler.watching.stored import StoreCounts
from crawler.watching.thresholds import Thresholds
from crawler.watching.verified import read_verified
from crawler.watching.visits import VisitsReader, list_recent_runs
from pipelines.errors import PipelineError
from pipelines.store.database import Database

FindDues = Callable[[], Sequence[Due]]


class Watch(AbstractContextManager["Watch"]):
    """Opens the store that the settings name if there is one, unless it is given an open one. ``close`` lets it go.

    ``find_dues``: which portals are due; it reads the catalogue, which not everybody who watches has.
    """

    def __init__(
        self,
        settings: BaseSettings,
        store: Database | None = None,
        find_dues: FindDues | None = None,
    ) -> None:
        self.settings = settings
        self.thresholds = Thresholds.of(settings)
        self._find_dues = find_dues
        self._archive = Path(settings["ARCHIVE_DIR"])
        self._visits = VisitsReader(self._archive)
        self._own: Database | None = None
        self._counts: StoreCounts | None = StoreCounts(store) if store else None
        self._error: str | None = None
        if store is None:
            self._open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        """Let the store go that was opened here."""
        if self._own is not None:
            self._own.close()

    def gather(self, now: datetime | None = None) -> Facts:
        """The facts of a moment. What cannot be read is told in them; raises nothing but for the archive's folder."""
        now = now or datetime.now(UTC)
        runs = list_recent_runs(self._archive, now, self.thresholds.days)
        files = list_answers(self._archive)
        store, lag, error = self._read_store(files)
        return Facts(
            now=now,
            runs=runs,
            visits=self._visits.read(runs),
            disks=find_disks(self.settings),
            statuses=dict(sorted(count_statuses(files).items())),
            store=store,
            store_error=error,
            lag=lag,
            verified=read_verified(self._archive),
            due=self._find_dues() if self._find_dues else None,
        )

    def _open(self) -> None:
        address = self.settings.get("DATABASE_URL")
        if not address or not has_store(address):
            return
        try:
            self._own = Database(address, None)
            self._counts = StoreCounts(self._own)
        except PipelineError as error:
            self._error = str(error)

    def _read_store(self, files: list[FileAnswers]) -> tuple[StoreFacts | None, Lag | None, str | None]:
        if self._counts is None:
            return None, None, self._error
        try:
            return self._counts.read(), self._counts.find_lag(files), None
        except PipelineError as error:
            return None, None, str(error)
