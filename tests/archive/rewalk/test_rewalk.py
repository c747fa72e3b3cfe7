"""Spiders on the archive in place of the network, as a person has them walk: what they give; that nothing leaves."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.catalogue import write_catalogue
from demo.portals import EASY
from demo.running import find_ports
from demo.server import Portals
from tests.archive.building import warcs
from tests.archive.crawling import crawl
from tests.archive.holding import LIST, exchange, write
from tests.commands import assert_feeds_equal, crawl_settings, crawl_urls, read_lines, run_scrapy
from tests.loopback import Answer, Asked, serving

_GUARD = """
import os, socket, sys
def guard(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"):
        say(f"{event} {args}")
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if args[0].family != socket.AF_UNIX:
            say(f"{event} {args[1:]}")
def say(text):
    with open(os.environ["GUARD_LOG"], "a") as log:
        log.write(text + chr(10))
sys.addaudithook(guard)
"""


@dataclass(frozen=True)
class Rewalked:
    """A list of addresses crawled, then re-walked with two more, while the server was still there."""

    folder: Path
    origin: str
    done: subprocess.CompletedProcess[str]
    asked: list[Asked]  # during the re-walk
    packets: str  # what the guard saw
    before: dict[Path, int]
    after: dict[Path, int]


def rewalk(folder: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """``scrapy crawl`` with every look-up of a name and every use of a socket noted; gives what was."""
    guard, log = folder / "guard", folder / "packets.txt"
    guard.mkdir(exist_ok=True)
    (guard / "sitecustomize.py").write_text(_GUARD, encoding="utf-8")
    log.write_text("", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(guard))
        patch.setenv("GUARD_LOG", str(log))
        done = run_scrapy("crawl", *words)
    return done, log.read_text(encoding="utf-8")


def snapshot(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


@pytest.fixture(scope="module")
def rewalked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rewalked]:
    folder = tmp_path_factory.mktemp("rewalk")
    page = "<html><body><p>第一页的内容，与众不同。</p></body></html>".encode()
    answers = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /secret/\nCrawl-delay: 30\n", "text/plain"),
        "/1.html": Answer(page),
        "/2.html": Answer(b"", status=302, headers={"Location": "/1.html"}),
        "/refused.html": Answer(b"<script></script>", status=412),
        "/secret/1.html": Answer(page),
    }
    log: list[Asked] = []
    with serving(answers, log) as origin:
        urls = [f"{origin}{path}" for path in ("/1.html", "/2.html", "/3.html", "/refused.html", "/secret/1.html")]
        urls.append("http://127.0.0.1:9/shut.html")
        settings = ("-s", "CRAWL_DELAY_MOST=0", "-s", "BACKOFF_MOST=0", "-s", "BACKOFF_RETRIES=0")
        crawl_urls(folder, urls, *settings)
        log.clear()
        more = [f"{origin}/new.html", "http://nowhere.gov.cn/"]
        (folder / "urls.txt").write_text("\n".join([*urls, *more]) + "\n", encoding="utf-8")
        before = snapshot(folder / "warc")
        done, packets = rewalk(
            folder,
            *("urls", "-a", f"file={folder / 'urls.txt'}"),
            *("-a", f"documents={folder / 'replayed-documents.jsonl'}"),
            *("-s", f"ARCHIVE_REPLAY={folder / 'warc'}", "-s", f"ARCHIVE_REPLAY_MISSING={folder / 'missing.txt'}"),
            *("-s", f"DATABASE_URL=sqlite:///{folder / 'second.db'}", "-s", "DOWNLOAD_DELAY=60"),
        )
        yield Rewalked(folder, origin, done, list(log), packets, before, snapshot(folder / "warc"))


def test_nothing_leaves_the_machine(rewalked: Rewalked) -> None:
    assert rewalked.packets == ""
    assert rewalked.asked == []


def test_nothing_is_archived(rewalked: Rewalked) -> None:
    assert rewalked.after == rewalked.before


def test_lines_are_those_of_the_archived_captures(rewalked: Rewalked) -> None:
    live, again = ((rewalked.folder / f"{name}-documents.jsonl").read_bytes() for name in ("live", "replayed"))
    assert sorted(again.splitlines()) == sorted(live.splitlines())
    assert len(read_lines(rewalked.folder / "replayed-documents.jsonl")) == 2  # robots.txt and /1.html, once


def test_what_is_not_archived_is_told_with_its_address_and_is_no_status(rewalked: Rewalked) -> None:
    said = rewalked.done.stderr
    assert "2 pages not archived:" in said
    assert "nowhere.gov.cn: http://nowhere.gov.cn/" in said
    assert f"{rewalked.origin}/new.html" in said
    assert f"{rewalked.origin}/new.html: status" not in said
    assert (rewalked.folder / "missing.txt").read_text().split() == sorted(
        [f"{rewalked.origin}/new.html", "http://nowhere.gov.cn/"]
    )


def test_failures_refusals_and_robots_are_as_they_were(rewalked: Rewalked) -> None:
    said = rewalked.done.stderr
    assert "shut.html: ConnectionRefusedError" in said or "shut.html: ConnectionRefused" in said
    assert "/3.html: status 404" in said
    assert "412" in said
    assert "Forbidden by robots.txt" in said
    assert rewalked.done.returncode == 3  # nothing came of two hosts


def test_walk_of_a_portal_gives_the_lines_of_the_crawl_without_a_packet(tmp_path: Path) -> None:
    base_port, portals = find_ports(), EASY[:2]
    catalogue = write_catalogue(tmp_path / "catalogue", base_port, portals)
    words = ["provincial", "-a", f"catalogue={catalogue}"]
    feeds = {
        name: [word for feed in ("documents", "reports") for word in ("-a", f"{feed}={tmp_path}/{name}-{feed}.jsonl")]
        for name in ("live", "replayed")
    }
    with Portals(base_port, portals=portals):
        first = run_scrapy("crawl", *words, *feeds["live"], *crawl_settings(tmp_path))
    again, packets = rewalk(
        tmp_path, *words, *feeds["replayed"], "-s", f"ARCHIVE_REPLAY={tmp_path / 'warc'}", "-s", "DATABASE_URL="
    )
    assert again.returncode == first.returncode, again.stderr
    assert packets == ""
    assert_feeds_equal(tmp_path)


def test_any_project_that_has_the_addon_is_kept_from_the_network(tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    write(folder, exchange(LIST))
    log: list[Asked] = []
    with serving({"/": Answer(b"live")}, log) as origin:
        walked = crawl(folder, [{"url": LIST}, {"url": f"{origin}/"}], ARCHIVE_REPLAY=str(folder))
    assert log == []
    assert [event["url"] for event in walked.events_of("response")] == [LIST]
    assert [event["kind"] for event in walked.events_of("failure")] == ["NotInArchiveError"]
    assert len(warcs(folder)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-a", "resume=last"), "resume=last is nothing for a re-walk"),
        (("-a", "visit=due"), "visit=due is nothing for a re-walk"),
    ],
)
def test_what_makes_no_sense_in_a_rewalk_is_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run_scrapy("crawl", "provincial", "-s", f"ARCHIVE_REPLAY={tmp_path}", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_archive_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    done = run_scrapy("crawl", "provincial", "-s", f"ARCHIVE_REPLAY={tmp_path / 'none'}")
    assert done.returncode == 1
    assert "no such file or folder" in done.stderr
