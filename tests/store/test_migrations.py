"""Layouts of stores: made at once and made by migrations they are the same; brought up and back nothing is lost."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, extract, func, select, text

from pipelines.errors import PipelineError
from pipelines.store import Store, layout
from pipelines.store.database import Database, read_address
from pipelines.store.description import describe_tables
from pipelines.store.dumps import load_store
from pipelines.store.migrating import find_differences, migrating_connection
from pipelines.store.owners import Owner
from pipelines.store.reading import Reading
from pipelines.store.tables import locks
from pipelines.store.upkeep import change_layout, read_condition
from tests.commands import PROJECT, call_scrapy, run_scrapy
from tests.store.making import fill, fill_store
from tests.store.migrating import bring_to, make_empty, read_everything
from tests.store.test_settling import make_world

SILENCE = 600.0  # seconds, of locks
FIRST, NEWEST = layout.list_layouts()[0], layout.newest_layout()


@pytest.fixture
def address(database_url: str) -> str:
    """An address of an empty database."""
    make_empty(database_url)
    return database_url


def describe(address: str) -> object:
    engine = create_engine(read_address(address))
    with engine.connect() as connection:
        found = describe_tables(connection)
    engine.dispose()
    return found


def execute(address: str, *statements: str) -> None:
    engine = create_engine(read_address(address))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_tables_of_a_new_store_are_those_that_the_migrations_make(address: str) -> None:
    bring_to(address, NEWEST)
    migrated = describe(address)
    make_empty(address)
    Store(address).close()
    assert describe(address) == migrated


def test_migrations_leave_nothing_of_the_code_undone(address: str) -> None:
    bring_to(address, NEWEST)
    with migrating_connection(address) as connection:
        assert find_differences(connection) == []
        connection.execute(text("DROP INDEX documents_by_url"))
        assert len(find_differences(connection)) == 1


def test_numbers_of_the_migrations_count_up_and_each_follows_the_one_before() -> None:
    numbers = layout.list_layouts()
    assert numbers == tuple(f"{number:04}" for number in range(1, len(numbers) + 1))
    for before, path in zip(("None", *map(repr, numbers)), sorted(step_files()), strict=False):
        assert f"down_revision = {before}".replace("'", '"') in path.read_text(encoding="utf-8")


def step_files() -> list[Path]:
    return list((layout.MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def test_new_store_has_the_newest_number(address: str) -> None:
    Store(address).close()
    assert read_everything(address)[layout.version.name] == [(NEWEST,)]


def test_full_store_goes_back_and_comes_up_again_as_it_was(address: str) -> None:
    fill_store(address, make_world())
    before = read_everything(address)
    bring_to(address, FIRST)
    older = read_everything(address)
    assert {name: older[name] for name in older if name != layout.version.name} == {
        name: before[name] for name in older if name != layout.version.name
    }
    bring_to(address, NEWEST)
    assert read_everything(address) == before
    Store(address).close()


def test_store_that_was_made_before_numbers_gets_one_if_its_tables_are_the_first(address: str) -> None:
    bring_to(address, FIRST)
    execute(address, f"DROP TABLE {layout.version.name}")
    with pytest.raises(PipelineError, match="before layouts were numbered; scrapy store upgrade"):
        Store(address)
    bring_to(address, NEWEST)
    Store(address).close()


def test_store_of_other_tables_gets_no_number(address: str) -> None:
    bring_to(address, FIRST)
    execute(address, f"DROP TABLE {layout.version.name}", "ALTER TABLE reports ADD COLUMN odd INTEGER")
    with pytest.raises(PipelineError, match=r"of its tables reports are others than then; .*scrapy replay"):
        bring_to(address, NEWEST)
    assert layout.version.name not in read_everything(address)


def test_store_of_another_layout_is_neither_written_nor_read(address: str) -> None:
    Store(address).close()
    for number, said in (("0000", "of a newer Kaijuan"), ("9999", "of a newer Kaijuan")):
        execute(address, f"UPDATE {layout.version.name} SET version_num = '{number}'")
        for opened in (Store, Reading):
            with pytest.raises(PipelineError, match=said):
                opened(address)


def test_empty_database_is_told_from_an_old_store(address: str) -> None:
    with pytest.raises(PipelineError, match="there is no store in this database; crawl or replay first"):
        Database(address, None)


STEP = '''"""Documents know their host."""

import sqlalchemy as sa
from alembic import op

revision = "NUMBER"
down_revision = "BEFORE"


def upgrade() -> None:
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("host", sa.String))
        table.alter_column("source", new_column_name="origin")
    op.execute("UPDATE documents SET host = 'h'")
    FAULT


def downgrade() -> None:
    with op.batch_alter_table("documents") as table:
        table.drop_column("host")
        table.alter_column("origin", new_column_name="source")
'''


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One more step, which makes the table anew on which all others hang."""
    folder = tmp_path / "migrations"
    shutil.copytree(layout.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "versions" / f"{int(NEWEST) + 1:04}_hosts.py"
    path.write_text(STEP.replace("NUMBER", path.name[:4]).replace("BEFORE", NEWEST).replace("FAULT", "pass"))
    monkeypatch.setattr(layout, "MIGRATIONS", folder)
    layout.list_layouts.cache_clear()
    yield path
    monkeypatch.undo()
    layout.list_layouts.cache_clear()


def fill_before(address: str, step: Path) -> dict[str, list[tuple[object, ...]]]:
    """A full store of the layout before the step, as an earlier Kaijuan left it."""
    hidden = step.rename(step.with_suffix(".hidden"))
    layout.list_layouts.cache_clear()
    make_empty(address)
    fill_store(address, make_world()[:12])
    hidden.rename(step)
    layout.list_layouts.cache_clear()
    return read_everything(address)


def test_table_that_others_hang_on_is_made_anew_and_back_without_a_row_lost(address: str, step: Path) -> None:
    before = fill_before(address, step)
    assert bring_to(address, step.name[:4]) == [step.name[:4]]
    upgraded = read_everything(address)
    assert {name: len(rows) for name, rows in upgraded.items()} == {name: len(rows) for name, rows in before.items()}
    assert {row[-1] for row in upgraded["documents"]} == {"h"}
    bring_to(address, NEWEST)
    assert read_everything(address) == before
    Database(address, None, any_layout=True).close()


def test_step_that_fails_midway_changes_nothing(address: str, step: Path) -> None:
    before = fill_before(address, step)
    broken = step.read_text().replace("    pass\n", "    op.execute('SELECT nothing FROM nowhere')\n")
    step.write_text(broken)
    with pytest.raises(PipelineError, match="the store cannot be migrated"):
        bring_to(address, step.name[:4])
    assert read_everything(address) == before


def test_old_store_is_upgraded_on_demand_alone_with_a_backup_first(address: str, step: Path, tmp_path: Path) -> None:
    before = fill_before(address, step)
    with pytest.raises(
        PipelineError, match=rf"layout {NEWEST}, and this Kaijuan needs {step.name[:4]}; run scrapy store"
    ):
        Store(address)
    assert read_condition(address).layout == NEWEST
    said: list[str] = []
    change_layout(address, step.name[:4], tmp_path, SILENCE, said.append)
    assert said[1:] == [f"{step.name[:4]}: Documents know their host", f"the store has the layout {step.name[:4]} now"]
    backup = Path(said[0].removeprefix("backup: "))
    make_empty(address)
    if backup.suffix == ".db":
        Path(address.removeprefix("sqlite:///")).unlink()
    load_store(address, backup)
    assert read_everything(address) == before


def test_store_that_somebody_crawls_into_keeps_its_layout(address: str, step: Path, tmp_path: Path) -> None:
    before = fill_before(address, step)
    us = Owner.of_this_process("r1")
    for owner in (us, replace(us, run="r2", host="elsewhere", space="another")):
        begin_crawl(address, owner)
        with pytest.raises(PipelineError, match=rf"run {owner.run}, process .* is crawling 2 portals into this store"):
            change_layout(address, step.name[:4], tmp_path, SILENCE, print)
        execute(address, "DELETE FROM locks")
    assert read_everything(address) == before
    begin_crawl(address, replace(us, started="0"))  # is no more
    change_layout(address, step.name[:4], None, SILENCE, print)
    assert read_condition(address).layout == step.name[:4]


def begin_crawl(address: str, owner: Owner) -> None:
    engine = create_engine(read_address(address))
    with engine.begin() as connection:
        now = connection.execute(select(extract("epoch", func.now()))).scalar_one()
        rows = [{"portal": name, "taken": now, "heard": now, **asdict(owner)} for name in ("a", "b")]
        connection.execute(locks.insert(), rows)
    engine.dispose()


def test_opening_a_store_of_the_newest_layout_imports_no_alembic(tmp_path: Path) -> None:
    program = (
        "import sys, pipelines.live.bench; from pipelines.store import Store\n"
        f"Store('sqlite:///{tmp_path}/a.db').close(); Store('sqlite:///{tmp_path}/a.db').close()\n"
        "print('alembic' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_command_says_the_layout_and_brings_the_store_to_another(tmp_path: Path) -> None:
    store = ("-s", f"DATABASE_URL=sqlite:///{tmp_path / 'kaijuan.db'}", "-s", f"ARCHIVE_DIR={tmp_path / 'warc'}")
    missing = call_scrapy("store", "status", *store)
    assert (missing.returncode, "there is no store" in missing.stderr) == (1, True)
    address = f"sqlite:///{tmp_path / 'kaijuan.db'}"
    fill(tmp_path / "kaijuan.db", make_world()[:3])
    bring_to(address, FIRST)  # stores without a number have the tables of the first
    execute(address, f"DROP TABLE {layout.version.name}")
    assert call_scrapy("store", "status", *store).returncode == 3
    upgraded = run_scrapy("store", "upgrade", *store)
    assert (upgraded.returncode, upgraded.stderr) == (0, "")
    assert "backup: " in upgraded.stdout
    found = call_scrapy("store", "status", *store)
    assert (found.returncode, f"layout {NEWEST}, the newest" in found.stdout) == (0, True)
    assert call_scrapy("store", "downgrade", *store).returncode == 2
