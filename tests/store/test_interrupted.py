"""A transaction that a signal strikes amid is whole, and nobody waits for its locks."""

import signal
import threading
from collections.abc import Callable
from time import monotonic

import pytest

from archive.ending import exit_on_signal
from pipelines.store.database import Database
from pipelines.store.tables import locks, metadata

ROW = {"run": "r", "host": "h", "boot": "", "space": "", "pid": 1, "started": "", "taken": 0, "heard": 0}


@pytest.mark.parametrize(
    ("kind", "handler", "raised"),
    [(signal.SIGINT, signal.default_int_handler, KeyboardInterrupt), (signal.SIGTERM, exit_on_signal, SystemExit)],
    ids=["SIGINT", "SIGTERM"],
)
def test_transaction_that_a_signal_strikes_is_whole(
    database_url: str, kind: signal.Signals, handler: Callable[..., object], raised: type[BaseException]
) -> None:
    database = Database(database_url, metadata)
    with database.writing() as connection:
        connection.execute(locks.delete())

    def write(signals: int) -> None:
        with database.writing() as connection:
            for _ in range(signals):
                signal.raise_signal(kind)
            connection.execute(locks.insert().values(**ROW | {"portal": str(signals)}))

    before = signal.signal(kind, handler)
    try:
        with pytest.raises(raised):
            write(2)
        assert signal.getsignal(kind) is handler
        began = monotonic()
        with database.writing() as connection:
            assert connection.execute(locks.select()).one().portal == "2"
        assert monotonic() - began < 60  # SQLite's patience is twice as long
        with pytest.raises(raised):
            write(3)  # a database that does not answer must not be waited for for ever
        with database.writing() as connection:
            assert connection.execute(locks.select()).one().portal == "2"
    finally:
        signal.signal(kind, before)
        database.close()


def test_other_threads_write_as_ever(database_url: str) -> None:
    done = threading.Event()

    def write() -> None:
        database = Database(database_url, metadata)
        with database.writing() as connection:
            connection.execute(locks.delete())
        database.close()
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(60)
    assert done.is_set()


def test_migration_that_is_interrupted_is_taken_back(database_url: str) -> None:
    database = Database(database_url, metadata)
    with database.writing() as connection:
        connection.execute(locks.delete())

    def migrate() -> None:
        with database.writing("migrated") as connection:
            connection.execute(locks.insert().values(**ROW, portal="a"))
            signal.raise_signal(signal.SIGINT)
            pytest.fail("Ctrl-C was not heard")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            migrate()
    finally:
        signal.signal(signal.SIGINT, before)
    with database.writing() as connection:
        assert not connection.execute(locks.select()).all()
    database.close()
