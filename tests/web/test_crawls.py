"""A crawl looked at while it is under way and after, and runs of every ending from their journals."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from crawler.fetching.refusals import STATUSES
from crawler.telling.journal import Journal, PortalEntry, RunEntry, find_journals, read_run, write_journal
from crawler.telling.runs import list_runs
from tests.commands import PROJECT, crawl_settings
from tests.loopback import Answer, serving
from tests.web.conftest import Served
from tests.web.test_pages import ask, read
from web.queries.crawls import (
    Failure,
    count_failures,
    count_refusals,
    find_history,
    find_run,
    list_stops,
    name_state,
)
from web.telling.runs import name_refusal, tell_note, tell_span, tell_why
from web.telling.sentences import RUNS, list_fields, load_patterns
from web.words import load_words

NOW = datetime(2023, 1, 18, 10, tzinfo=UTC)
RUN = "20230118T093000Z-4f1a2b"
PORTAL = PortalEntry(
    "a",
    "甲市财政局",
    captures=4,
    reports=1,
    years={0: (3, 0), 2022: (1, 1)},
    refused={"412 script challenge (瑞数)": 2},
    notes=(
        ("status", "http://a.gov.cn/1: status 404"),
        ("status", "http://a.gov.cn/2: status 404"),
        ("stopped", "http://a.gov.cn/nb/: 40 pages in a row hold no report"),
    ),
)


def run_entry(**more: Any) -> RunEntry:
    ended = {"ended": "2023-01-18T09:40:00Z", "reason": "finished"}
    times = {"began": "2023-01-18T09:30:00Z", "updated": "2023-01-18T09:59:30Z", "every": 2.0, "seconds": 600.0}
    return RunEntry(**{"run": RUN, "spider": "provincial", "captures": 4, **times, **ended, **more})


def write(archive: Path, *portals: PortalEntry, **more: Any) -> None:
    write_journal(archive, Journal(run_entry(**more), portals or (PORTAL,)))


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "finished"),
        ({"lacking": 2}, "lacking"),
        ({"reason": "shutdown"}, "stopped"),
        ({"reason": "archive-failed"}, "failed"),
        ({"ended": None, "reason": None, "updated": "2023-01-18T09:59:50Z"}, "running"),
        ({"ended": None, "reason": None, "updated": "2023-01-18T09:50:00Z"}, "broken-off"),
        ({"ended": None, "reason": None, "updated": "2023-01-18T09:50:00Z", "every": 300.0}, "running"),
        ({"ended": None, "reason": None, "updated": "whenever"}, "broken-off"),
    ],
)
def test_run_says_how_it_ended(tmp_path: Path, more: dict[str, Any], state: str) -> None:
    write(tmp_path, **more)
    (run,) = list_runs(tmp_path, NOW)
    assert run.state == state


def test_journal_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    for captures in (4, 5):
        write(tmp_path, captures=captures)
        assert list_runs(tmp_path, NOW)[0].entry.captures == captures


def test_parts_of_a_crawl_of_many_processes_stand_as_one(tmp_path: Path) -> None:
    for number, portal in enumerate("ab", 1):
        write(tmp_path, replace(PORTAL, portal=portal), run=f"{RUN}.00{number}", lacking=number - 1)
    (run,) = list_runs(tmp_path, NOW)
    assert (run.name, run.entry.captures, run.state) == (RUN, 8, "lacking")
    for name, portals in ((RUN, ["a", "b"]), (f"{RUN}.002", ["b"])):
        found = find_run(tmp_path, name, NOW)
        assert found
        assert [portal.portal for portal in found[1]] == portals
    assert [entry.portal for _, entry in find_history(tmp_path, "b", [run])] == ["b"]


def test_failures_refusals_and_lists_are_told_by_name() -> None:
    portals = [PORTAL, replace(PORTAL, portal="b", notes=(("status", "http://b.gov.cn/1: status 404"),))]
    assert count_failures(portals) == [Failure("status", "status 404", 3, 2, "http://a.gov.cn/1")]
    assert [(each.name, each.count, len(each.portals)) for each in count_refusals(portals)] == [
        ("412 script challenge (瑞数)", 4, 2)
    ]
    assert [(stop.url, stop.why) for stop in list_stops(portals)] == [
        ("http://a.gov.cn/nb/", "40 pages in a row hold no report")
    ]


def test_portal_says_how_it_stands(tmp_path: Path) -> None:
    write(tmp_path, ended=None, reason=None, updated="2023-01-18T09:59:50Z")
    (running,) = list_runs(tmp_path, NOW)
    (broken,) = list_runs(tmp_path, NOW + timedelta(days=1))
    empty = PortalEntry("b")
    states = [name_state(each, running) for each in (empty, replace(PORTAL, open=1), PORTAL)]
    assert states == ["waiting", "under-way", "done"]
    assert name_state(replace(PORTAL, open=1), broken) == "left-open"
    assert name_state(replace(PORTAL, why="nothing came"), broken) == "lacking"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_crawl_says_is_told_in_both_languages(language: str) -> None:
    words = load_words()[language]
    for kind, patterns in load_patterns(RUNS).items():
        for name, pattern in patterns:
            used = {part.partition("}")[0].partition(":")[0] for part in words(f"{kind}.{name}").split("{")[1:]}
            assert used <= list_fields(pattern)
    assert all(name_refusal(words, name) != name or language == "en" for name in STATUSES.values())


def test_reasons_are_told_in_chinese() -> None:
    words = load_words()["zh"]
    counts = "3 412 script challenge (瑞数), 1 soft-404"
    assert tell_why(words, f"only refusals: {counts}") == "只有拒绝：3 × 412 脚本验证（瑞数）、1 × 假 404"
    assert tell_why(words, "3 of at least 5 reports since 2019") == "报告 3 份，应至少有 5 份（2019 年起）"
    several = "http://a.gov.cn/: DNS lookup failed: no results. (and 2 more)"
    assert tell_why(words, several) == "http://a.gov.cn/：域名解析不到（另有 2 条）"
    assert tell_note(words, "page 3 was read before: the pager turns in a circle") == "第 3 页已经读过：翻页在兜圈子"
    assert tell_note(words, "something new") == "something new"
    assert [tell_span(words, each) for each in (5, 600, 7260)] == ["5 秒", "10 分", "2 小时 1 分"]


def test_archive_without_runs_says_how_to_crawl(served: Served) -> None:
    assert "scrapy crawl provincial" in served.get("/en/crawls")
    assert json.loads(served.get("/en/crawls/state.json")) == {"running": False, "stamp": "", "every": 0}


@dataclass(frozen=True)
class Watched:
    """What the pages said of a crawl under way and after it: list, run, state; and its journal's name."""

    run: str
    host: str
    during: tuple[str, str, dict[str, Any]]
    after: tuple[str, str, dict[str, Any]]
    served: Served


@pytest.fixture(scope="module")
def watched(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A crawl on loopback that waits in the middle until the pages were asked."""
    folder, gate = tmp_path_factory.mktemp("crawl"), Event()
    (folder / "warc" / "runs").mkdir(parents=True)
    seen_from_the_pages = served.folder / "warc" / "runs"
    seen_from_the_pages.symlink_to(folder / "warc" / "runs")

    def late() -> Answer:
        gate.wait(60)
        return Answer("<p>迟</p>".encode())

    refusal = Answer(b"<script>location.reload()</script>", status=412)
    answers: dict[str, Answer | Callable[[], Answer]] = {
        "/a": Answer("<p>甲</p>".encode()),
        "/refused": refusal,
        "/late": late,
    }
    with serving(answers) as address:
        (folder / "urls.txt").write_text("".join(f"{address}/{name}\n" for name in ("a", "gone", "refused", "late")))
        words = ["crawl", "urls", "-a", f"file={folder / 'urls.txt'}", *crawl_settings(folder)]
        command = [sys.executable, "-m", "scrapy", *words, "-s", "BACKOFF_MOST=0.1"]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as process:
            try:
                run = wait_for_journal(folder / "warc", process)
                during = look(served, run)
            finally:
                gate.set()
                process.wait(60)
        yield Watched(run, address.partition("//")[2], during, look(served, run), served)
    seen_from_the_pages.unlink()


def wait_for_journal(archive: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 60
    while not any(run.captures for path in find_journals(archive) if (run := read_run(path))):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return find_journals(archive)[0].stem


def look(served: Served, run: str) -> tuple[str, str, dict[str, Any]]:
    pages = served.get("/zh/crawls"), served.get(f"/zh/crawls/runs/{run}")  # before the state, which goes on
    return *pages, json.loads(served.get(f"/zh/crawls/runs/{run}/state.json"))


def test_crawl_under_way_is_seen_as_such_and_looked_at_again(watched: Watched) -> None:
    listed, run, state = watched.during
    assert state["running"]
    assert state["every"] >= 2
    for page in (listed, run):
        assert "进行中" in page
        (script,) = read(page).xpath("//script[contains(@src, 'crawls.js')]")
        assert script.get("data-stamp") <= state["stamp"]
        assert json.loads(watched.served.get(script.get("data-address")))["running"] is False  # by now
    assert "正在进行：0 / 1 个网站已完成" in " ".join(read(run).text_content().split())


def test_crawl_that_has_ended_is_told_with_its_refusals_and_failures(watched: Watched) -> None:
    listed, run, state = watched.after
    assert not state["running"]
    tree = read(run)
    assert not tree.xpath("//script[contains(@src, 'crawls.js')]")
    text = " ".join(tree.text_content().split())
    assert "412 脚本验证（瑞数）" in text
    assert "状态码 404" in text
    assert f"http://{watched.host}/gone" in text
    assert "完成" in read(listed).xpath("string(//table//td[2])")


def test_portal_has_a_history_over_runs(watched: Watched) -> None:
    tree = read(watched.served.get(f"/en/crawls/portals/{watched.host}"))
    assert "asked in the latest run" in tree.xpath("string(//p[@class='lead'])")
    assert f"/en/crawls/runs/{watched.run}" in {link.get("href") for link in tree.xpath("//table//a")}


@pytest.mark.parametrize(
    "path", ["runs/..%2f..%2fkaijuan", "runs/none", "runs/.hidden", "runs/" + "x" * 90, "portals/nobody", "portals/%00"]
)
def test_unknown_runs_and_portals_are_missing(served: Served, path: str) -> None:
    assert ask(served, f"/zh/crawls/{path}")[0] == 404
