"""A new store that several processes open at the same moment: each waits for the other, and none is refused."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.store.database import Database
from pipelines.store.tables import metadata

PROCESSES = 6
ROUNDS = 40


def test_new_store_waits_for_one_that_is_about_to_write(tmp_path: Path) -> None:
    path = tmp_path / "kaijuan.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")  # SQLite lets nobody change the journal then, and does not wait
        release = threading.Timer(0.3, other.rollback)
        release.start()
        Database(f"sqlite:///{path}", metadata).close()
        release.join()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_processes_that_open_a_new_store_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")  # the tests' own process has threads
    barrier, refused = context.Barrier(PROCESSES), context.Queue()
    paths = [tmp_path / f"{number}.db" for number in range(ROUNDS)]
    processes = [context.Process(target=_open_each, args=(paths, barrier, refused)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    told = [refused.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    assert told == [[]] * PROCESSES


def _open_each(paths: Sequence[Path], barrier: Barrier, told: "Queue[list[str]]") -> None:
    refused = []
    for path in paths:
        barrier.wait(timeout=60)
        try:
            Database(f"sqlite:///{path}", metadata).close()
        except PipelineError as error:
            refused.append(str(error))
    told.put(refused)
