"""A crawl that was killed goes on: what the archive has is not fetched again, and the feeds hold the whole run."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from scrapy import Request
from scrapy.dupefilters import RFPDupeFilter
from scrapy.utils.request import RequestFingerprinter

from archive.reading.captures import read_captures
from archive.writing.recovery import recover_folder
from demo.catalogue import write_catalogue
from demo.portals import EASY
from demo.running import find_ports
from demo.server import Portals
from tests.archive.building import warcs
from tests.commands import PROJECT, assert_feeds_equal, crawl_settings, read_lines, replay_archive, run_scrapy

PAGES = 60


@contextmanager
def answering(answer: Callable[[str], tuple[int, str, dict[str, str]]]) -> Iterator[tuple[str, list[str]]]:
    """Answers a path with status, page and further headers; gives the address and the list of the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            status, page, headers = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page.encode())))
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def counting_server() -> AbstractContextManager[tuple[str, list[str]]]:
    """Pages, two redirects, two errors."""

    def answer(path: str) -> tuple[int, str, dict[str, str]]:
        time.sleep(0.02)
        number = int("".join(filter(str.isdigit, path)) or 0)
        status = {7: 302, 13: 404, 23: 302, 31: 403}.get(number, 200) if path[1:2] == "p" else 200
        page = f"<html><body><p>第{number}页的内容</p></body></html>{'<!-- -->' * number * 10}"
        return status, page, {"Location": f"/moved/{number}"} if status == 302 else {}

    return answering(answer)


def crawl_words(folder: Path, *more: str) -> list[str]:
    return [
        *("crawl", "urls", "-a", f"file={folder / 'urls.txt'}"),
        *("-a", f"documents={folder / 'live-documents.jsonl'}", "-a", f"reports={folder / 'live-reports.jsonl'}"),
        *crawl_settings(folder),
        *("-s", "BACKOFF_RETRIES=0"),  # a refused page is asked for once here
        *more,
    ]


def kill_in_the_middle(words: list[str], asked: list[str], least: int) -> None:
    """Run a crawl until the server was asked so often, then SIGKILL it."""
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *words], cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 60
        while len(asked) < least and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)


def remember_as_seen(job: Path, urls: list[str]) -> None:
    """Scrapy's list of requests seen, as a crash leaves it once it is longer than its file's buffer."""
    seen = RFPDupeFilter(str(job), fingerprinter=RequestFingerprinter())
    assert not any(seen.request_seen(Request(url)) for url in urls)
    seen.close("")


def archived_urls(folder: Path) -> Counter[str]:
    recover_folder(folder / "warc")
    captures = [capture for path in warcs(folder / "warc") for capture in read_captures(path)]
    assert all(capture.problem is None for capture in captures)
    return Counter(capture.url for capture in captures)


@pytest.mark.parametrize("jobdir", [False, True], ids=["archive alone", "with JOBDIR"])
def test_killed_crawl_goes_on_with_what_is_missing(tmp_path: Path, jobdir: bool) -> None:
    more = ("-s", f"JOBDIR={tmp_path / 'job'}") if jobdir else ()
    with counting_server() as (origin, asked):
        text = "".join(f"{origin}/p/{number}\n" for number in range(PAGES))
        (tmp_path / "urls.txt").write_text(text, encoding="utf-8")
        kill_in_the_middle(crawl_words(tmp_path, *more), asked, 25)
        if jobdir:
            remember_as_seen(tmp_path / "job", text.split())
        before = archived_urls(tmp_path)
        assert 20 <= len(before) < PAGES
        asked.clear()
        done = run_scrapy(*crawl_words(tmp_path, "-a", "resume=last", *more))
        assert done.returncode == 0, done.stderr
        fetched = Counter(origin + path for path in asked)
    assert not fetched.keys() & before.keys()
    assert set(fetched.values()) == {1}
    wanted = {f"{origin}/{name}" for name in ("robots.txt", "moved/7", "moved/23", *(f"p/{n}" for n in range(PAGES)))}
    assert archived_urls(tmp_path) == Counter(wanted)
    assert replay_archive(tmp_path).returncode == 0
    for feed in ("documents", "reports"):
        live = sorted((tmp_path / f"live-{feed}.jsonl").read_bytes().splitlines())
        assert live == sorted((tmp_path / f"replayed-{feed}.jsonl").read_bytes().splitlines())
    lines = read_lines(tmp_path / "live-documents.jsonl")
    assert len(lines) == PAGES - 4 + 3
    assert len({line["run"] for line in lines}) == 1


def troubled_server(answers: dict[str, list[int]]) -> AbstractContextManager[tuple[str, list[str]]]:
    """Answers with the statuses of a path one by one, then with 200."""

    def answer(path: str) -> tuple[int, str, dict[str, str]]:
        left = answers.get(path, [404] if path == "/robots.txt" else [])
        status = left.pop(0) if left else 200
        return status, f"<html><body><p>{status}的内容</p></body></html>", {}

    return answering(answer)


def test_what_the_server_put_off_is_asked_for_again_and_what_it_refused_is_not(tmp_path: Path) -> None:
    put_off = {"/429": [429], "/500": [500], "/503": [503], "/520": [520]}
    final = {"/403": [403], "/404": [404], "/410": [410], "/412": [412]}
    with troubled_server({**put_off, **final}) as (origin, asked):
        text = "".join(f"{origin}{path}\n" for path in (*put_off, *final, "/good"))
        (tmp_path / "urls.txt").write_text(text, encoding="utf-8")
        run_scrapy(*crawl_words(tmp_path, "-s", "RETRY_ENABLED=0"))
        assert set(asked) == {"/robots.txt", "/good", *put_off, *final}
        asked.clear()
        done = run_scrapy(*crawl_words(tmp_path, "-a", "resume=last", "-s", "RETRY_ENABLED=0"))
        assert sorted(asked) == sorted(put_off), done.stderr
        asked.clear()
        run_scrapy(*crawl_words(tmp_path, "-a", "resume=last", "-s", "RETRY_ENABLED=0"))
        assert asked == []
    assert {line["url"].removeprefix(origin) for line in read_lines(tmp_path / "live-documents.jsonl")} == {
        "/good",
        *put_off,
    }


def test_resumed_run_is_named_by_its_id_or_as_the_last_of_its_spider(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("http://127.0.0.1:9/none\n", encoding="utf-8")
    for wish in ("last", "20230118T093000Z-4f1a2b"):
        done = run_scrapy(*crawl_words(tmp_path, "-a", f"resume={wish}"))
        assert done.returncode == 2
        [line] = done.stderr.splitlines()
        assert f"resume={wish}" in line
        assert str(tmp_path / "warc") in line
    assert not (tmp_path / "warc").exists()


def test_whole_run_of_a_spider_that_walks_is_answered_from_the_archive_alone(tmp_path: Path) -> None:
    base_port = find_ports()
    catalogue = write_catalogue(tmp_path / "catalogue", base_port, EASY)
    words = ["crawl", "provincial", "-a", f"catalogue={catalogue}", *crawl_settings(tmp_path)]
    feeds = {
        name: [
            "-a",
            f"documents={tmp_path / f'{name}-documents.jsonl'}",
            "-a",
            f"reports={tmp_path / f'{name}-reports.jsonl'}",
        ]
        for name in ("live", "replayed")
    }
    with Portals(base_port, portals=EASY):
        first = run_scrapy(*words, *feeds["live"])
    files = warcs(tmp_path / "warc")
    # The server is gone: whatever were fetched would fail.
    second = run_scrapy(*words, *feeds["replayed"], "-a", "resume=last")
    assert second.returncode == first.returncode, second.stderr
    assert_feeds_equal(tmp_path)
    assert warcs(tmp_path / "warc") == files
