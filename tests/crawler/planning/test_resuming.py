"""Which run ``resume=`` means."""

from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from archive.format.exchange import Exchange
from archive.index.indexing import index_path
from archive.index.runs import index_folder
from archive.writing.runbook import RunBook
from archive.writing.writer import Writer, WriterOptions
from crawler.planning.resuming import find_run_to_resume
from tests.archive.building import warcs

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"


def begin_run(
    folder: Path, run: str, spider: str, requests: tuple[bytes, ...] = (b"GET / HTTP/1.1\r\n\r\n",)
) -> Writer:
    fields = [("spider", spider), ("isPartOf", run)]
    writer = Writer(WriterOptions(folder, prefix="z" if spider == "urls" else "a", describe=lambda: fields))
    for request in requests:
        method = request.partition(b" ")[0].decode()
        exchange = Exchange("http://a.gov.cn/", method, "2023-01-18T09:30:00Z", "ok", request, ANSWER, 200, b"x")
        writer.submit(exchange).result(timeout=20)
    return writer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for run, spider in (("r1", "urls"), ("r2", "provincial"), ("r3", "urls"), ("r4", "provincial")):
        begin_run(tmp_path, run, spider).close().result(timeout=20)
    return tmp_path


def find(folder: Path, wish: str, spider: str) -> str:
    return find_run_to_resume(wish, spider, Settings({"ARCHIVE_DIR": str(folder)}))


def test_last_is_the_last_run_of_the_same_spider(folder: Path) -> None:
    assert [find(folder, "last", spider) for spider in ("urls", "provincial")] == ["r3", "r4"]
    assert find(folder, "r1", "urls") == "r1"


def test_part_of_many_crawls_is_not_the_last_but_can_be_named(folder: Path) -> None:
    begin_run(folder, "r6.001", "provincial").close().result(timeout=20)
    assert find(folder, "last", "provincial") == "r4"
    assert find(folder, "r6.001", "provincial") == "r6.001"


@pytest.mark.parametrize(
    ("wish", "spider", "why"), [("last", "district", "no run"), ("r9", "urls", "r3"), ("r2", "urls", "provincial")]
)
def test_run_that_cannot_go_on_is_a_usage_error_that_says_why(folder: Path, wish: str, spider: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        find(folder, wish, spider)


def test_run_that_is_still_being_crawled_is_left_alone(folder: Path) -> None:
    writer = begin_run(folder, "r5", "urls")
    with pytest.raises(UsageError, match="still being crawled"):
        find(folder, "last", "urls")
    writer.close().result(timeout=20)
    assert find(folder, "last", "urls") == "r5"


def test_answers_are_given_once_each_to_the_request_that_they_came_to(tmp_path: Path) -> None:
    form = b"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
    get = b"GET / HTTP/1.1\r\n\r\n"
    begin_run(tmp_path, "r1", "urls", (get, form + b"page=1", form + b"page=2", get)).close().result(timeout=20)
    begin_run(tmp_path, "other", "urls", (get,)).close().result(timeout=20)
    book = RunBook(tmp_path, "r1")
    url = "http://a.gov.cn/"
    second = book.take("POST", url, b"page=2")
    first = book.take("POST", url, b"page=1")
    assert first
    assert second
    assert first.offset < second.offset
    assert book.take("POST", url, b"page=3") is None
    assert book.take("GET", "http://A.gov.cn/", b"") is None
    gets = [book.take("GET", url, b"") for _ in range(3)]
    assert [held is None for held in gets] == [False, False, True]
    assert list(book.rest()) == []


def test_file_that_a_crash_left_without_an_index_gets_one(folder: Path) -> None:
    first = warcs(folder)[0]
    wanted = index_path(first).read_bytes()
    index_path(first).unlink()
    index_folder(folder)
    assert index_path(first).read_bytes() == wanted
