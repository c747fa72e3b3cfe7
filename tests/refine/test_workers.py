"""Worker processes: what kills one is given up by name, and nothing else is lost."""

import os
import signal

import pytest

from pipelines import workers as room
from pipelines.workers import WorkerDiedError, Workers


def double(number: int) -> int:
    return 2 * number


def kill_worker(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_work_that_kills_its_process_costs_only_itself() -> None:
    workers = Workers(2)
    good = [workers.submit(double, number) for number in range(4)]
    bad = workers.submit(kill_worker, 0)
    more = [workers.submit(double, number) for number in range(4, 8)]
    assert [future.result(timeout=60) for future in good + more] == [2 * number for number in range(8)]
    with pytest.raises(WorkerDiedError):
        bad.result(timeout=60)
    workers.close()


def turn_for_ever(_: int) -> int:
    while True:
        pass


def test_work_that_never_ends_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CPU_SECONDS", 0.5)
    workers = Workers(1)
    bad = workers.submit(turn_for_ever, 0)
    good = workers.submit(double, 4)
    with pytest.raises(WorkerDiedError):
        bad.result(timeout=120)
    assert good.result(timeout=120) == 8
    workers.close()
