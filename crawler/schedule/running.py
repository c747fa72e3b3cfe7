"""Jobs at work: each a process of its own, told to stop as a person would with Ctrl-C, and less patiently each time."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from crawler.configuration.folders import PROJECT
from crawler.errors import KaijuanError
from crawler.schedule.jobs import Job
from crawler.telling.jsonlog import say

_HOUSE = Path(__file__).resolve().parents[2]
GOOD = (0, 3)  # exit codes: done; done, but some portal needs a look
_NO_PROGRAM = (errno.ENOENT, errno.EACCES, errno.ENOEXEC)
_AGAIN = (
    "stopping: {} may come to an end; once more ends them at once",
    "ending at once: {}; once more kills them",
    "killed: {}",
)


class Running:
    """The processes that are at work.

    ``settings`` are words that go to every command of ``scrapy``, ``variables`` what goes there by its environment.
    """

    def __init__(self) -> None:
        self.settings: tuple[str, ...] = ()
        self.variables: dict[str, str] = {}
        self._guard = threading.Lock()
        self._processes: dict[Job, subprocess.Popen[bytes]] = {}
        self._wishes = 0

    @property
    def is_stopping(self) -> bool:
        """Whether nothing is begun any more."""
        return self._wishes > 0

    def start(self, job: Job) -> "subprocess.Popen[bytes] | None":
        """Begin a job; none where there is no such program, which is told, and where all is to come to its end.

        Raises ``KaijuanError`` where there is no room for a process at the moment.
        """
        words = job.words if job.is_program else (sys.executable, "-m", "scrapy", *job.words, *self.settings)
        with self._guard:
            if self._wishes:
                return None
            try:
                # A group of its own: Ctrl-C on our terminal reaches it through us, and once.
                process = subprocess.Popen(
                    words,
                    cwd=os.environ.get(PROJECT) or _HOUSE,
                    env=os.environ | self.variables,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                if error.errno not in _NO_PROGRAM:
                    raise KaijuanError(f"its process cannot be made ({error.strerror})") from error
                tell(f"{job.name} could not be started: {words[0]}: {error.strerror}")
                return None
            self._processes[job] = process
        tell(f"{job.name} begins, process {process.pid}")
        return process

    def wait(self, job: Job, process: "subprocess.Popen[bytes]") -> int:
        """Wait for a job's end; its exit code."""
        began = time.monotonic()
        code = process.wait()
        with self._guard:
            del self._processes[job]
        tell(f"{job.name} {_say_end(code)} after {time.monotonic() - began:.0f} s")
        return code

    def stop(self) -> str:
        """Tell all that are at work to come to an end, less patiently each time, and begin none any more.

        What is to be said of it; nothing where none is at work.
        """
        with self._guard:
            self._wishes += 1
            for job, process in self._processes.items():
                # Its group: a shell waits for what it has begun. What has become another user's is not ours to tell.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, _choose_signal(self._wishes, job.is_program))
            names = ", ".join(sorted(job.name for job in self._processes))
            return names and _AGAIN[min(self._wishes, len(_AGAIN)) - 1].format(names)


def _choose_signal(wishes: int, is_program: bool) -> signal.Signals:
    """A command of ours understands a second Ctrl-C; a shell's background, and much else, does not hear the first."""
    if wishes < 2 or (wishes == 2 and not is_program):
        return signal.SIGINT
    return signal.SIGTERM if wishes == 2 else signal.SIGKILL


def tell(text: str) -> None:
    """A line on what happens, with its time; systemd's journal, and the log as JSON, have times of their own."""
    with suppress(OSError):  # who listened may have gone, and what is under way goes on
        if not say("scrapy.schedule", text):
            at = "" if os.environ.get("JOURNAL_STREAM") else f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} "
            print(f"{at}schedule: {text}", file=sys.stderr, flush=True)


def _say_end(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return f"was ended by {signal.Signals(-code).name}"
        return f"was ended by signal {-code}"
    if code == 0:
        return "is done"
    return "is done, and some portal needs a look," if code in GOOD else f"FAILED with exit code {code}"
