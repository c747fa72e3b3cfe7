"""Jobs are begun when their time has come: one after another, or side by side for as long as the process lives.

A job's next time is counted on as its process begins, never before: what was not begun, for whatever reason, stays due.
"""

import subprocess
import threading
from collections.abc import Callable
from time import monotonic

from crawler.errors import KaijuanError
from crawler.schedule.jobs import Job
from crawler.schedule.running import Running, tell
from crawler.schedule.timekeeping import Timekeeper
from pipelines.errors import PipelineError

_SIDE_BY_SIDE = 8  # jobs
_LOOK_AGAIN = 0.5  # seconds; also a signal that came before a wait without end began would not end it
_TRY_AGAIN = 60.0  # seconds, where a job could not be claimed


class Rounds:
    """What is due is begun, unless it is at work."""

    def __init__(self, keeper: Timekeeper, running: Running) -> None:
        self._keeper = keeper
        self._running = running
        self._threads: dict[str, threading.Thread] = {}
        self._not_before: dict[str, float] = {}
        self._catch_up_at = 0.0

    def run_once(self) -> list[int | None]:
        """Run what is due, one after another; the exit codes, none for a job that was not begun."""
        due = self._keeper.find_due()
        codes = [self._wait(job, process) if (process := self._begin(job)) else None for job in due]
        left = [job.name for job, code in zip(due, codes, strict=True) if code is None]
        if left and self._running.is_stopping:
            tell(f"not begun any more: {', '.join(left)}")
        return codes

    def run_until(self, stopping: threading.Event) -> None:
        """Begin jobs when they are due, and wait at last for those under way."""
        while not stopping.wait(_LOOK_AGAIN):
            self._begin_due()
        for thread in self._threads.values():
            while thread.is_alive():
                thread.join(_LOOK_AGAIN)

    def _begin_due(self) -> None:
        if self._keeper.is_behind and monotonic() >= self._catch_up_at:
            self._catch_up_at = monotonic() + _TRY_AGAIN
            self._in_store(self._keeper.catch_up)
        self._threads = {name: thread for name, thread in self._threads.items() if thread.is_alive()}
        for job in self._keeper.find_due():
            if len(self._threads) == _SIDE_BY_SIDE:
                return
            if job.name in self._threads or monotonic() < self._not_before.get(job.name, 0.0):
                continue
            if process := self._begin(job):
                self._threads[job.name] = threading.Thread(target=self._wait, args=(job, process))
                self._threads[job.name].start()

    def _begin(self, job: Job) -> "subprocess.Popen[bytes] | None":
        if self._running.is_stopping:
            return None
        try:
            self._keeper.claim(job)
            process = self._running.start(job)
        except (KaijuanError, PipelineError) as error:
            if job.name not in self._not_before:
                tell(f"{job.name} is due and not begun yet: {error}")
            self._not_before[job.name] = monotonic() + _TRY_AGAIN
            return None
        self._not_before.pop(job.name, None)
        if process or not self._running.is_stopping:  # a program that there is not has its next time, too
            self._in_store(lambda: self._keeper.count_on(job, process.pid if process else None))
        if not process:
            self._in_store(lambda: self._keeper.release(job))
        return process

    def _wait(self, job: Job, process: "subprocess.Popen[bytes]") -> int:
        code = self._running.wait(job, process)
        self._in_store(lambda: self._keeper.release(job))
        return code

    @staticmethod
    def _in_store(write: Callable[[], None]) -> None:
        """What a process has begun goes on, whatever the store says."""
        try:
            write()
        except PipelineError as error:
            tell(str(error))
