"""Spiders on the archive in place of the network: what they are given, and that nothing leaves the machine."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import wait
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from scrapy import FormRequest, Request
from scrapy.http import Response

from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.outcomes import name_outcome
from archive.rewalk.answers import Answers
from archive.rewalk.failures import make_error
from archive.rewalk.holdings import NEWEST, Holdings, Moment, read_moment
from archive.wacz import PackageOptions, write_package
from archive.writer import Writer, WriterOptions
from demo.catalogue import write_catalogue
from demo.portals import EASY
from demo.running import find_ports
from demo.server import Portals
from tests.archive.building import warcs
from tests.archive.crawling import crawl
from tests.commands import assert_feeds_equal, crawl_settings, crawl_urls, read_lines, run_scrapy
from tests.loopback import Answer, Asked, serving

LIST = "http://www.a.gov.cn/zfxxgknb/"
GET = b"GET / HTTP/1.1\r\n\r\n"
FORM = b"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
LONG = b"x" * 2000  # long enough for a revisit


def exchange(
    url: str, body: bytes = b"page", *, at: str = "2023-01-18T09:30:00Z", status: int = 200, request: bytes = GET
) -> Exchange:
    location = f"Location: {body.decode()}\r\n" if 300 < status < 304 else ""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n{location}Content-Length: {len(body)}\r\n\r\n"
    method = request.partition(b" ")[0].decode()
    return Exchange(url, method, at, "ok", request, head.encode() + body, status, body)


def failed(url: str, outcome: str, *, at: str = "2023-01-18T09:30:00Z", request: bytes = b"") -> Exchange:
    method = request.partition(b" ")[0].decode() or "GET"
    return Exchange(url, method, at, outcome, request, facts=(("error", f"Error: {outcome} it was"),))


def archive(folder: Path, *exchanges: Exchange) -> Answers:
    """The answers of an archive that holds these exchanges, each in a group of its own."""
    write(folder, *exchanges)
    return Answers(Holdings(str(folder)))


def write(folder: Path, *exchanges: Exchange) -> Path:
    folder.mkdir(exist_ok=True)
    writer = Writer(WriterOptions(folder, prefix="made"))
    for each in exchanges:
        wait([writer.submit(each)], timeout=20)
    writer.close().result(timeout=20)
    return warcs(folder)[-1]


def body(answers: Answers, url: str) -> bytes | None:
    given = answers.find(Request(url))
    return given.response.body if given and given.response is not None else None


def test_newest_answer_is_given_and_another_moment_gives_the_nearest(tmp_path: Path) -> None:
    answers = archive(
        tmp_path,
        *(exchange(LIST, year.encode(), at=f"{year}-01-18T09:30:00Z") for year in ("2022", "2023", "2021")),
    )
    assert body(answers, LIST) == b"2023"
    for asked, wanted in (
        ("2021", b"2021"),
        ("202209", b"2023"),
        ("20220601", b"2022"),
        ("2030-01-01T00:00:00Z", b"2023"),
        ("", b"2023"),
    ):
        assert body(Answers(Holdings(str(tmp_path), read_moment(asked))), LIST) == wanted


def test_moment_is_the_span_that_is_written_and_what_is_none_is_said() -> None:
    assert read_moment("2023") == Moment("20230101000000", "20231231235959")
    assert read_moment("2023-01-18") == Moment("20230118000000", "20230118235959")
    assert read_moment("20230118093000") == Moment("20230118093000", "20230118093000")
    assert read_moment("") == NEWEST
    for wrong in ("yesterday", "20231", "20231399"):
        with pytest.raises(ArchiveError, match=f"ARCHIVE_REPLAY_TIME={wrong}"):
            read_moment(wrong)


def test_method_and_body_tell_requests_apart(tmp_path: Path) -> None:
    answers = archive(
        tmp_path,
        exchange(LIST, b"page 1", request=FORM + b"page=1"),
        exchange(LIST, b"page 2", request=FORM + b"page=2"),
        exchange(LIST, b"page by GET"),
    )
    for number in (1, 2):
        given = answers.find(FormRequest(LIST, formdata={"page": str(number)}))
        assert given
        assert given.response is not None
        assert given.response.body == f"page {number}".encode()
    assert answers.find(FormRequest(LIST, formdata={"page": "3"})) is None
    assert body(answers, LIST) == b"page by GET"


def test_other_spellings_of_an_address_answer_where_it_has_none_of_its_own_and_never_send_in_a_circle(
    tmp_path: Path,
) -> None:
    answers = archive(
        tmp_path,
        exchange("http://www.a.gov.cn/1.html", b"one"),
        exchange("http://www.a.gov.cn/2.html", b"https://www.a.gov.cn/2.html", status=302),
        exchange("http://a.gov.cn/3.html", b"plain"),
        exchange("https://a.gov.cn/3.html", b"secure", at="2023-01-19T09:30:00Z"),
    )
    assert body(answers, "https://a.gov.cn/1.html") == b"one"
    assert answers.find(Request("https://www.a.gov.cn/2.html")) is None
    given = answers.find(Request("http://www.a.gov.cn/2.html"))
    assert given
    assert given.response is not None
    assert given.response.headers["Location"] == b"https://www.a.gov.cn/2.html"
    assert body(answers, "http://a.gov.cn/3.html") == b"plain"


def test_revisit_borrows_its_payload_and_names_where_it_lies(tmp_path: Path) -> None:
    first = write(tmp_path, exchange(LIST, LONG))
    answers = archive(tmp_path, exchange(f"{LIST}copy.html", LONG, at="2023-02-01T00:00:00Z"))
    given = answers.find(Request(f"{LIST}copy.html"))
    assert given
    assert given.response is not None
    assert given.response.body == LONG
    [position] = given.positions
    assert position.original is not None
    assert position.original[0] == first


def test_304_gives_the_body_that_it_confirms(tmp_path: Path) -> None:
    asked = b"GET / HTTP/1.1\r\nIf-None-Match: 1\r\n\r\n"
    answers = archive(
        tmp_path,
        exchange(LIST, b"first", at="2021-01-18T09:30:00Z"),
        exchange(LIST, b"second", at="2022-01-18T09:30:00Z"),
        exchange(LIST, b"", at="2023-01-18T09:30:00Z", status=304, request=asked),
    )
    given = answers.find(Request(LIST))
    assert given
    assert given.response is not None
    assert (given.response.status, given.response.body) == (200, b"second")
    assert [position.status for position in given.positions] == [304, 200]


@pytest.mark.parametrize(
    "outcome",
    ["dns", "refused", "unreachable", "timeout", "tls", "reset", "disconnected", "malformed", "too-large", "failed"],
)
def test_error_is_named_by_the_outcome_that_it_is_made_of(outcome: str) -> None:
    assert name_outcome(make_error(outcome, "said")) == outcome


def test_failures_fail_again_unless_an_answer_came_on_another_day(tmp_path: Path) -> None:
    answers = archive(
        tmp_path,
        failed("http://gone.gov.cn/", "dns"),
        failed("http://shut.gov.cn/", "refused", request=GET),
        exchange("http://up.gov.cn/", b"up"),
        failed("http://up.gov.cn/", "timeout", at="2024-01-18T09:30:00Z", request=GET),
        failed("http://form.gov.cn/", "reset", request=FORM + b"page=1"),
    )
    for host, outcome in (("gone", "dns"), ("shut", "refused")):
        given = answers.find(Request(f"http://{host}.gov.cn/"))
        assert given
        assert given.error is not None
        assert name_outcome(given.error) == outcome
        assert f"{outcome} it was" in str(given.error)
        assert given.positions[0].status is None
    assert body(answers, "http://up.gov.cn/") == b"up"
    assert answers.find(FormRequest("http://form.gov.cn/", formdata={"page": "1"}))
    assert answers.find(Request("http://form.gov.cn/")) is None
    assert answers.find(Request("http://never.gov.cn/")) is None


def test_cut_answer_fails_as_it_did_and_a_whole_one_goes_before_it(tmp_path: Path) -> None:
    cut = replace(exchange(f"{LIST}1.html", at="2024-01-01T00:00:00Z"), truncated="time", outcome="timeout")
    answers = archive(tmp_path, cut, replace(cut, url=LIST), exchange(LIST, b"whole"))
    given = answers.find(Request(f"{LIST}1.html"))
    assert given
    assert given.error is not None
    assert name_outcome(given.error) == "timeout"
    assert body(answers, LIST) == b"whole"


def test_file_glob_wacz_and_files_without_index_are_asked_alike_and_nothing_is_written(tmp_path: Path) -> None:
    path = write(tmp_path / "warc", exchange(LIST, b"page"), failed("http://gone.gov.cn/", "dns"))
    package = tmp_path / "one.wacz"
    write_package(package, [str(path)], PackageOptions())
    for index in (tmp_path / "warc").rglob("*.cdxj"):
        index.unlink()
    before = sorted(tmp_path.rglob("*"))
    for name in (path, tmp_path / "warc", tmp_path / "warc" / "*.warc.gz", package):
        holdings = Holdings(str(name))
        answers = Answers(holdings)
        assert body(answers, LIST) == b"page"
        assert answers.find(Request("http://gone.gov.cn/"))
        holdings.close()
    assert sorted(tmp_path.rglob("*")) == before


# As a person does it

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


def test_answer_comes_as_the_download_handler_gives_it(tmp_path: Path) -> None:
    answers = archive(tmp_path, exchange(LIST, b"page"))
    given = answers.find(Request(LIST + "#part"))
    assert given
    assert isinstance(given.response, Response)
    assert given.response.url == LIST
    assert given.response.headers["Content-Type"] == b"text/html"
    assert "archived" in given.response.flags
