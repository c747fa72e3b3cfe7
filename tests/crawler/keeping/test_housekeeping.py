"""Housekeeping: everything is verified in time, nothing that holds captures ever goes."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.index.runs import read_runs
from crawler.errors import HousekeepingError
from crawler.keeping.housekeeping import PARTS, HousePlan, keep_house
from crawler.keeping.leftovers import Leftover, is_protected, remove
from crawler.keeping.verifying import NAME, SOUND, choose_files, read_record, verify_some
from crawler.watching.verified import read_verified
from tests.archive.building import zipped
from tests.archive.soundness import sealed
from tests.commands import call_scrapy, run_scrapy
from tests.store.making import fill
from tests.store.test_settling import make_world

NOW = datetime(2026, 1, 18, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "warc"
    folder.mkdir()
    for number in range(6):
        write_warc(folder / f"a{number}.warc.gz", number)
    return folder


def write_warc(path: Path, number: int) -> None:
    """A sound file, as whoever wrote it made it."""
    block = b"software: kaijuan\r\nnumber: %d\r\n" % number
    path.write_bytes(zipped([sealed("warcinfo", block, number=number + 1)]))


def make_plan(archive: Path, *parts: str, is_tried: bool = False, address: str | None = None) -> HousePlan:
    return HousePlan(archive, address, 30, 800, 30, parts or PARTS, is_tried)


def keep(archive: Path, *parts: str, now: datetime = NOW, address: str | None = None) -> tuple[bool, list[str]]:
    said: list[str] = []
    return keep_house(make_plan(archive, *parts, address=address), now, said.append), said


def age(path: Path, days: float) -> Path:
    """As if it had been written so many days before ``NOW``."""
    then = NOW.timestamp() - days * 86400
    os.utime(path, (then, then))
    return path


def test_what_is_new_is_verified_and_remembered_with_its_digest(archive: Path) -> None:
    well, said = keep(archive, "verify")
    assert (well, said) == (True, [f"verify: 6 files read, {sum_sizes(archive):.1f} MB; all sound"])
    looks = read_record(archive).files
    assert sorted(looks) == [f"a{number}.warc.gz" for number in range(6)]
    assert all(look.result == SOUND and look.digest.startswith("sha256:") for look in looks.values())
    assert keep(archive, "verify")[1] == ["verify: 0 files read, 0.0 MB; all sound"]
    found = read_verified(archive)
    assert found is not None
    assert (found.files, found.at, dict(found.failed)) == (6, NOW, {})


def sum_sizes(archive: Path) -> float:
    return sum(path.stat().st_size for path in archive.glob("*.warc.gz")) / 1e6


def test_every_file_is_read_again_within_the_days_and_no_turn_reads_them_all(archive: Path) -> None:
    keep(archive, "verify")
    turns = []
    for day in range(1, 31):
        now = NOW + day * DAY
        turns.append([path.name for path in choose_files(archive, read_record(archive), now, 30)])
        verify_some(archive, [archive / name for name in turns[-1]], now)
    assert {name for turn in turns for name in turn} == {f"a{number}.warc.gz" for number in range(6)}
    assert max(map(len, turns)) < 3
    late = choose_files(archive, read_record(archive), NOW + 90 * DAY, 30)
    assert len(late) == 6  # nobody kept house for two months


def test_damaged_file_is_told_until_it_is_mended(archive: Path) -> None:
    path = archive / "a3.warc.gz"
    sound = path.read_bytes()
    path.write_bytes(sound[:-9])
    well, said = keep(archive, "verify")
    assert not well
    assert said[0].startswith("verify: a3.warc.gz: 1 error: member-c")
    well, said = keep(archive, "verify", now=NOW + DAY)
    assert not well
    assert said[0].startswith("verify: a3.warc.gz: 1 error")
    assert read_verified(archive).failed.keys() == {"a3.warc.gz"}  # type: ignore[union-attr]
    path.write_bytes(sound)
    assert keep(archive, "verify", now=NOW + 2 * DAY)[0]


def test_finished_file_that_was_changed_is_told_even_if_its_form_is_sound(archive: Path) -> None:
    keep(archive, "verify")
    write_warc(archive / "a2.warc.gz", 77)
    well, said = keep(archive, "verify", now=NOW + DAY)
    assert (well, said[0]) == (False, "verify: a2.warc.gz: changed: it is not what it was on 2026-01-18T03:30:00Z")


def test_vanished_file_is_told_unless_its_index_says_that_it_was_uploaded(archive: Path) -> None:
    keep(archive)  # makes the indexes too
    (archive / "a1.warc.gz").unlink()
    (archive / "a4.warc.gz").unlink()
    (archive / "a4.cdxj").unlink()
    well, said = keep(archive, "verify", now=NOW + DAY)
    assert not well
    assert [line for line in said if "gone" in line] == [
        "verify: a4.warc.gz: gone: it was verified before, and neither the file nor its index is there"
    ]
    assert "a1.warc.gz" not in read_record(archive).files


def test_damaged_record_is_told_and_nothing_else_is_held_up(archive: Path) -> None:
    (archive / NAME).write_text("{")
    well, said = keep(archive, "verify", "leftovers")
    assert not well
    assert "remove it, and all files are verified anew" in said[0]
    assert said[1] == "leftovers: nothing to remove"


def test_indexes_are_made_and_merged(archive: Path) -> None:
    assert keep(archive, "index")[0]
    assert len(read_runs(archive)[0].sources) == 6
    assert keep(archive, "index")[1] == ["index: nothing new to merge"]


@pytest.fixture
def leftovers(archive: Path) -> dict[str, Path]:
    """What may go by now, and beside each its like that may not."""
    runs, many = archive / "runs", archive / "many"
    paths = {
        "journal": runs / "20220101T000000-1.jsonl",
        "half journal": runs / ".20250101T000000-1.jsonl.4711",
        "tasks": many / "20250101T000000-1" / "tasks.json",
        "ledger": archive.parent / "replay-0123456789ab.ledger",
        "half store": archive.parent / ".kaijuan.db.4711.part",
        "old layout": archive.parent / "kaijuan-layout-0001-20250101T000000Z.db",
        "newest journals": runs / "20260101T000000-1.jsonl",
        "newest layout": archive.parent / "kaijuan-layout-0002-20250601T000000Z.db",
        "young ledger": archive.parent / "replay-ba9876543210.ledger",
        "store": archive.parent / "kaijuan.db",
    }
    for path in paths.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        age(path, 900)
    for number in range(2, 51):  # with the newest journal fifty
        age(write(runs / f"20260101T000000-{number}.jsonl"), 900)
    age(paths["tasks"].parent, 900)
    age(paths["newest layout"], 899)
    age(paths["young ledger"], 3)
    return paths


def write(path: Path) -> Path:
    path.write_text("{}")
    return path


STAY = ("newest journals", "newest layout", "young ledger", "store")


def test_leftovers_go_when_they_are_old_enough_and_are_named_with_their_size(
    archive: Path, leftovers: dict[str, Path]
) -> None:
    said: list[str] = []
    plan = make_plan(archive, "leftovers", is_tried=True, address=f"sqlite:///{leftovers['store']}")
    keep_house(plan, NOW, said.append)
    assert all(path.exists() for path in leftovers.values())
    assert all(line.startswith("leftovers: would remove ") for line in said)
    well, done = keep(archive, "leftovers", address=f"sqlite:///{leftovers['store']}")
    assert well
    assert done == [line.replace("would remove", "removed") for line in said]
    assert {name for name, path in leftovers.items() if path.exists()} == set(STAY)
    assert "(0.0 kB; journal of a run, 900 days old)" in done[0]
    assert len(list((archive / "runs").glob("*.jsonl"))) == 50


CAPTURES = ("x.warc.gz", "x.warc.gz.open", "x.warc.gz.dropped", "x.warc", "x.arc.gz", "x.wacz", "x.cdxj", "x.arc.cdxj")


@pytest.mark.parametrize("name", CAPTURES)
def test_nothing_that_holds_captures_is_ever_removed(archive: Path, name: str) -> None:
    places = [archive / "runs", archive / "many" / "20200101T000000-1" / "deep", archive.parent]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
        age(write(place / name), 5000)
        age(place, 5000)
        age(place.parent, 5000)
    said = keep(archive, "leftovers")[1]
    assert all((place / name).exists() for place in places)
    assert any("is of an archive, and stays" in line for line in said)
    assert is_protected(Path(name))
    with pytest.raises(HousekeepingError, match="is of an archive, and stays"):
        remove(Leftover(archive.parent / name, 1, "a wrong rule"))


def test_whole_archive_and_store_outlive_a_hundred_years_of_housekeeping(archive: Path, tmp_path: Path) -> None:
    fill(tmp_path / "kaijuan.db", make_world()[:3])
    keep(archive, address=f"sqlite:///{tmp_path / 'kaijuan.db'}")
    before = {path: path.read_bytes() for path in archive.rglob("*.warc.gz")} | {
        path: path.read_bytes() for path in archive.glob("*.cdxj")
    }
    well, _ = keep(archive, now=NOW + 36500 * DAY, address=f"sqlite:///{tmp_path / 'kaijuan.db'}")
    assert well
    assert {path: path.read_bytes() for path in before} == before
    assert (tmp_path / "kaijuan.db").exists()


def test_log_of_the_store_is_written_back(archive: Path, tmp_path: Path) -> None:
    fill(tmp_path / "kaijuan.db", make_world()[:3])
    log = tmp_path / "kaijuan.db-wal"
    with closing(sqlite3.connect(tmp_path / "kaijuan.db")) as reader:  # keeps the log there
        reader.execute("select count(*) from documents").fetchone()
        fill(tmp_path / "kaijuan.db", make_world()[3:6])
        assert log.stat().st_size > 0
        well, said = keep(archive, "store", address=f"sqlite:///{tmp_path / 'kaijuan.db'}")
        assert (well, log.stat().st_size, "written back" in said[0]) == (True, 0, True)


def test_command_keeps_house_and_says_what_it_would_do(archive: Path, tmp_path: Path) -> None:
    words = ("-s", f"ARCHIVE_DIR={archive}", "-s", f"DATABASE_URL=sqlite:///{tmp_path / 'none.db'}")
    tried = call_scrapy("housekeeping", "--dry-run", *words)
    assert (tried.returncode, tried.stderr) == (0, "")
    assert "verify: 6 files would be read" in tried.stdout
    assert not (archive / NAME).exists()
    done = run_scrapy("housekeeping", "--only", "index,verify", *words)
    assert (done.returncode, "verify: 6 files read" in done.stdout) == (0, True)
    assert json.loads((archive / NAME).read_text())["files"]["a0.warc.gz"]["result"] == "sound"
    (archive / "a0.warc.gz").write_bytes(b"")
    assert call_scrapy("housekeeping", "--only", "verify", *words).returncode == 1
    assert call_scrapy("housekeeping", "--only", "nothing", *words).returncode == 2
