"""Disks that fill up, refuse or break off: one clear line, exit code 1, every file valid."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.slowserver import Answer, make_answers, serve
from benchmarks.soundness import find_faults, find_wrong, read_pages
from tests.commands import PROJECT

ANSWERS = make_answers(60, seed=3)


def crawl(
    folder: Path, warcs: Path, origin: str, prepare: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """``scrapy crawl urls`` into an archive that may lie on another disk than the rest."""
    (folder / "urls.txt").write_text("".join(f"{origin}{path}\n" for path in ANSWERS), encoding="utf-8")
    return subprocess.run(
        [
            *(sys.executable, "-m", "scrapy", "crawl", "urls", "-a", f"file={folder / 'urls.txt'}"),
            *("-s", f"ARCHIVE_DIR={warcs}", "-s", f"DATABASE_URL=sqlite:///{folder / 'kaijuan.db'}"),
            *("-s", "ALLOW_LOOPBACK=1", "-s", "DOWNLOAD_DELAY=0", "-s", "PROGRESS_ENABLED=0"),
            *("-s", "ITEM_PIPELINES={}"),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=prepare,
    )


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """A file system in memory; skips where none may be mounted."""
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False).returncode:
        pytest.skip("only root can mount a disk to fill")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def assert_one_line(finished: subprocess.CompletedProcess[str], *words: str) -> None:
    lines = finished.stderr.splitlines()
    assert finished.returncode == 1, finished.stderr
    assert len(lines) == 1, finished.stderr
    assert all(word in lines[0] for word in words), lines[0]


def assert_kept(warcs: Path, origin: str, least: int, answers: dict[str, Answer] = ANSWERS) -> None:
    assert list(find_faults(warcs)) == []
    pages = read_pages(warcs, origin)
    assert len(pages) >= least
    assert list(find_wrong(pages, answers)) == []


def test_full_disk_stops_the_crawl_and_keeps_what_is_whole(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=200k") as disk, serve(ANSWERS) as (origin, _):
        assert_one_line(crawl(tmp_path, disk / "warc", origin), "No space left", str(disk), "make room")
        assert_kept(disk / "warc", origin, least=3)


def test_full_disk_with_room_again_is_crawled_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=200k") as disk, serve(ANSWERS) as (origin, _):
        crawl(tmp_path, disk / "warc", origin)
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        finished = crawl(tmp_path, disk / "warc", origin)
        assert finished.returncode == 0, finished.stderr
        assert_kept(disk / "warc", origin, least=len(ANSWERS))


def test_read_only_disk_is_told_before_the_first_request(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=200k,ro") as disk, serve(ANSWERS) as (origin, heard):
        assert_one_line(crawl(tmp_path, disk / "warc", origin), "Read-only file system", str(disk), "ARCHIVE_DIR")
        assert len(heard) == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission_is_told_before_the_first_request(tmp_path: Path) -> None:
    warcs = tmp_path / "warc"
    warcs.mkdir(mode=0o555)
    with serve(ANSWERS) as (origin, heard):
        assert_one_line(crawl(tmp_path, warcs, origin), "Permission denied", str(warcs), "ARCHIVE_DIR")
        assert len(heard) == 0


def test_write_that_breaks_off_stops_the_crawl_and_keeps_what_is_whole(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    with serve(ANSWERS) as (origin, _):
        assert_one_line(crawl(tmp_path, tmp_path / "warc", origin, limit), "File too large", str(tmp_path))
        assert_kept(tmp_path / "warc", origin, least=3)
