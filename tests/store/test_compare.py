"""``scrapy replay --compare`` and ``--apply``: another checkout, in which one rule differs, over the same archive."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy.cmdline import execute

from tests.commands import PROJECT, run_scrapy
from tests.replay.making import make_archive
from tests.store.making import read_rows, read_tables

LOST = "disclosure.coercion."
RULE, OTHER = "{id: coercion, label: 行政强制}", "{id: force, label: 行政强制}"


@dataclass(frozen=True)
class World:
    """An archive, the store that this checkout filled from it, and another checkout where a row has another name."""

    archive: Path
    store: Path
    other: Path

    def replay(self, *words: str, store: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """What the other checkout says."""
        settings = ("-s", f"DATABASE_URL=sqlite:///{store or self.store}", "-s", f"ARCHIVE_DIR={self.archive}")
        command = [sys.executable, "-m", "scrapy", "replay", str(self.archive), *settings, "--workers", "1", *words]
        return subprocess.run(command, cwd=self.other, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("compare")
    archive = make_archive(folder / "warc", files=1)
    where = ("-s", f"DATABASE_URL=sqlite:///{folder / 'store.db'}", "-s", f"ARCHIVE_DIR={archive}")
    done = run_scrapy("replay", str(archive), *where, "--workers", "1")
    assert done.returncode == 0, done.stderr
    other = folder / "checkout"
    for room in ("archive", "pipelines", "crawler", "spiders", "web"):
        shutil.copytree(PROJECT / room, other / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "scrapy.cfg", other)
    form = other / "pipelines" / "forms" / "2021.yaml"
    text = form.read_text(encoding="utf-8")
    assert text.count(RULE) == 1
    form.write_text(text.replace(RULE, OTHER), encoding="utf-8")
    return World(archive, folder / "store.db", other)


@pytest.fixture(scope="module")
def lost(world: World) -> dict[str, int]:
    """How many numbers of the row the reports have, by form: those of both, for they share the row."""
    query = "select form, count(*) as n from cells join documents using (capture) where id like ? and value is not null"
    found = {row["form"]: row["n"] for row in read_rows(world.store, f"{query} group by form", [f"{LOST}%"])}
    assert found
    return found


def test_comparing_tells_exactly_what_the_rule_costs_and_writes_nothing(
    world: World, lost: dict[str, int], tmp_path: Path
) -> None:
    before = read_tables(world.store)
    done = world.replay("--compare", "--json", str(tmp_path / "changes.json"), "--all")
    assert done.returncode == 3, done.stderr
    assert done.stdout.count(f"    {LOST}") == sum(lost.values())
    assert "nothing was written; --apply writes it" in done.stdout
    found = json.loads((tmp_path / "changes.json").read_text(encoding="utf-8"))
    assert found["total"] == {"numbers lost": sum(lost.values()), "extra rows": found["differ"]}
    assert {form: counts["numbers lost"] for form, counts in found["by_form"].items()} == lost
    assert {
        change["id"] for one in found["captures"] for change in one["numbers_lost"] if LOST not in change["id"]
    } == set()
    assert all(one["warc"] == "made-001.warc.gz" and one["record_id"] and one["offset"] for one in found["captures"])
    assert read_tables(world.store) == before


def test_applying_writes_what_a_replay_into_an_empty_store_does(
    world: World, lost: dict[str, int], tmp_path: Path
) -> None:
    shutil.copy(world.store, tmp_path / "store.db")
    done = world.replay("--apply", store=tmp_path / "store.db")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("written\n")
    assert world.replay(store=tmp_path / "afresh.db").returncode == 0
    assert read_tables(tmp_path / "store.db") == read_tables(tmp_path / "afresh.db")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x.warc", "--compare", "--no-store"], "--no-store"),
        (["x.warc", "--compare", "--apply"], "give one of them"),
        (["x.warc", "--json", "x.json"], "go with --compare"),
        (["x.warc", "--compare", "--resume"], "--resume"),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_here(monkeypatch, *words) == 2
    assert said in capsys.readouterr().err


def test_without_a_store_there_is_nothing_to_compare_with(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        run_here(monkeypatch, str(world.archive), "--compare", "-s", f"DATABASE_URL=sqlite:///{tmp_path / 'no'}") == 1
    )
    assert "there is no store" in capsys.readouterr().err


def run_here(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    """The exit code of the command in this process."""
    monkeypatch.chdir(PROJECT)
    with pytest.raises(SystemExit) as ended:
        execute(["scrapy", "replay", *words])
    return ended.value.code
