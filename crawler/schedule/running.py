"""Jobs at work: each a process of its own, told to stop as a person would with Ctrl-C.

APScheduler keeps a job in the store by the name of its function, so what runs it is a function of this module.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from crawler.configuration.folders import PROJECT

_HOUSE = Path(__file__).resolve().parents[2]
GOOD = (0, 3)  # exit codes: done; done, but some portal needs a look


class Running:
    """The processes that are at work. ``settings``: words that go to every command of ``scrapy``, and into no store."""

    def __init__(self) -> None:
        self.settings: tuple[str, ...] = ()
        self._guard = threading.Lock()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.left: list[str] = []  # jobs whose turn came when none was begun any more
        self._is_stopping = False

    def run(self, name: str, words: Sequence[str]) -> int | None:
        """Start a command line and wait for its end; its exit code, ``None`` where it could not be started."""
        with self._guard:
            if self._is_stopping:
                self.left.append(name)
                return None
            try:
                # A group of its own: Ctrl-C on our terminal reaches it through us, and once.
                process = subprocess.Popen(
                    words, cwd=os.environ.get(PROJECT) or _HOUSE, stdin=subprocess.DEVNULL, start_new_session=True
                )
            except OSError as error:
                tell(f"{name} could not be started: {words[0]}: {error.strerror}")
                return None
            self._processes[name] = process
        began = time.monotonic()
        tell(f"{name} begins, process {process.pid}")
        code = process.wait()
        with self._guard:
            del self._processes[name]
        tell(f"{name} {_say_end(code)} after {time.monotonic() - began:.0f} s")
        return code

    def stop(self) -> list[str]:
        """Tell all that are at work to come to an end, and begin none any more; their names."""
        with self._guard:
            self._is_stopping = True
            for process in self._processes.values():
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGINT)
            return sorted(self._processes)


RUNNING = Running()


def run_job(name: str, words: Sequence[str], is_program: bool) -> int | None:
    """Run a job now; what APScheduler calls."""
    return RUNNING.run(name, words if is_program else [sys.executable, "-m", "scrapy", *words, *RUNNING.settings])


def tell(text: str) -> None:
    """A line on what happens, with its time; systemd's journal has times of its own."""
    at = "" if os.environ.get("JOURNAL_STREAM") else f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} "
    with suppress(OSError):  # who listened may have gone, and what is under way goes on
        print(f"{at}schedule: {text}", file=sys.stderr, flush=True)


def _say_end(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return f"was ended by {signal.Signals(-code).name}"
        return f"was ended by signal {-code}"
    if code == 0:
        return "is done"
    return "is done, and some portal needs a look," if code in GOOD else f"FAILED with exit code {code}"
