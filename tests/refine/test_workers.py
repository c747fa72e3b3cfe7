"""Worker processes: what kills one is given up by name, and nothing else is lost."""

import os
import signal

import pytest

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
