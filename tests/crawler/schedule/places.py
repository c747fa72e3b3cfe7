"""Where ``scrapy schedule`` is tested: a file of jobs, a store, and the marks that jobs leave."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from crawler.schedule.jobs import read_jobs
from crawler.schedule.timekeeping import Timekeeper, keeping, read_times
from tests.commands import PROJECT

COMMANDS = ("crawl", "verify")
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


class Place:
    """A folder with a file of jobs, a store, and a file in which jobs leave their marks."""

    def __init__(self, folder: Path, *rows: str) -> None:
        self.folder = folder
        self.address = f"sqlite:///{folder / 'kaijuan.db'}"
        self.jobs = folder / "jobs.yaml"
        self.write(*rows)

    def write(self, *rows: str) -> None:
        """The file of jobs."""
        self.jobs.write_text("jobs:\n" + "".join(f"  - {{{row}}}\n" for row in rows), encoding="utf-8")

    def script(self, name: str, line: str) -> str:
        """The row of a job whose program is a shell's script; it may have quotes."""
        path = self.folder / f"{name}.sh"
        path.write_text(f"{line}\n", encoding="utf-8")
        return f"name: {name}, program: 'sh {path}', when: '0 3 * * *'"

    @property
    def words(self) -> list[str]:
        """The command's settings."""
        settings = {"SCHEDULE_JOBS": self.jobs, "DATABASE_URL": self.address, "ARCHIVE_DIR": self.folder / "warc"}
        return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]

    @property
    def marks(self) -> list[str]:
        """What jobs wrote, line by line."""
        path = self.folder / "marks"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def keeping(
        self, silence: float = 600, lose: Callable[[], None] = lambda: None
    ) -> AbstractContextManager[Timekeeper]:
        """The times of its jobs."""
        return keeping(read_jobs(self.jobs, "", COMMANDS), self.address, silence, lose)

    def miss(self) -> None:
        """Let the time of every job have come long ago."""
        with self.keeping() as keeper:
            for timed in keeper.times:
                keeper._calendar.modify_job(timed.job.name, next_run_time=LONG_AGO)

    @contextmanager
    def running(self, *more: str) -> Iterator["subprocess.Popen[str]"]:
        """The long-lived process, if nothing more is said."""
        words = [sys.executable, "-m", "scrapy", "schedule", *more, *self.words]
        process = subprocess.Popen(words, cwd=PROJECT, stderr=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def job(name: str, script: str, when: str = "0 3 * * *") -> str:
    """A row whose program is a line of the shell."""
    return f"name: {name}, program: {shell(script)!r}, when: '{when}'".replace("\\'", "''")


def shell(script: str) -> str:
    return f'sh -c "{script}"'


def agree(place: Place) -> dict[str, datetime]:
    """What the store has after a process read the file."""
    with place.keeping():
        pass
    return {timed.job.name: timed.next for timed in read_times(read_jobs(place.jobs, "", COMMANDS), place.address)}


def wait_for(place: Place, mark: str) -> None:
    await_that(lambda: mark in place.marks)


def await_that(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)
