"""The times of the jobs: when each is due next is kept in the store, so that what was missed is known after a restart.

However many times of a job were missed, it runs once. It never runs beside itself: while its process lives, which may
be longer than ours, the process has a lock in the store. Without a store the times are in memory, and what was missed
while nobody ran is not caught up.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Column, Float, MetaData, Table, Unicode, inspect, select

from crawler.coverage.stored import has_store
from crawler.errors import KaijuanError
from crawler.schedule.jobs import Job
from pipelines.store.database import Database
from pipelines.store.locks import Locks
from pipelines.store.owners import Owner
from pipelines.store.tables import metadata

logger = logging.getLogger(__name__)

TABLE = "scheduled_jobs"
_LOCK = "*schedule"  # beside the portals' locks; no portal is called so
_BEATS = 10  # in the silence after which another process may take over


@dataclass(frozen=True, slots=True)
class Timed:
    """A job and when it is due next."""

    job: Job
    next: datetime


@contextmanager
def keeping(jobs: Sequence[Job], database_url: str, silence: float, lose: Callable[[], None]) -> Iterator["Timekeeper"]:
    """The times of these jobs, in the store if there is one; one process has them.

    ``lose`` is called where another process has taken over, having not heard of this one for ``silence`` seconds.
    Raises ``KaijuanError`` where another has them, ``PipelineError`` for a store that cannot be reached.
    """
    if not database_url:
        yield Timekeeper(jobs, MemoryJobStore())
        return
    database = Database(database_url, metadata)
    locks = Locks(database_url, Owner.of_this_process("schedule"), silence)
    try:
        if others := locks.take([_LOCK]).others:
            owner = next(iter(others.values()))
            raise KaijuanError(f"another scrapy schedule is at work: process {owner.pid} on {owner.host}; stop it")
        with _beating(locks, silence / _BEATS, lose):
            yield Timekeeper(jobs, SQLAlchemyJobStore(engine=database.engine, tablename=TABLE), database, locks)
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
    """Jobs with their times, and with the locks of those at work. What needs the store raises ``PipelineError``."""

    def __init__(
        self, jobs: Sequence[Job], store: Any, database: Database | None = None, locks: Locks | None = None
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._database = database
        self._locks = locks
        self._owners: dict[str, Owner] = {}  # the processes at work
        self._unheld: set[str] = set()  # those that do not have their job's lock yet
        self._unwritten: set[str] = set()  # jobs whose next time the store does not have yet
        self._calendar = _Calendar(timezone=UTC, jobstores={"default": store})
        with self._guarding():
            self._calendar.start(paused=True)
            self._agree()
            kept = self._calendar.get_jobs("default")
        self._next: dict[str, datetime] = {one.id: one.next_run_time or _find_next(self._jobs[one.id]) for one in kept}

    @property
    def times(self) -> list[Timed]:
        """The jobs, the one that is due first before the others."""
        return _sort(Timed(self._jobs[name], moment) for name, moment in self._next.items())

    def find_due(self) -> list[Job]:
        """The jobs whose time has come."""
        now = datetime.now(UTC)
        return [timed.job for timed in self.times if timed.next <= now]

    def claim(self, job: Job) -> None:
        """Take a job's lock before it begins. Raises ``KaijuanError`` where a process of it lives that others began."""
        if not self._locks:
            return
        others = self._locks.take([_LOCK, _name_lock(job)]).others
        if _LOCK in others:  # we were not heard of for long, and begin nothing of what is another's
            self._locks.give_back([_name_lock(job)])
            raise KaijuanError(f"process {others[_LOCK].pid} on {others[_LOCK].host} has taken over")
        if others:
            owner = others[_name_lock(job)]
            raise KaijuanError(f"process {owner.pid} on {owner.host}, of an earlier scrapy schedule, is still at it")

    def count_on(self, job: Job, pid: int | None) -> None:
        """A job has begun: its next time is counted from now, and its lock is its process's, which may outlive us."""
        self._next[job.name] = _find_next(job)
        self._unwritten.add(job.name)
        if self._locks and pid:
            self._owners[job.name] = Owner.of_process(pid, f"schedule/{job.name}")
            self._unheld.add(job.name)
        self.catch_up()

    @property
    def is_behind(self) -> bool:
        """Whether the store does not have all that it should."""
        return bool(self._unheld or self._unwritten)

    def catch_up(self) -> None:
        """Write what the store refused before."""
        for name in sorted(self._unheld):
            if self._locks and name in self._owners:
                self._locks.hand_over([_name_lock(self._jobs[name])], self._owners[name])
            self._unheld.discard(name)
        for name in sorted(self._unwritten):
            self._write(self._jobs[name], next_run_time=self._next[name])
            self._unwritten.discard(name)

    def release(self, job: Job) -> None:
        """A job has ended."""
        owner, was_unheld = self._owners.pop(job.name, None), job.name in self._unheld
        if self._locks:
            self._locks.give_back([_name_lock(job)], None if was_unheld else owner)

    def _write(self, job: Job, **more: datetime) -> None:
        with self._guarding():
            ours = {"id": job.name, "name": job.name, "replace_existing": True}
            self._calendar.add_job(fall_due, job.trigger, **ours, **more)

    def _guarding(self) -> AbstractContextManager[None]:
        return self._database.guarding("written") if self._database else nullcontext()

    def _agree(self) -> None:
        """Let the store have the jobs of the file: one whose rhythm is as it was keeps the time that it is due."""
        kept = {one.id: one for one in self._calendar.get_jobs("default")}
        for name in sorted(kept.keys() - self._jobs.keys()):
            self._calendar.remove_job(name, "default")
        for name, job in self._jobs.items():
            if name not in kept or _differ(kept[name].trigger, job.trigger):
                self._write(job)


class _Calendar(BaseScheduler):  # type: ignore[misc] # APScheduler has no types
    """APScheduler's jobs and times without its clock, which knows no store that cannot be written for a while."""

    def wakeup(self) -> None:
        """Nobody sleeps."""

    def shutdown(self, wait: bool = True) -> None:
        """As the class above; it wants to be asked."""
        super().shutdown(wait)


def fall_due() -> None:
    """What the store has as the jobs' function; what a job runs is in the file alone."""


def _name_lock(job: Job) -> str:
    return f"{_LOCK}/{job.name}"


@contextmanager
def _beating(locks: Locks, seconds: float, lose: Callable[[], None]) -> Iterator[None]:
    """Others hear each so many seconds that we live, also while we wait for jobs to end."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(seconds):
            try:
                if _LOCK in locks.keep():
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
