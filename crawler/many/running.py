"""The whole: tasks handed to an engine, watched until the last has ended, stopped in good order on demand."""

import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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
    with _stopping(order):
        pending = {task.number: engine.begin(order, task) for task in tasks}
        try:
            while pending:
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


@contextmanager
def _stopping(order: Order) -> Iterator[None]:
    """While it lasts SIGINT and SIGTERM are wishes, written where every task looks."""

    def wish(*_: object) -> None:
        order.stop_file.write_text("now" if order.stop_file.exists() else "")

    before = {kind: signal.signal(kind, wish) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
