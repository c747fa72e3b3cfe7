"""The clock of the jobs: when each is due next is kept in the store, so that what was missed is known after a restart.

However many times of a job were missed, it runs once (``coalesce``), and however late (no grace time). It never runs
beside itself. Without a store the times are in memory, and what was missed while nobody ran is not caught up.
"""

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
from crawler.schedule.running import run_job
from pipelines.store.database import Database
from pipelines.store.locks import Locks
from pipelines.store.owners import Owner
from pipelines.store.tables import metadata

TABLE = "scheduled_jobs"
_LOCK = "*schedule"  # beside the portals' locks; no portal is called so
_SIDE_BY_SIDE = 8  # jobs; each waits for its process


@dataclass(frozen=True, slots=True)
class Timed:
    """A job and when it is due next."""

    job: Job
    next: datetime


@contextmanager
def keeping(jobs: Sequence[Job], database_url: str, silence: float) -> Iterator["Timekeeper"]:
    """The times of these jobs, in the store if there is one; one process has them. Raises ``KaijuanError``."""
    if not database_url:
        yield Timekeeper(jobs, MemoryJobStore())
        return
    database = Database(database_url, metadata)
    locks = Locks(database_url, Owner.of_this_process("schedule"), silence)
    try:
        if others := locks.take([_LOCK]).others:
            owner = next(iter(others.values()))
            raise KaijuanError(f"another scrapy schedule is at work: process {owner.pid} on {owner.host}; stop it")
        yield Timekeeper(jobs, SQLAlchemyJobStore(engine=database.engine, tablename=TABLE), locks)
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
    """Jobs with their times. Nothing is started before ``begin``."""

    def __init__(self, jobs: Sequence[Job], store: Any, locks: Locks | None = None) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._locks = locks
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": store, "memory": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(_SIDE_BY_SIDE)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._scheduler.start(paused=True)
        self._agree()

    @property
    def times(self) -> list[Timed]:
        """The jobs, the one that is due first before the others."""
        kept = self._scheduler.get_jobs("default")
        return _sort(Timed(self._jobs[one.id], one.next_run_time) for one in kept if one.next_run_time is not None)

    def begin(self, beat: float, lose: Callable[[], None]) -> None:
        """Start jobs when their time comes, those at once whose time has passed.

        Says each ``beat`` seconds that we live; ``lose`` is called where another process has taken over.
        """
        if self._locks is not None:
            arguments = (self._locks, lose)
            self._scheduler.add_job(_keep, "interval", arguments, seconds=beat, id="beat", jobstore="memory")
        self._scheduler.resume()

    def find_due(self) -> list[Job]:
        """The jobs whose time has come."""
        now = datetime.now(UTC)
        return [timed.job for timed in self.times if timed.next <= now]

    def take(self, job: Job) -> None:
        """A job is about to run: its next time is counted from now."""
        self._scheduler.modify_job(job.name, "default", next_run_time=_find_next(job))

    def end(self) -> None:
        """Wait until what is at work has ended, and start nothing more."""
        self._scheduler.remove_jobstore("default")  # what falls due from now on is caught up by the next process
        self._scheduler.shutdown(wait=True)

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


def _keep(locks: Locks, lose: Callable[[], None]) -> None:
    if locks.keep():
        lose()


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
