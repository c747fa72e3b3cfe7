"""The clock of the jobs: when each is due next is kept in the store, so that what was missed is known after a restart.

However many times of a job were missed, it runs once (``coalesce``), and however late (no grace time). It never runs
beside itself. Without a store the times are in memory, and what was missed while nobody ran is not caught up.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Column, Float, MetaData, Table, Unicode, inspect, select

from crawler.coverage.stored import has_store
from crawler.errors import KaijuanError
from crawler.schedule.jobs import Job
from crawler.schedule.running import RUNNING, run_job
from pipelines.store.database import Database
from pipelines.store.locks import Locks
from pipelines.store.owners import Owner
from pipelines.store.tables import metadata

logger = logging.getLogger(__name__)

TABLE = "scheduled_jobs"
_LOCK = "*schedule"  # beside the portals' locks; no portal is called so
_SIDE_BY_SIDE = 8  # jobs; each waits for its process
_BEATS = 10  # in the silence after which another process may take over


@dataclass(frozen=True, slots=True)
class Timed:
    """A job and when it is due next."""

    job: Job
    next: datetime


@contextmanager
def keeping(jobs: Sequence[Job], database_url: str, silence: float, lose: Callable[[], None]) -> Iterator["Timekeeper"]:
    """The times of these jobs, in the store if there is one; one process has them. Raises ``KaijuanError``.

    ``lose`` is called where another process has taken over, having not heard of this one for ``silence`` seconds.
    """
    if not database_url:
        yield Timekeeper(jobs, MemoryJobStore(), threading.Event())
        return
    database = Database(database_url, metadata)
    locks = Locks(database_url, Owner.of_this_process("schedule"), silence)
    try:
        if others := locks.take([_LOCK]).others:
            owner = next(iter(others.values()))
            raise KaijuanError(f"another scrapy schedule is at work: process {owner.pid} on {owner.host}; stop it")
        lost = threading.Event()
        with _beating(locks, silence / _BEATS, lost, lose):
            yield Timekeeper(jobs, SQLAlchemyJobStore(engine=database.engine, tablename=TABLE), lost)
    finally:
        locks.give_back([_LOCK])
        locks.close()
        database.close()


def read_times(jobs: Sequence[Job], database_url: str) -> list[Timed]:
    """When these jobs are due next, as the store has it; changes nothing. Raises ``PipelineError``."""
    if not database_url or not has_store(database_url):
        return _sort(Timed(job, _find_next(job)) for job in jobs)
    database = Database(database_url, None)
    try:
        kept = _read_kept(database)
    finally:
        database.close()
    return _sort(Timed(job, kept[job.name] if job.name in kept else _find_next(job)) for job in jobs)


class Timekeeper:
    """Jobs with their times. Nothing is started before ``begin``; once ``lost``, the times are another process's."""

    def __init__(self, jobs: Sequence[Job], store: Any, lost: threading.Event) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._store = store
        self._lost = lost
        self._workers = ThreadPoolExecutor(_SIDE_BY_SIDE)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": store},
            executors={"default": self._workers},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._scheduler.start(paused=True)
        self._agree()

    @property
    def times(self) -> list[Timed]:
        """The jobs, the one that is due first before the others."""
        kept = self._scheduler.get_jobs("default")
        return _sort(Timed(self._jobs[one.id], one.next_run_time) for one in kept if one.next_run_time is not None)

    def begin(self) -> None:
        """Start jobs when their time comes, those at once whose time has passed."""
        self._scheduler.resume()

    def find_due(self) -> list[Job]:
        """The jobs whose time has come."""
        now = datetime.now(UTC)
        return [timed.job for timed in self.times if timed.next <= now]

    def take(self, job: Job) -> None:
        """A job is about to run: its next time is counted from now."""
        self._scheduler.modify_job(job.name, "default", next_run_time=_find_next(job))

    def end(self) -> list[str]:
        """Wait until what is at work has ended, and start nothing more; jobs whose turn came when it was too late."""
        self._scheduler.pause()
        # Waits for jobs that are just being begun; what falls due from now on is caught up by the next process.
        self._scheduler.remove_jobstore("default", shutdown=False)
        self._workers.shutdown(wait=True)
        if RUNNING.left and not self._lost.is_set():
            self._give_back(RUNNING.left)
        self._scheduler.shutdown(wait=True)
        return RUNNING.left

    def _give_back(self, names: Sequence[str]) -> None:
        """Jobs whose next time was counted already, and which were not begun: they are due again."""
        self._scheduler.add_jobstore(self._store, "default")
        for name in names:
            self._scheduler.modify_job(name, "default", next_run_time=datetime.now(UTC))
        self._scheduler.remove_jobstore("default")

    def _agree(self) -> None:
        """Let the store have the jobs of the file: one that is as it was keeps the time that it is due."""
        kept = {one.id: one for one in self._scheduler.get_jobs("default")}
        for name in sorted(kept.keys() - self._jobs.keys()):
            self._scheduler.remove_job(name, "default")
        for name, job in self._jobs.items():
            arguments = (name, job.words, job.is_program)
            there = kept.get(name)
            if there is None or _differ(there.trigger, job.trigger):
                self._scheduler.add_job(run_job, job.trigger, arguments, id=name, name=name, replace_existing=True)
            elif tuple(there.args) != arguments:
                self._scheduler.modify_job(name, "default", args=arguments)


@contextmanager
def _beating(locks: Locks, seconds: float, lost: threading.Event, lose: Callable[[], None]) -> Iterator[None]:
    """Others hear each so many seconds that we live, also while we wait for jobs to end."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(seconds):
            try:
                if locks.keep():
                    lost.set()
                    lose()
            except Exception as error:  # noqa: BLE001 a database that is away for a while must not end the beat
                logger.warning("The lock of scrapy schedule could not be renewed: %s", error)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _differ(one: CronTrigger, other: CronTrigger) -> bool:
    return (str(one), str(one.timezone)) != (str(other), str(other.timezone))


def _find_next(job: Job) -> datetime:
    """Counted from now; a file with a rhythm that never comes is refused when it is read."""
    found: datetime = job.trigger.get_next_fire_time(None, datetime.now(UTC))
    return found


def _read_kept(database: Database) -> dict[str, datetime]:
    table = Table(TABLE, MetaData(), Column("id", Unicode), Column("next_run_time", Float))
    with database.reading() as connection:
        if not inspect(connection).has_table(TABLE):
            return {}
        rows = connection.execute(select(table).where(table.c.next_run_time.is_not(None)))
        return {row.id: datetime.fromtimestamp(row.next_run_time, UTC) for row in rows}


def _sort(times: Iterable[Timed]) -> list[Timed]:
    return sorted(times, key=lambda timed: (timed.next, timed.job.name))
