"""``scrapy replay`` from outside: what it refuses, in one line, and what it does not need."""

from pathlib import Path

import pytest

from tests.commands import crawl_settings, crawl_urls, replay_archive, run_scrapy
from tests.loopback import Answer, serving

PAGE = (
    "<html><head><title>通知</title></head><body><p>关于办公时间调整的通知，自下周一起执行。</p></body></html>".encode()
)


@pytest.mark.parametrize(
    ("content", "named"),
    [(b"<html>hello</html>\n", "not a WARC or ARC file"), (b"", "empty")],
    ids=["another file", "an empty file"],
)
def test_file_that_is_no_archive_is_refused_in_one_line(tmp_path: Path, content: bytes, named: str) -> None:
    path = tmp_path / "made.warc.gz"
    path.write_bytes(content)
    done = run_scrapy("replay", str(path), "--no-store")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(path) in done.stderr
    assert named in done.stderr


@pytest.mark.parametrize(
    "words", [["replay"], ["replay", "a.warc", "--nonsense"], ["replay", "a.warc", "--workers", "0"]]
)
def test_wrong_usage_of_replay_ends_with_exit_code_2(words: list[str]) -> None:
    done = run_scrapy(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_missing_file_is_named(tmp_path: Path) -> None:
    done = run_scrapy("replay", str(tmp_path / "nowhere.warc.gz"))
    assert (done.returncode, "nowhere.warc.gz" in done.stderr) == (1, True)


def test_damaged_file_does_not_cost_the_others(tmp_path: Path) -> None:
    with serving({"/a.html": Answer(PAGE)}) as address:
        assert crawl_urls(tmp_path, [f"{address}/a.html"]).returncode == 0
    (tmp_path / "warc" / "aaa.warc.gz").write_bytes(b"no archive")
    done = replay_archive(tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "replayed-documents.jsonl").read_bytes() == (tmp_path / "live-documents.jsonl").read_bytes()


def test_replay_without_store_makes_no_database(tmp_path: Path) -> None:
    with serving({"/a.html": Answer(PAGE)}) as address:
        assert crawl_urls(tmp_path, [f"{address}/a.html"]).returncode == 0
    (tmp_path / "kaijuan.db").unlink()
    done = run_scrapy("replay", str(tmp_path / "warc"), "--no-store", *crawl_settings(tmp_path))
    assert done.returncode == 0
    assert not (tmp_path / "kaijuan.db").exists()


def test_crawl_stops_with_one_line_where_the_store_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "urls.txt").write_text("http://127.0.0.1:9/\n")
    done = run_scrapy(
        *("crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path)),
        *("-s", f"DATABASE_URL=sqlite:///{tmp_path / 'file' / 'kaijuan.db'}"),
    )
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
