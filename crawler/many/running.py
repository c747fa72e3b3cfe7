"""The whole: tasks handed to an engine, watched until the last has ended, stopped in good order on demand."""

import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from crawler.errors import KaijuanError
from crawler.many.engines import Engine, Pending
from crawler.many.tasks import Order, Task
from crawler.many.telling import Telling
from crawler.many.working import DONE, FAILED, LACKING, MISUSED, Outcome

_SEVERITY = (DONE, LACKING, MISUSED, FAILED)
_LOOK_AGAIN = 0.3  # seconds


def run_tasks(engine: Engine, order: Order, tasks: Sequence[Task], telling: Telling) -> dict[int, Outcome]:
    """The outcomes by number. Ctrl-C stops every task in good order, a second one at once."""
    order.stop_file.unlink(missing_ok=True)
    pending: dict[int, Pending] = {}
    outcomes: dict[int, Outcome] = {}
    with Wishes(order.stop_file, telling) as wishes:
        pending = {task.number: engine.begin(order, task) for task in tasks}
        try:
            while pending:
                wishes.pass_on()
                for number in [number for number, each in pending.items() if each.done()]:
                    outcomes[number] = pending.pop(number).result()
                telling.show(len(outcomes))
                time.sleep(_LOOK_AGAIN)
        except KaijuanError:
            order.stop_file.touch()  # the workers that are still there must not go on for nobody
            raise
    shutil.rmtree(order.folder / "addresses", ignore_errors=True)
    return outcomes


def find_worst(codes: Sequence[int | None]) -> int:
    """The exit code of the whole: an error before wrong usage before what is lacking."""
    known = [code if code in _SEVERITY else FAILED for code in codes]
    return max(known, key=_SEVERITY.index, default=DONE)


class Wishes:
    """While it is entered SIGINT and SIGTERM are wishes, which are passed on to where every task looks."""

    def __init__(self, file: Path, telling: Telling) -> None:
        self._file = file
        self._telling = telling
        self._count = self._passed_on = 0
        self._is_told = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {kind: signal.signal(kind, self._count_one) for kind in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for kind, handler in self._before.items():
            signal.signal(kind, handler)

    def _count_one(self, *_: object) -> None:
        self._count += 1  # no more: what is raised here would come out of whatever is at work

    def pass_on(self) -> None:
        """To be called again and again. On a full disk the file is tried until there is room."""
        if (count := self._count) == self._passed_on:
            return
        try:
            self._file.write_text("now" if count > 1 else "")
        except OSError as error:
            if not self._is_told:
                self._telling.warn(f"{self._file}: {error.strerror}; the crawls hear of the stop when there is room")
            self._is_told = True
            return
        is_first, self._passed_on = not self._passed_on, count
        if is_first:
            self._telling.warn("Stopping: every crawl finishes what is under way. Ctrl-C again ends them at once")
