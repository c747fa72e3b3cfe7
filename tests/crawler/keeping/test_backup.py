"""Backups: whole while others write, whole after a kill or on a full disk, and back again byte for byte."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count as count_up
from pathlib import Path
from time import sleep

import pytest

from benchmarks import cluster
from crawler.errors import BackupError
from crawler.keeping.backup import BackupPlan, Made, make_backup
from crawler.keeping.manifest import find_backups, find_latest, read_manifest
from crawler.keeping.restoring import RestorePlan, check_backup, restore
from pipelines.errors import PipelineError
from tests.archive.writing.test_crashes_disk import small_disk
from tests.commands import PROJECT, call_scrapy, run_scrapy
from tests.store.making import fill, fill_store, read_tables
from tests.store.migrating import make_empty, read_everything
from tests.store.test_settling import make_world

Tree = dict[str, bytes]
MINUTES = count_up()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Files as an archive has them: what they hold does not matter to a backup."""
    folder = tmp_path / "warc"
    contents = {
        "a.warc.gz": b"first" * 1000,
        "a.cdxj": b"index of a",
        "deep/b.warc.gz": b"second",
        "c.warc.gz.open": b"being written",
        "c.warc.gz.dropped": b"set aside",
        ".a.cdxj.77.tmp": b"on its way",
        "index/00000001.cdxj": b"merged",
        "runs/20230118T093000-1.jsonl": b"{}",
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


KEPT = ["a.cdxj", "a.warc.gz", "c.warc.gz.dropped", "deep/b.warc.gz", "runs/20230118T093000-1.jsonl"]


def read_tree(folder: Path) -> Tree:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def back_up(tmp_path: Path, archive: Path | None, store: Path | None = None, keep: int = 7) -> Made:
    """A backup, a minute after the one before."""
    now = datetime(2023, 1, 18, tzinfo=UTC) + timedelta(minutes=next(MINUTES))
    address = f"sqlite:///{store}" if store else None
    return make_backup(BackupPlan(tmp_path / "backup", archive, address, keep), now=now)


def test_backup_has_what_is_finished_and_names_what_is_not(archive: Path, tmp_path: Path) -> None:
    made = back_up(tmp_path, archive)
    assert sorted(read_tree(made.folder / "archive")) == KEPT
    assert made.manifest.unfinished == ("c.warc.gz.open",)
    assert check_backup(made.folder) == made.manifest == read_manifest(find_latest(tmp_path / "backup"))


def test_second_backup_is_whole_and_takes_room_only_for_what_is_new(archive: Path, tmp_path: Path) -> None:
    first = back_up(tmp_path, archive)
    (archive / "d.warc.gz").write_bytes(b"new")
    (archive / "runs/20230118T093000-1.jsonl").write_bytes(b"{} ended")
    second = back_up(tmp_path, archive)
    assert second.copied == len(b"new") + len(b"{} ended")
    assert (second.folder / "archive/a.warc.gz").stat().st_nlink == 2
    assert read_tree(second.folder / "archive")["runs/20230118T093000-1.jsonl"] == b"{} ended"
    assert all(check_backup(folder) for folder in find_backups(tmp_path / "backup"))
    assert first.folder.exists()


def test_file_that_the_archive_lost_is_named_and_stays_in_the_backup_before(archive: Path, tmp_path: Path) -> None:
    back_up(tmp_path, archive)
    (archive / "a.warc.gz").unlink()
    (archive / "a.cdxj").unlink()
    made = back_up(tmp_path, archive, keep=2)
    assert made.lost == ("archive/a.warc.gz",)
    assert (find_backups(tmp_path / "backup")[1] / "archive/a.warc.gz").exists()


def test_only_the_newest_backups_stay(archive: Path, tmp_path: Path) -> None:
    made = [back_up(tmp_path, archive, keep=2) for _ in range(4)]
    assert [len(each.removed) for each in made] == [0, 0, 1, 1]
    assert len(find_backups(tmp_path / "backup")) == 2


def test_archive_and_store_come_back_as_they_were(archive: Path, tmp_path: Path) -> None:
    fill(tmp_path / "kaijuan.db", make_world())
    made = back_up(tmp_path, archive, tmp_path / "kaijuan.db")
    restore(RestorePlan(made.folder, tmp_path / "new/warc", f"sqlite:///{tmp_path}/new/kaijuan.db"))
    restored = {name: content for name, content in read_tree(tmp_path / "new/warc").items() if name in KEPT}
    assert restored == {name: content for name, content in read_tree(archive).items() if name in KEPT}
    assert read_tables(tmp_path / "new/kaijuan.db") == read_tables(tmp_path / "kaijuan.db")
    stats = [(folder / "a.warc.gz").stat().st_mtime_ns for folder in (archive, tmp_path / "new/warc")]
    assert stats[0] == stats[1]
    fill(tmp_path / "new/kaijuan.db", make_world())


def test_restore_overwrites_nothing(archive: Path, tmp_path: Path) -> None:
    fill(tmp_path / "kaijuan.db", make_world()[:2])
    made = back_up(tmp_path, archive, tmp_path / "kaijuan.db")
    before = read_tree(archive)
    with pytest.raises(BackupError, match="is not overwritten; move it away"):
        restore(RestorePlan(made.folder, archive, None))
    with pytest.raises(PipelineError, match="a store is there already"):
        restore(RestorePlan(made.folder, tmp_path / "new", f"sqlite:///{tmp_path / 'kaijuan.db'}"))
    assert read_tree(archive) == before
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["archive/a.warc.gz", "store/kaijuan.db"])
def test_file_that_is_not_what_it_was_is_named_and_nothing_is_restored(
    archive: Path, tmp_path: Path, name: str
) -> None:
    fill(tmp_path / "kaijuan.db", make_world()[:2])
    made = back_up(tmp_path, archive, tmp_path / "kaijuan.db")
    content = bytearray((made.folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (made.folder / name).write_bytes(content)
    with pytest.raises(BackupError, match=f"{name} missing or not what they were"):
        restore(RestorePlan(made.folder, tmp_path / "new/warc", f"sqlite:///{tmp_path}/new/kaijuan.db"))
    with pytest.raises(BackupError, match=name):
        check_backup(made.folder)
    assert read_tree(tmp_path / "new") == {}


def test_manifest_that_was_changed_is_no_manifest(archive: Path, tmp_path: Path) -> None:
    path = back_up(tmp_path, archive).folder / "manifest.json"
    path.write_text(path.read_text().replace("a.warc.gz", "z.warc.gz"))
    with pytest.raises(BackupError, match="its digest is another"):
        check_backup(path.parent)


def test_killed_backup_leaves_the_one_before_whole_and_the_next_goes_through(archive: Path, tmp_path: Path) -> None:
    before = find_latest(back_up(tmp_path, archive).folder.parent)
    with (archive / "large.warc.gz").open("wb") as file:
        file.truncate(1 << 31)
    command = [sys.executable, "-m", "scrapy", "backup", str(tmp_path / "backup"), "--only", "archive"]
    running = subprocess.Popen([*command, "-s", f"ARCHIVE_DIR={archive}"], cwd=PROJECT)
    part = wait_for_part(tmp_path / "backup", running)
    os.kill(running.pid, signal.SIGKILL)
    running.wait(30)
    assert part.exists()
    assert find_backups(tmp_path / "backup") == [before]
    assert check_backup(before)
    (archive / "large.warc.gz").unlink()
    made = back_up(tmp_path, archive)
    assert not part.exists()
    assert check_backup(made.folder)


def wait_for_part(destination: Path, running: "subprocess.Popen[bytes]") -> Path:
    for _ in range(1200):
        for path in destination.glob(".*.part/archive/large.warc.gz"):
            if path.stat().st_size:
                return path.parent.parent
        assert running.poll() is None
        sleep(0.02)
    raise AssertionError("the backup never began to copy")


def test_full_disk_is_one_line_and_leaves_no_half_backup(archive: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "backup", "size=400k") as disk:
        before = back_up(tmp_path, archive).folder
        (archive / "large.warc.gz").write_bytes(os.urandom(500_000))
        with pytest.raises(BackupError, match="No space left on device; there is no new backup") as caught:
            back_up(tmp_path, archive)
        assert "\n" not in str(caught.value)
        fill(tmp_path / "kaijuan.db", make_world())
        with pytest.raises(PipelineError, match=r"cannot be copied|cannot be written"):
            back_up(tmp_path, None, tmp_path / "kaijuan.db")
        assert find_backups(disk) == [before]
        assert check_backup(before)
        assert [path.name for path in disk.iterdir() if path.name.endswith(".part")] == []


def test_backup_within_the_archive_is_refused(archive: Path) -> None:
    with pytest.raises(BackupError, match="lies in the archive"):
        make_backup(BackupPlan(archive / "backup", archive, None, 1))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if cluster.find_reason_against() is not None:
        pytest.skip(str(cluster.find_reason_against()))
    with cluster.running() as address:
        yield address


def test_postgresql_comes_back_as_it_was_and_only_into_an_empty_database(server: str, tmp_path: Path) -> None:
    fill_store(server, make_world())
    before = read_everything(server)
    made = make_backup(BackupPlan(tmp_path / "backup", None, server, 1))
    with pytest.raises(PipelineError, match="there are tables already"):
        restore(RestorePlan(made.folder, None, server))
    make_empty(server)
    restore(RestorePlan(made.folder, None, server))
    assert read_everything(server) == before
    fill_store(server, make_world())
    with pytest.raises(PipelineError, match="of the other kind of database"):
        restore(RestorePlan(made.folder, None, f"sqlite:///{tmp_path}/new.db"))


def test_commands_back_up_check_and_restore(archive: Path, tmp_path: Path) -> None:
    fill(tmp_path / "kaijuan.db", make_world()[:3])
    words = ("-s", f"BACKUP_DIR={tmp_path / 'backup'}")
    old = (*words, "-s", f"ARCHIVE_DIR={archive}", "-s", f"DATABASE_URL=sqlite:///{tmp_path}/kaijuan.db")
    new = (*words, "-s", f"ARCHIVE_DIR={tmp_path}/new", "-s", f"DATABASE_URL=sqlite:///{tmp_path}/new.db")
    done = run_scrapy("backup", *old)
    assert (done.returncode, done.stderr) == (0, "")
    assert "left out, for it is being written: c.warc.gz.open" in done.stdout
    assert ": sound; 6 files" in call_scrapy("restore", "--check", *old).stdout
    refused = call_scrapy("restore", *old)
    assert (refused.returncode, "is not overwritten" in refused.stderr) == (1, True)
    restored = call_scrapy("restore", *new)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert read_tables(tmp_path / "new.db") == read_tables(tmp_path / "kaijuan.db")
