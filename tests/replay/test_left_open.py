"""Files that a crawl which did not end has left open are named when their folder is replayed."""

import fcntl
from pathlib import Path

from archive.sources import find_left_open
from tests.archive.building import record, zipped
from tests.commands import run_scrapy


def test_file_left_open_is_named_with_the_way_to_close_it(tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    folder.mkdir()
    (folder / "a.warc.gz").write_bytes(zipped([record()]))
    (folder / "b.warc.gz.open").write_bytes(zipped([record()]))
    done = run_scrapy("replay", str(folder), "--no-store")
    assert f"{folder}/b.warc.gz.open is left by a crawl that did not end" in done.stderr
    assert f"scrapy index {folder} closes it" in done.stderr
    assert done.returncode == 0
    assert run_scrapy("index", str(folder)).returncode == 0
    assert find_left_open([str(folder)]) == []
    assert (folder / "b.warc.gz").exists()


def test_file_that_a_crawl_is_writing_is_not_one_that_was_left(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.warc.gz.open"
    path.parent.mkdir()
    with path.open("wb") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        assert find_left_open([str(tmp_path)]) == []
    assert find_left_open([str(tmp_path), str(path), "s3://bucket/warc"]) == [str(path)]
