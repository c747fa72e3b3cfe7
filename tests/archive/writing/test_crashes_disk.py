"""Disks that fill up, refuse or break off: one clear line, exit code 1, every file valid."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Self

import pytest

from archive.opening import OPEN_SUFFIX
from archive.writing.recovery import recover_folder
from benchmarks.slowserver import Answer, Heard, make_answers, serve
from benchmarks.soundness import find_faults, find_missing, find_wrong, read_names, read_pages
from tests.commands import PROJECT

ANSWERS = make_answers(60, seed=3)


def make_words(folder: Path, warcs: Path, origin: str) -> list[str]:
    """``scrapy crawl urls`` into an archive that may lie on another disk than the rest."""
    (folder / "urls.txt").write_text("".join(f"{origin}{path}\n" for path in ANSWERS), encoding="utf-8")
    return [
        *(sys.executable, "-m", "scrapy", "crawl", "urls", "-a", f"file={folder / 'urls.txt'}"),
        *("-s", f"ARCHIVE_DIR={warcs}", "-s", f"DATABASE_URL=sqlite:///{folder / 'kaijuan.db'}"),
        *("-s", "ALLOW_LOOPBACK=1", "-s", "DOWNLOAD_DELAY=0", "-s", "PROGRESS_ENABLED=0"),
        *("-s", "DISK_LEAST=0"),  # these disks are to fill
    ]


def crawl(
    folder: Path, warcs: Path, origin: str, prepare: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """A crawl to its end, without pipelines."""
    return subprocess.run(
        [*make_words(folder, warcs, origin), "-s", "ITEM_PIPELINES={}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=prepare,
    )


def crawl_until(
    folder: Path, warcs: Path, origin: str, heard: Heard, happens: Callable[[], None]
) -> subprocess.CompletedProcess[str]:
    """A crawl, with its feed, during which something happens to the disk."""
    words = [*make_words(folder, warcs, origin), "-a", f"documents={folder / 'documents.jsonl'}"]
    process = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        deadline = monotonic() + 60
        while len(heard) < len(ANSWERS) // 3 and process.poll() is None and monotonic() < deadline:
            sleep(0.005)
        happens()
        out, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    return subprocess.CompletedProcess(words, process.returncode, out, errors)


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


class Disk:
    """An ext4 file system in a file, which can break as disks do; skips where none may be mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "disk"
        self._image = folder / "disk.img"

    def __enter__(self) -> Self:
        self.folder.mkdir()
        self._image.write_bytes(b"")
        os.truncate(self._image, 16 << 20)
        if os.geteuid() or not shutil.which("mkfs.ext4") or self._run("mkfs.ext4", "-q", self._image):
            pytest.skip("only root can make a disk to break")
        if self._run("mount", "-o", "loop", self._image, self.folder):
            pytest.skip("no loop device can be mounted here")
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", self.folder], check=True)

    def break_down(self) -> None:
        """What the kernel does at an error of the disk: read-only from now on, files that are being written too."""
        subprocess.run(["mount", "-o", "remount,abort", self.folder], check=True, capture_output=True)

    def mend(self) -> None:
        """A check of the file system and a new mount, as after a restart."""
        subprocess.run(["umount", self.folder], check=True)
        assert self._run("e2fsck", "-fy", self._image) < 4
        subprocess.run(["mount", "-o", "loop", self._image, self.folder], check=True)

    @staticmethod
    def _run(*words: str | Path) -> int:
        return subprocess.run(words, check=False, capture_output=True).returncode


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


def test_disk_that_turns_read_only_in_mid_crawl_stops_it_and_loses_nothing_that_was_told(tmp_path: Path) -> None:
    with Disk(tmp_path) as disk, serve(ANSWERS) as (origin, heard):
        warcs = disk.folder / "warc"
        finished = crawl_until(tmp_path, warcs, origin, heard, disk.break_down)
        assert_one_line(finished, str(warcs), "read-only", "ARCHIVE_DIR")
        assert len(heard) < len(ANSWERS)
        assert list(find_missing(tmp_path, warcs)) == []
        disk.mend()
        recover_folder(warcs)
        assert_kept(warcs, origin, least=3)
        assert read_names(tmp_path, warcs)["a feed"]
        assert list(find_missing(tmp_path, warcs)) == []


def test_last_rename_that_fails_is_a_failure_of_the_crawl(tmp_path: Path) -> None:
    warcs = tmp_path / "warc"
    taken: list[Path] = []

    def take_name() -> None:
        """A folder of a file's final name, which no file can be renamed to."""
        taken.extend(path.with_name(path.name.removesuffix(OPEN_SUFFIX)) for path in warcs.glob(f"*{OPEN_SUFFIX}"))
        for path in taken:
            path.mkdir()

    with serve(ANSWERS) as (origin, heard):
        finished = crawl_until(tmp_path, warcs, origin, heard, take_name)
        assert_one_line(finished, str(warcs), "Is a directory", "scrapy index")
        assert len(heard) == len(ANSWERS) + 1  # robots.txt
        taken[0].rmdir()
        recover_folder(warcs)
        assert_kept(warcs, origin, least=len(ANSWERS))
        assert list(find_missing(tmp_path)) == []


def test_write_that_breaks_off_stops_the_crawl_and_keeps_what_is_whole(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    with serve(ANSWERS) as (origin, _):
        assert_one_line(crawl(tmp_path, tmp_path / "warc", origin, limit), "File too large", str(tmp_path))
        assert_kept(tmp_path / "warc", origin, least=3)
