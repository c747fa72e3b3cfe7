"""Worker processes: what kills one is given up by name, and nothing else is lost."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

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


def mark_and_wait(marks: Path) -> None:
    with marks.open("a") as file:
        file.write("begun\n")
    sleep(600)


def test_work_that_is_ended_is_not_tried_again(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    workers = Workers(1)
    under_way = [workers.submit(mark_and_wait, marks) for _ in range(2)]
    deadline = monotonic() + 60
    while not marks.exists() or not marks.read_text():
        assert monotonic() < deadline
        sleep(0.01)
    workers.end()
    for future in under_way:
        with pytest.raises(CancelledError):
            future.result(timeout=60)
    assert marks.read_text() == "begun\n"
    while multiprocessing.active_children():  # those of other tests, too
        assert monotonic() < deadline
        sleep(0.01)


def answer_at_length(begun: Path) -> bytes:
    answer = bytes(20_000_000)
    begun.touch()
    return answer


@pytest.mark.parametrize("turn", range(5))
def test_worker_that_is_ended_amid_its_answer_is_not_waited_for(tmp_path: Path, turn: int) -> None:
    workers = Workers(1)
    future = workers.submit(answer_at_length, tmp_path / "begun")
    while not (tmp_path / "begun").exists():
        sleep(0.001)
    sleep(0.02 * turn)
    workers.end()
    assert future.done()


def die_then_answer_at_length(first: Path, second: Path) -> bytes:
    if first.exists():
        return answer_at_length(second)
    first.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def test_worker_that_does_work_again_alone_is_ended_with_the_others(tmp_path: Path) -> None:
    before = find_pool_threads()
    workers = Workers(1)
    future = workers.submit(die_then_answer_at_length, tmp_path / "first", tmp_path / "second")
    deadline = monotonic() + 60
    while not (tmp_path / "second").exists():
        assert monotonic() < deadline
        sleep(0.001)
    sleep(0.02)
    workers.end()
    with suppress(CancelledError):  # on a slow machine the whole answer may be there
        assert future.result(timeout=60)
    while find_pool_threads() - before:  # or Python's farewell would wait for one
        assert monotonic() < deadline
        sleep(0.01)


def find_pool_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if type(thread).__name__ == "_ExecutorManagerThread"}


@pytest.mark.parametrize("begin", [Workers.close, Workers.end])
def test_workers_that_are_gone_may_be_ended_again(begin: Callable[[Workers], None]) -> None:
    workers = Workers(1)
    assert workers.submit(double, 4).result(timeout=60) == 8
    begin(workers)
    workers.end()
