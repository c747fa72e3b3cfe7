"""A portal visited again and again: what is asked, when, and what a change, a withdrawal or a refusal leads to."""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from sqlalchemy import create_engine, text

from archive.format.exchange import Exchange
from archive.index.runs import update_runs
from archive.reading.captures import read_captures
from archive.reading.history import History
from archive.writing.writer import Writer, WriterOptions
from crawler.planning.calendar import find_next_visit, find_today, is_due
from crawler.planning.revisits import Revisits
from spiders.provincial import ProvincialSpider
from tests.commands import PROJECT, run_scrapy
from tests.crawler.conftest import Show
from tests.crawler.visiting import PDF
from tests.spiders.portal import LIST, article

FIRST = date(2026, 1, 10)
PAGE = "http://a.gov.cn/nb/1.html"
TITLE = "某局2025年政府信息公开工作年度报告"
TAG = '"one"'


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The visits of ``tests.crawler.visiting`` by name, the portal's ``origin``, and the ``folder`` they lie in.

    There is the store that a replay of all visits made, and its feeds as ``replayed-*.jsonl``.
    """
    folder = tmp_path_factory.mktemp("visits")
    words = [sys.executable, "-m", "tests.crawler.visiting", str(folder)]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    feeds = [f"--{feed}={folder / f'replayed-{feed}.jsonl'}" for feed in ("documents", "reports")]
    replay = run_scrapy("replay", str(folder / "warc"), *feeds, "-s", f"DATABASE_URL=sqlite:///{folder / 'kaijuan.db'}")
    assert replay.returncode == 0, replay.stderr
    found: dict[str, Any] = json.loads((folder / "visits.json").read_text(encoding="utf-8"))
    return found | {"folder": folder}


def pages_of(visit: dict[str, Any]) -> set[str]:
    return {path for path in visit["asked"] if path != "/robots.txt" and path not in (LIST, f"{LIST}index_1.html")}


def test_known_pages_are_left_until_they_are_due(visits: dict[str, Any]) -> None:
    everything = {article(2022), article(2021), article(2020), PDF}
    assert pages_of(visits["first"]) == pages_of(visits["week"]) == everything
    assert pages_of(visits["same day"]) == set()
    assert visits["same day"]["asked"][1:] == [LIST, f"{LIST}index_1.html"]


def test_portal_of_which_nothing_was_due_is_well(visits: dict[str, Any]) -> None:
    assert (visits["same day"]["code"], visits["same day"]["failing"]) == (0, {})
    assert "As they were, or not due yet: 3 reports of 1 portal" in visits["same day"]["told"]


def test_due_pages_are_asked_whether_they_changed(visits: dict[str, Any]) -> None:
    assert visits["first"]["conditional"] == []
    assert visits["week"]["conditional"] == sorted([article(2022), article(2021), PDF])  # 2020 has no validator


def test_unmodified_page_is_a_revisit_that_points_to_its_body(visits: dict[str, Any]) -> None:
    first, week = (visits["folder"] / "warc" / visits[name]["warcs"][0] for name in ("first", "week"))
    held = {capture.url: capture.record_id for capture in read_captures(first)}
    same = [capture.url for capture in read_captures(week) if capture.status == 304]
    assert sorted(url.removeprefix(visits["origin"]) for url in same) == sorted([article(2022), PDF])
    records = gzip.decompress(week.read_bytes()).decode("latin-1").split("WARC/1.1\r\n")
    for url in same:
        [record] = (record for record in records if "server-not-modified" in record and f"URI: {url}\r\n" in record)
        assert f"WARC-Refers-To: {held[url]}\r\n" in record


def test_title_that_changed_and_row_that_vanished_are_asked_at_once(visits: dict[str, Any]) -> None:
    assert pages_of(visits["vanished"]) == {article(2022), article(2021), PDF}


def test_less_than_last_time_fails_by_name_and_once(visits: dict[str, Any]) -> None:
    assert visits["vanished"]["code"] == 3
    [why] = visits["vanished"]["failing"].values()
    assert why == "1 reports are on its lists, 2 were last time; gone from them: 2021"
    assert "Less than last time of 1 portal:\n  yunling-mzt 云岭省民政厅" in visits["vanished"]["told"]
    assert (visits["quiet"]["code"], pages_of(visits["quiet"])) == (0, set())


def test_what_no_list_links_is_asked_when_due(visits: dict[str, Any]) -> None:
    assert article(2021) in pages_of(visits["refused"])  # found there after it vanished, and due a year later
    assert article(2020) in pages_of(visits["refused"])  # gone, and perhaps back


def test_refusals_and_outages_leave_a_page_as_it_was(visits: dict[str, Any]) -> None:
    assert visits["refused"]["code"] == 3
    assert [why.endswith("2022.html: status 412 (and 1 more)") for why in visits["refused"]["failing"].values()] == [
        True
    ]
    assert visits["recovered"]["conditional"] == sorted([article(2022), article(2021), PDF])
    with create_engine(f"sqlite:///{visits['folder'] / 'kaijuan.db'}").connect() as store:
        withdrawn = store.execute(text("SELECT year, reason FROM withdrawals ORDER BY year")).all()
        states = store.execute(text("SELECT year, state, versions FROM reports ORDER BY year")).all()
    assert [tuple(row) for row in withdrawn] == [(2020, "404"), (2021, "410")]
    assert [tuple(row) for row in states] == [(2020, "withdrawn", 1), (2021, "withdrawn", 2), (2022, "published", 1)]


def test_everything_is_everything_that_is_not_gone(visits: dict[str, Any]) -> None:
    assert pages_of(visits["everything"]) == {article(2022), article(2021), PDF}  # 2021 stands in the list
    assert visits["everything"]["conditional"] == []


def test_live_feeds_are_the_replay_s(visits: dict[str, Any]) -> None:
    run = visits["week"]["run"]
    for feed in ("documents", "reports"):
        live = sorted((visits["folder"] / f"all-{feed}.jsonl").read_bytes().splitlines())
        replayed = sorted((visits["folder"] / f"replayed-{feed}.jsonl").read_bytes().splitlines())
        assert live == [line for line in replayed if json.loads(line)["run"] == run]
        assert len(live) == {"documents": 3, "reports": 1}[feed]  # two list pages and what changed


def test_store_and_archive_alone_say_the_same_of_a_portal_over_time(visits: dict[str, Any], show: Show) -> None:
    folder: Path = visits["folder"]
    words = ("--catalogue", str(folder / "catalogue"), "--json", "--years", "2020-2023")
    store = f"sqlite:///{folder / 'kaijuan.db'}"
    places = {"ARCHIVE_DIR": str(folder / "warc"), "TODAY": "2026-01-01"}
    found = []
    for address in (store, ""):
        code, text, _ = show(*words, DATABASE_URL=address, **places)
        [agency] = json.loads(text)["agencies"]
        assert (code, agency["portal"]) == (0, "yunling-mzt")
        found.append([(cell["year"], cell["state"], cell["url"]) for cell in agency["cells"]])
    assert found[0] == found[1]
    assert [(year, state) for year, state, _ in found[0]] == [
        (2020, "withdrawn"),
        (2021, "withdrawn"),
        (2022, "parsed"),
        (2023, "missing"),
    ]


def test_csv_has_a_line_for_each_year(visits: dict[str, Any], show: Show) -> None:
    folder: Path = visits["folder"]
    places = {"ARCHIVE_DIR": str(folder / "warc"), "DATABASE_URL": f"sqlite:///{folder / 'kaijuan.db'}"}
    words = ("--catalogue", str(folder / "catalogue"), "--csv", "--level", "provincial", "--years", "2020-2022")
    code, text, _ = show(*words, **places)
    rows = list(csv.DictReader(text.splitlines()))
    assert (code, [(row["year"], row["state"]) for row in rows]) == (
        0,
        [("2020", "withdrawn"), ("2021", "withdrawn"), ("2022", "parsed")],
    )
    assert all(row["url"].startswith(visits["origin"]) and row["record_id"] for row in rows)
    assert show(*words[:-3], "county", **places)[1].splitlines()[1:] == []


@pytest.mark.parametrize(
    ("last", "following"),
    [(0, 7), (6, 7), (7, 30), (29, 30), (30, 180), (100, 180), (180, 365), (364, 365), (365, 730), (800, 1095)],
)
def test_checkpoints_are_counted_from_the_first_capture(last: int, following: int) -> None:
    wanted = FIRST + timedelta(days=following)
    assert find_next_visit(FIRST, FIRST + timedelta(days=last)) == wanted
    assert not is_due(FIRST, FIRST + timedelta(days=last), wanted - timedelta(days=1))
    assert is_due(FIRST, FIRST + timedelta(days=last), wanted)


def test_day_that_is_none_and_way_that_is_none_are_told() -> None:
    assert find_today(Settings({"TODAY": "2026-02-28"})) == date(2026, 2, 28)
    for settings, given, says in (({"TODAY": "2026-02-30"}, {}, "TODAY=2026-02-30"), ({}, {"visit": "du"}, "visit=du")):
        with pytest.raises(UsageError, match=says):
            ProvincialSpider.read_plan({"catalogue": "demo", **given}, Settings(settings))


def exchange(day: str, status: int = 200, body: bytes = b"<p>page</p>", **context: str) -> Exchange:
    """What the archive holds of the page of a day in January 2026."""
    head = f"HTTP/1.1 {status} Fine\r\nETag: {TAG}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    fields = {"run": "r1", "portal": "a", "kind": "report", "anchor": TITLE, "listed": "2026-01-09"} | context
    at = f"2026-01-{day}T01:00:00.000001Z"
    asked = b"GET /nb/1.html HTTP/1.1\r\nHost: a.gov.cn\r\n\r\n"
    return Exchange(PAGE, "GET", at, "ok", asked, head + body, status, body, context=tuple(fields.items()))


Remember = Callable[..., Revisits]


@pytest.fixture
def remember(tmp_path: Path) -> Remember:
    def write(*exchanges: Exchange, today: str = "13", only_due: bool = True) -> Revisits:
        writer = Writer(WriterOptions(tmp_path, describe=lambda: [("isPartOf", "r1"), ("spider", "provincial")]))
        for each in exchanges:
            writer.submit(each).result(timeout=20)
        writer.close().result(timeout=20)
        update_runs(tmp_path)
        return Revisits(History(tmp_path), date(2026, 1, int(today)), only_due=only_due)

    return write


def test_row_is_asked_again_for_its_title_and_its_date_alone(remember: Remember) -> None:
    known = remember(exchange("10"))
    assert not known.wants(PAGE, TITLE, "2026-01-09")
    assert not known.wants(PAGE, TITLE.replace("2025", "２０２５ "), None)  # a form of writing is no change
    assert known.wants(PAGE, TITLE + "（更正）", "2026-01-09")
    assert known.wants(PAGE, TITLE, "2026-01-12")
    assert known.wants(PAGE + "?2", TITLE, "2026-01-09")


def test_refusals_faults_and_cut_answers_are_no_visits(remember: Remember) -> None:
    refusal = b'<script>document.cookie="acw_sc__v2=1"</script>'
    faults = [exchange("18", 412), exchange("18", 502), exchange("18", 200, refusal)]
    known = remember(exchange("10"), *faults, today="18")
    assert known.wants(PAGE, TITLE, None)
    assert (page := known.find(PAGE))
    assert (page.last, page.is_gone) == (date(2026, 1, 10), False)
    assert known.condition(Request(PAGE)).headers["If-None-Match"] == TAG.encode()


def test_page_that_was_never_had_is_asked_each_time(remember: Remember) -> None:
    assert remember(exchange("10", 404)).wants(PAGE, TITLE, None)


def test_gone_page_is_known_as_gone_and_asked_without_conditions(remember: Remember) -> None:
    known = remember(exchange("10"), exchange("12", 404))
    assert (page := known.find(PAGE))
    assert (page.is_gone, page.first, page.last) == (True, FIRST, date(2026, 1, 12))
    assert "If-None-Match" not in known.condition(Request(PAGE)).headers
    assert not known.wants(PAGE, TITLE, None)


def test_whoever_wants_everything_asks_without_conditions(remember: Remember) -> None:
    known = remember(exchange("10"), only_due=False)
    assert known.wants(PAGE, TITLE, None)
    assert "If-None-Match" not in known.condition(Request(PAGE)).headers


def test_run_that_goes_on_does_not_take_its_own_captures_for_earlier_visits(tmp_path: Path, remember: Remember) -> None:
    remember(exchange("10"))
    assert [entry.status for entry in History(tmp_path).answers(PAGE)] == [200]
    assert History(tmp_path, without="r1").answers(PAGE) == []
    assert list(History(tmp_path, without="r1").addresses("http://a.gov.cn/")) == []


def test_portal_s_pages_are_found_on_its_hosts_alone(remember: Remember) -> None:
    known = remember(exchange("10"))
    assert [page.url for page in known.addresses_of("a", {"a.gov.cn", "b.gov.cn"}) if page] == [PAGE]
    assert list(known.addresses_of("a", {"a.gov.cn"})) == []  # what was given is forgotten
    assert list(known.addresses_of("b", {"a.gov.cn"})) == []
    assert list(known.addresses_of("a", {"gov.cn"})) == []
