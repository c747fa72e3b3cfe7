"""Room on the disk: asked for before a crawl, looked after while it runs."""

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.errors import DiskError
from crawler.telling.journal import find_journals, read_run
from crawler.watching.disks import Bound, Disk, find_disks, read_bound, require_room, show_size
from tests.archive.writing.test_crashes_disk import small_disk
from tests.commands import PROJECT, crawl_settings, crawl_urls, run_scrapy
from tests.loopback import Answer, Asked, serving


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("0", 0),
        ("", 0),
        (5000, 5000),
        ("300MB", 300_000_000),
        ("1 GiB", 1 << 30),
        ("1.5k", 1500),
        ("5%", 50),
        ("2TiB", 2 << 40),
        ("1GiB,5%", 50),
        ("5%, 20B", 20),
    ],
)
def test_bound_is_bytes_or_a_share_of_the_disk(text: str | int, least: int) -> None:
    assert read_bound(Settings({"DISK_LEAST": text}), "DISK_LEAST").of(1000) == least


@pytest.mark.parametrize("text", ["much", "-5GiB", "5 apples", "101%", "GiB"])
def test_bound_that_is_none_is_told_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r"DISK_LEAST=.*(5GiB|100%)"):
        read_bound(Settings({"DISK_LEAST": text}), "DISK_LEAST")


def test_disk_is_below_its_bound() -> None:
    disk = Disk(Path("/"), total=1000, free=49)
    assert disk.is_below(Bound("5%", share=0.05))
    assert not disk.is_below(Bound("49", size=49))
    assert not disk.is_below(Bound("0"))
    assert (show_size(49), show_size(1 << 30), show_size(3 << 41)) == ("49 B", "1.0 GiB", "6.0 TiB")


def test_disks_of_folders_to_come_are_those_above_them_each_once(tmp_path: Path) -> None:
    places = {"ARCHIVE_DIR": str(tmp_path / "a" / "warc"), "DATABASE_URL": f"sqlite:///{tmp_path}/b/kaijuan.db"}
    (disk,) = find_disks(Settings(places))
    assert disk.folder == tmp_path / "a" / "warc"
    assert 0 < disk.free <= disk.total
    if os.path.ismount("/dev/shm"):
        assert len(find_disks(Settings(places | {"DATABASE_URL": "sqlite:////dev/shm/x/kaijuan.db"}))) == 2
    assert len(find_disks(Settings(places | {"DATABASE_URL": "postgresql://user@host/name"}))) == 1
    assert find_disks(Settings(places | {"ARCHIVE_REPLAY": "var/warc", "DATABASE_URL": ""})) == []


def test_too_little_room_says_how_much_where_and_what_to_do(tmp_path: Path) -> None:
    settings = Settings({"ARCHIVE_DIR": str(tmp_path), "DATABASE_URL": "", "DISK_LEAST": "100%"})
    with pytest.raises(DiskError, match=rf"{tmp_path}: .* free of .*, less than DISK_LEAST=100%; make room"):
        require_room(settings)


def test_crawl_does_not_begin_below_the_bound(tmp_path: Path) -> None:
    with serving({"/a": Answer("<p>甲</p>".encode())}, log := list[Asked]()) as address:
        done = crawl_urls(tmp_path, [f"{address}/a"], "-s", "DISK_LEAST=100%")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "less than DISK_LEAST=100%" in done.stderr
    assert log == []


def test_crawl_ends_in_order_when_its_disk_fills_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    answers = {f"/{number}.html": Answer("<p>通知</p>".encode()) for number in range(40)}
    log: list[Asked] = []
    with small_disk(tmp_path / "disk", "size=8m") as disk, serving(answers, log) as address:
        (tmp_path / "urls.txt").write_text("".join(f"{address}{path}\n" for path in answers))
        words = ["crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path)]
        words += ["-s", f"ARCHIVE_DIR={disk / 'warc'}", "-s", "DISK_LEAST=4MiB", "-s", "PROGRESS_ENABLED=0"]
        command = [sys.executable, "-m", "scrapy", *words]
        slowly = [*command, "-s", "DOWNLOAD_DELAY=1"]
        with subprocess.Popen(slowly, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
            deadline = monotonic() + 60
            while len(log) < 3 and monotonic() < deadline:
                sleep(0.05)
            (disk / "hog").write_bytes(b"\0" * (5 << 20))
            said = process.communicate(timeout=60)[1]
        assert (process.returncode, said.count("\n")) == (1, 1), said
        assert f"{disk / 'warc'}: " in said
        assert "less than DISK_LEAST=4MiB; the crawl ends, and what it has is whole" in said
        asked, journals = len(log), find_journals(disk / "warc")
        assert asked < 20
        assert (run := read_run(journals[0])) is not None
        assert run.reason == "disk-low"
        assert list((disk / "warc").glob("*.open")) == []
        (disk / "hog").unlink()
        again = run_scrapy(*words, "-a", "resume=last")
        assert again.returncode == 0, again.stderr
    paths = [each.path for each in log if each.path != "/robots.txt"]
    assert sorted(paths) == sorted(answers)
