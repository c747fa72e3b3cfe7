"""The store: idempotent, replaced as a whole, clear when it cannot be used."""

import sqlite3
from pathlib import Path

import pytest

from pipelines.errors import PipelineError
from pipelines.store import Store
from pipelines.store.searching import NAME
from tests.refine.examples import made_lines


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; the one of texts is virtual, and lies in tables of its own."""
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")]
        return {name: sorted(connection.execute(f'select * from "{name}"'), key=repr) for name in names if name != NAME}


def test_same_capture_written_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kaijuan.db"
    store = Store(f"sqlite:///{path}")
    store.write(made_lines())
    store.flush()
    before = dump(path)
    store.write(made_lines())
    store.flush()
    assert dump(path) == before
    assert any("requests.new.total" in row for row in before["cells"])


def test_better_lines_replace_all_parts_of_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "kaijuan.db"
    store = Store(f"sqlite:///{path}")
    store.write(made_lines(value=18))
    store.write(made_lines(value=19))
    store.write(made_lines(record_id="<urn:uuid:2>"))
    store.close()
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "select record_id, value from documents join cells using (capture) order by record_id"
        ).fetchall()
    assert rows == [("<urn:uuid:1>", 19.0), ("<urn:uuid:2>", 18.0)]


def test_unreachable_database_is_one_line_without_the_password() -> None:
    with pytest.raises(PipelineError) as caught:
        Store("sqlite:////proc/nowhere/kaijuan.db")
    assert "\n" not in str(caught.value)
    assert "DATABASE_URL" in str(caught.value)


def test_nonsense_for_a_database_is_one_line() -> None:
    with pytest.raises(PipelineError, match="not a database's address"):
        Store("kaijuan.db")


def test_read_only_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "kaijuan.db"
    path.write_bytes(b"this is not a database, it is a text of some length")
    with pytest.raises(PipelineError, match=r"kaijuan\.db"):
        Store(f"sqlite:///{path}")
