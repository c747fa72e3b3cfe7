"""Runs a Scrapy crawl with the archive in a process of its own: a reactor cannot be started twice in one.

``python -m tests.archive.crawling`` takes a JSON object on standard input: ``settings``, ``requests`` (keyword
arguments of ``scrapy.Request``), and prints a JSON line for each archived exchange, response and failure.
"""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scrapy
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool

from archive.errors import ArchiveError
from archive.position import Position
from archive.reading.captures import read_capture
from archive.signals import exchange_archived
from archive.wire import wiretap
from tests.archive.building import warcs

PROJECT = Path(__file__).resolve().parents[2]

Event = dict[str, Any]


@dataclass(frozen=True)
class Crawled:
    """What a crawl printed and left."""

    folder: Path
    events: list[Event]
    errors: str
    exit_code: int

    def events_of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event["event"] == kind]

    @property
    def files(self) -> list[Path]:
        return warcs(self.folder)


def archive_settings(folder: Path, **more: Any) -> dict[str, Any]:
    """Settings of a crawl in tests: one request at a time, nothing tried twice, no robots.txt."""
    return {
        "ADDONS": {"archive.addon.ArchiveAddon": 100},
        "ARCHIVE_DIR": str(folder),
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "ROBOTSTXT_OBEY": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        "DOWNLOAD_TIMEOUT": 5,
        **more,
    }


def start_crawl(
    folder: Path, requests: Sequence[Event], prepare: Callable[[], None] | None = None, **settings: Any
) -> "subprocess.Popen[str]":
    """Start a crawl process; its standard input is already given. ``prepare`` runs in it first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.archive.crawling"],
        cwd=PROJECT,
        preexec_fn=prepare,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"settings": archive_settings(folder, **settings), "requests": list(requests)}))
    process.stdin.close()
    process.stdin = None
    return process


def crawl(folder: Path, requests: Sequence[Event], **settings: Any) -> Crawled:
    """Crawl to the end."""
    process = start_crawl(folder, requests, **settings)
    out, errors = process.communicate(timeout=60)
    return Crawled(folder, [json.loads(line) for line in out.splitlines()], errors, process.returncode)


class _Spider(scrapy.Spider):
    name = "archive-test"

    async def start(self) -> AsyncIterator[Any]:
        self.crawler.signals.connect(self.note_exchange, exchange_archived)
        for priority, request in enumerate(self.settings.getlist("TEST_REQUESTS")):
            kept: Event = {"dont_filter": True, "errback": self.note_failure, "priority": -priority, **request}
            kept["meta"] = {"handle_httpstatus_all": kept.pop("all_statuses", True), **kept.get("meta", {})}
            yield scrapy.Request(**kept)

    def note_exchange(self, position: Position, request: scrapy.Request) -> None:
        if position.status is not None:
            # What is announced can be read, whatever the file is called by now.
            assert read_capture(position.path, position.offset).record_id == position.record_id
        _print("archived", url=position.url, offset=position.offset, status=position.status, warc=position.warc)

    def parse(self, response: Response) -> None:
        archived = response.meta["archived"]
        _print("response", url=response.url, status=response.status, offset=archived.offset, body=len(response.body))

    def note_failure(self, failure: Failure) -> None:
        request: scrapy.Request = vars(failure)["request"]
        _print("failure", url=request.url, kind=type(failure.value).__name__, text=str(failure.value))

    def closed(self, reason: str) -> None:
        _print(
            "closed", reason=reason, stats={key: str(value) for key, value in self.crawler.stats.get_stats().items()}
        )


def _print(event: str, **more: Any) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


def break_tap(how: str | None) -> None:
    """Take away what the wire tap relies on, as an update of Scrapy or Twisted might."""
    if how == "missing":
        wiretap._HOOKS["a class"] = (http11, ("a_name_that_is_gone",))
    if how == "silent":
        wiretap.RecordingPool.getConnection = HTTPConnectionPool.getConnection  # type: ignore[method-assign]


def main() -> None:
    """The crawl process."""
    given = json.load(sys.stdin)
    break_tap(given["settings"].get("TEST_BREAK"))
    process = CrawlerProcess({**given["settings"], "TEST_REQUESTS": given["requests"]})
    done = process.crawl(_Spider)
    failure = getattr(done, "result", None)
    if isinstance(failure, Failure):
        done.addErrback(lambda _: None)
        print(failure.value if isinstance(failure.value, ArchiveError) else failure, file=sys.stderr)
        raise SystemExit(1)
    process.start()


if __name__ == "__main__":
    main()
