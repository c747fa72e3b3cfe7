"""``scrapy index`` as a person uses it."""

import os
from pathlib import Path

from archive.index.indexing import index_path
from archive.index.runs import FOLDER
from tests.archive.building import URL, record, zipped
from tests.commands import run_scrapy


def write_file(folder: Path, name: str, number: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(zipped([record(number=number)]))
    return path


def test_missing_and_old_indexes_are_made_and_merged_and_searched(tmp_path: Path) -> None:
    first = write_file(tmp_path, "a.warc.gz", 1)
    write_file(tmp_path / "below", "b.warc.gz", 2)
    done = run_scrapy("index", "--find", URL, "-s", f"ARCHIVE_DIR={tmp_path}")
    assert done.returncode == 0, done.stderr
    assert "2 files, 2 indexed now with 2 captures" in done.stderr
    assert [line.rpartition('"filename": ')[2] for line in done.stdout.splitlines()] == ['"a.warc.gz"}', '"b.warc.gz"}']
    assert list((tmp_path / FOLDER).glob("*.cdxj"))
    write_file(tmp_path, "a.warc.gz", 3)
    index_path(first).write_bytes(b"")
    os.utime(first, (2e9, 2e9))
    again = run_scrapy("index", str(tmp_path))
    assert "2 files, 1 indexed now with 1 captures" in again.stderr
    assert index_path(first).stat().st_size > 0


def test_damaged_file_is_indexed_as_far_as_it_can_be_read_and_makes_exit_code_1(tmp_path: Path) -> None:
    path = write_file(tmp_path, "a.warc.gz", 1)
    path.write_bytes(path.read_bytes() + path.read_bytes()[:-20])
    (tmp_path / "none.warc.gz").write_bytes(b"not an archive")
    done = run_scrapy("index", str(tmp_path))
    assert done.returncode == 1
    assert "a.warc.gz at" in done.stderr
    assert "none.warc.gz: not a WARC or ARC file" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(index_path(path).read_bytes().splitlines()) == 2
    # What cannot be indexed is said again, not forgotten.
    assert run_scrapy("index", str(tmp_path)).returncode == 1


def test_folder_without_archives_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    done = run_scrapy("index", str(tmp_path))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
