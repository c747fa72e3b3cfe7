"""A store that is backed up while another process writes into it."""

import multiprocessing
import sqlite3
from multiprocessing.synchronize import Event
from pathlib import Path
from time import monotonic, sleep

import pytest

from crawler.keeping.backup import BackupPlan, make_backup
from pipelines.store import Store, dumps
from tests.store.making import Made as MadeCapture
from tests.store.making import fill
from tests.store.test_settling import make_world


def write_on(address: str, begun: Event, ended: Event) -> None:
    """Another process: writes captures one by one, and settles now and then."""
    store, number = Store(address), 0
    while not ended.is_set():
        for _ in range(20):
            url = f"http://www.a{number}.gov.cn/1.html"
            store.write(MadeCapture(f"more-{number}", url, agency=f"第{number}局").refined())
            store.flush()
            number += 1
        store.settle()
        begun.set()
    store.close()


def test_store_is_backed_up_as_it_was_at_one_moment_while_another_process_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "_PIECE", 20)  # pages, so that the other writes between two pieces
    path = tmp_path / "kaijuan.db"
    fill(path, make_world())
    context = multiprocessing.get_context("spawn")
    begun, ended = context.Event(), context.Event()
    steps: list[tuple[int, int]] = []

    def note(done: int, of: int) -> None:
        steps.append((done, of))
        assert len(steps) < 2000, "it was begun anew again and again"
        if len(steps) == 2:
            await_a_page_more()

    def await_a_page_more() -> None:
        so_far, deadline = count(path), monotonic() + 60
        while count(path) == so_far and monotonic() < deadline:
            sleep(0.01)

    writer = context.Process(target=write_on, args=(f"sqlite:///{path}", begun, ended))
    writer.start()
    try:
        assert begun.wait(60)
        before = count(path)
        plan = BackupPlan(tmp_path / "backup", None, f"sqlite:///{path}", 1)
        made = make_backup(plan, note)
        after = count(path)
    finally:
        ended.set()
        writer.join(60)
    check_whole(made.folder / "store/kaijuan.db", at_least=before, at_most=after)
    assert len({of for _, of in steps}) == 1  # it was not begun anew
    assert len(steps) > 10
    assert after > count(made.folder / "store/kaijuan.db")


def count(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        found: int = connection.execute("select count(*) from documents").fetchone()[0]
    return found


def check_whole(path: Path, at_least: int, at_most: int) -> None:
    """Sound, nothing hanging in the air, of one moment, and one file without a log."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        assert connection.execute("select count(*) from documents").fetchone() == (
            connection.execute("select count(*) from contents").fetchone()
        )
    assert at_least <= count(path) <= at_most
    assert [each.name for each in path.parent.iterdir()] == [path.name]
