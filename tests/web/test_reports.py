"""Reports with a history, over a server whose day the test chooses: versions, sums of two years, what is counted."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn

from pipelines.feeds import Line, Refined
from pipelines.store.database import Database
from tests.store.making import FACTS, Facts, Made, fill, write_prose
from tests.web.conftest import Served
from tests.web.test_api import ask as ask_api
from tests.web.test_api import refused
from tests.web.test_pages import ask, read, report_path
from web.application import OWN_NAMES, make_application
from web.sources import Sources

OFFICE, FINANCE, SCHOOLS = "云岭省应急管理厅", "云岭省财政厅", "云岭省教育厅"
SUM: Line = {"id": "I1.total", "standing": "official", "result": "broken", "left": 18, "right": 16, "reason": None}
OPERANDS = ["requests.new.total", "requests.new.natural"]


@dataclass(frozen=True)
class Broken(Made):
    """A report with a sum that does not hold."""

    def _report(self) -> Line:
        return {**super()._report(), "identities": [{**SUM, "cells": OPERANDS}]}


@dataclass(frozen=True)
class Old(Made):
    """A report on the form of 2014."""

    def refined(self) -> Refined:
        made = super().refined()
        return Refined({**made.document, "form": "2014"}, {**(made.report or {}), "form": "2014"})


def list_captures() -> Iterator[Made]:
    page = "http://www.a.gov.cn/2023"
    early, late = ("2023-01-20", "2023-01-18"), ("2024-06-10", "2024-06-01")
    before = {**FACTS, "requests.carried_out.natural": 3, "requests.carried_out.total": 2}
    yield _date(Made("before", "http://www.a.gov.cn/2022", year=2022, facts=before, prose=write_prose("a")), early)
    yield Made("first", page, facts={**FACTS, "requests.new.total": 17})
    yield Made("second", page, day="2024-06-20")
    yield _date(Broken("late", "http://www.b.gov.cn/1", agency=FINANCE, prose=write_prose("b")), late)
    yield Broken("timely", "http://www.c.gov.cn/1", agency=SCHOOLS, prose=write_prose("c"))
    old: Facts = {"y2014.requests.received": 4321}
    yield _date(
        Old("old", "http://www.c.gov.cn/2", agency=SCHOOLS, year=2022, prose=write_prose("d"), facts=old), early
    )


def _date(made: Made, dates: tuple[str, str]) -> Made:
    day, published = dates
    return replace(made, day=day, published=published)


@dataclass(frozen=True)
class Dated(Served):
    """A server, and the days that it takes for today, the last of which counts."""

    days: list[date] = field(default_factory=lambda: [date(2024, 8, 1)])


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dated]:
    folder = tmp_path_factory.mktemp("dated")
    fill(folder / "kaijuan.db", list_captures())
    database = Database(f"sqlite:///{folder / 'kaijuan.db'}", None)
    listening = socket.create_server(("127.0.0.1", 0))
    dated = Dated(f"http://127.0.0.1:{listening.getsockname()[1]}", [], folder)
    application = make_application(Sources(database, folder, (), lambda: dated.days[-1]), OWN_NAMES)
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.02)
    assert server.started
    yield dated
    server.should_exit = True
    thread.join(30)
    listening.close()
    database.close()


def path_of(agency: str, year: int, language: str = "en") -> str:
    return report_path({"agency": agency, "year": year}, language)


def said(tree: Any, kind: str) -> str:
    return " ".join(" ".join(each.text_content() for each in tree.xpath(f"//*[@class='{kind}']")).split())


@pytest.mark.parametrize("record", ["late", "before", "nothing"])
def test_capture_of_another_report_is_not_shown_under_this_name(dated: Dated, record: str) -> None:
    status, _, text = ask(dated, f"{path_of(OFFICE, 2023)}?record={record}")
    assert (status, "requests.new.total" in text) == (404, False)
    assert path_of(OFFICE, 2023) in text
    problem = refused(dated, f"/api/v1/reports/{quote(OFFICE)}/2023?record={record}")
    assert problem["status"] == 404


def test_superseded_version_says_so_and_leads_to_the_latest(dated: Dated) -> None:
    path = path_of(OFFICE, 2023)
    for language, latest in (("en", "The latest is version 2, since 2024-06-20"), ("zh", "最新的是第 2 版")):
        tree = read(dated.get(path_of(OFFICE, 2023, language) + "?record=first"))
        assert latest in said(tree, "warning")
        assert tree.xpath("//p[@class='warning']/a/@href") == [path_of(OFFICE, 2023, language)]
    assert "This is version 1, since 2024-01-20" in said(read(dated.get(f"{path}?record=first")), "warning")
    for record, number in (("first", 1), ("second", 2)):
        tree = read(dated.get(f"{path}?record={record}"))
        (shown,) = tree.xpath("//ol[@class='versions']//a[@aria-current='true']")
        assert f"Version {number}," in shown.text_content()
    for latest in (path, f"{path}?record=second", f"{path}?record=second&against=1"):
        assert not read(dated.get(latest)).xpath("//p[@class='warning']")


def test_sum_of_two_years_leads_to_each_years_own_capture(dated: Dated) -> None:
    expected = [
        ["<urn:uuid:second>", "requests.carried_in.natural"],
        ["<urn:uuid:before>", "requests.carried_out.natural"],
    ]
    report = ask_api(dated, f"/api/v1/reports/{quote(OFFICE)}/2023")
    (finding,) = [each for each in report["findings"] if each["text"].startswith("I7.natural")]
    assert finding["pairs"] == expected
    for query in ("", "?record=first"):  # the sum is of the latest version, whichever is looked at
        tree = read(dated.get(path_of(OFFICE, 2023) + query))
        links = tree.xpath("//ul[@class='findings']/li[contains(., 'I7')]/a/@href")
        assert links == [f"/en/captures/{record[10:-1]}/cells/{cell}" for record, cell in expected]
        for record, cell in expected:
            assert ask(dated, f"/en/captures/{record[10:-1]}/cells/{cell}")[0] == 200


def test_lead_counts_a_late_report_among_those_that_do_not_add_up(dated: Dated) -> None:
    tree = read(dated.get("/en/coverage"))
    states = {each.get("title") for each in tree.xpath("//table[@class='matrix']//td/a")}
    assert any("published late" in each for each in states)
    assert "5 reports parsed, 2 of them with sums that do not hold" in said(tree, "lead")


@pytest.mark.parametrize("query", ["state=late", "form=2014", "finding=late"])
def test_what_a_filter_leaves_of_an_agencys_reports_is_a_count_and_no_share(dated: Dated, query: str) -> None:
    for language, share, missing in (("en", " of ", "missing"), ("zh", " / ", "缺")):
        whole, some = (read(dated.get(f"/{language}/coverage?{each}")) for each in ("province=99", query))
        places = "//tr[@class='group']//*[@class='count'] | //table[@class='bars']//td | //*[@class='share']"
        for tree, is_whole in ((whole, True), (some, False)):
            counts = [each.text_content() for each in tree.xpath(places)]
            assert any(share in each for each in counts) == is_whole
            assert bool(tree.xpath("//progress")) == bool(tree.xpath("//*[@class='fill']")) == is_whole
            assert (missing in said(tree, "lead")) == is_whole
        assert "1 " in said(some, "lead")
        assert not [each for each in some.xpath("//*[@class='share']") if "/" in each.text]


def test_form_of_2014_says_how_many_requests_it_counts(dated: Dated) -> None:
    assert said(read(dated.get(path_of(SCHOOLS, 2022))), "lead").startswith("4,321 requests;")


@pytest.mark.parametrize("year", ["9" * 20, "02023", "20234", "²023", "-2023"])
def test_findings_of_a_year_that_is_none_are_none(dated: Dated, year: str) -> None:
    assert ask_api(dated, f"/api/v1/findings?year={quote(year)}")["total"] == 0
    assert ask(dated, f"/en/findings?year={quote(year)}")[0] == 200
    assert ask(dated, f"/en/findings.jsonl?year={quote(year)}")[::2] == (200, "")
    assert len(dated.get(f"/en/findings.csv?year={quote(year)}").splitlines()) == 1
    assert ask_api(dated, "/api/v1/findings?year=2023")["total"] > 0


def test_a_day_that_passes_is_seen_without_a_new_start(dated: Dated) -> None:
    before = ask_api(dated, "/api/v1/coverage")
    assert (before["years"], before["totals"].get("missing", 0)) == ([2022, 2023], 0)
    dated.days.append(date(2025, 7, 1))
    after = ask_api(dated, "/api/v1/coverage")
    assert (after["years"], after["totals"]["missing"]) == ([2022, 2023, 2024], 3)
    dated.days.pop()
    assert ask_api(dated, "/api/v1/coverage") == before
