"""Portals that are hard on a crawler, walked from their home pages alone, on two days, into one archive.

One crawl a day serves all tests: what was asked is what the servers saw, what came is what the feeds and the store say.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.reading.captures import read_captures
from archive.sources import find_archives
from demo.cruelties.manners import BEFORE_WALL, REFUSALS
from demo.judging import Line, find_strays, judge_reports
from demo.portals import HARD
from demo.running import find_ports
from demo.server import House, Portals
from demo.site import Site
from tests.commands import assert_feeds_equal, crawl_settings, read_lines, replay_archive, run_scrapy

# Pauses are short: what is tested is what they lead to. tests/crawler/fetching/test_backoff.py has their length.
PATIENCE = ("-s", "BACKOFF_MOST=0.6", "-s", "LIST_BARREN_PAGES=12")


@dataclass(frozen=True)
class Day:
    """One crawl: its exit code, what it told, what each portal was asked, and its feeds."""

    code: int
    told: str
    asked: dict[str, list[str]]
    documents: Sequence[Line]
    reports: Sequence[Line]

    def lines(self, origin: str) -> dict[str, Line]:
        """The documents of one portal by path."""
        return {line["url"].removeprefix(origin): line for line in self.documents if line["url"].startswith(origin)}


@dataclass(frozen=True)
class Crawled:
    """Both crawls, and the portals as they were served."""

    folder: Path
    days: tuple[Day, Day]
    houses: dict[str, House]

    def site(self, portal: str, day: int = 1) -> Site:
        """A portal's pages on a day."""
        return self.houses[portal].days[day - 1]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("cruelties")
    with Portals(find_ports(), portals=HARD) as portals:
        homes = [site.chrome.origin for site in portals.sites]
        first = crawl(folder, 1, portals, homes)
        portals.begin_day(2)
        changing = [house.days[0].chrome.origin for house in portals.houses.values() if len(house.days) > 1]
        second = crawl(folder, 2, portals, changing)
    return Crawled(folder, (first, second), dict(portals.houses))


def crawl(folder: Path, day: int, portals: Portals, homes: list[str]) -> Day:
    """``scrapy crawl portal`` over home pages, with the feeds of the day."""
    (folder / "homes.txt").write_text("\n".join(homes), encoding="utf-8")
    for house in portals.houses.values():
        house.asked.clear()
    feeds = {feed: folder / f"day-{day}-{feed}.jsonl" for feed in ("documents", "reports")}
    words = ("crawl", "portal", "-a", f"homes={folder / 'homes.txt'}", *PATIENCE, *crawl_settings(folder))
    run = run_scrapy(*words, *(word for feed, path in feeds.items() for word in ("-a", f"{feed}={path}")))
    asked = {name: [one.target for one in house.asked] for name, house in portals.houses.items()}
    return Day(run.returncode, run.stderr, asked, read_lines(feeds["documents"]), read_lines(feeds["reports"]))


def test_all_reports_are_found_and_read_whatever_stands_before_them(crawled: Crawled) -> None:
    sites = [site for site in map(crawled.site, crawled.houses) if site.portal.is_whole]
    day = crawled.days[0]
    faults = [
        (verdict.url, verdict.faults or "no line")
        for verdict in judge_reports(sites, day.documents, day.reports)
        if not verdict.good
    ]
    assert faults == []
    assert find_strays([crawled.site(name) for name in crawled.houses], day.reports) == ()


def test_nothing_off_the_portals_is_asked(crawled: Crawled) -> None:
    captures = [one for path in find_archives([str(crawled.folder / "warc")]) for one in read_captures(path)]
    assert {one.url.partition("/")[2].partition("/")[2].partition("/")[0] for one in captures} == {
        crawled.site(name).chrome.origin.partition("//")[2] for name in crawled.houses
    }
    told = crawled.days[0].told
    assert "host hijacked.portal.invalid is neither under gov.cn nor named" in told
    assert "host 10.0.0.8 is neither under gov.cn nor named" in told


def test_wall_that_opens_again_costs_two_refusals_and_no_report(crawled: Crawled) -> None:
    asked = Counter(crawled.days[0].asked["cruel-1"])
    assert sum(asked.values()) - len(asked) == REFUSALS
    host = crawled.site("cruel-1").chrome.origin.partition("//")[2]
    assert f"{host}: 1 200 script challenge, 1 412 script challenge" in crawled.days[0].told


def test_wall_that_stays_shut_is_left_alone_and_named(crawled: Crawled) -> None:
    day, host = crawled.days[0], crawled.site("cruel-2").chrome.origin.partition("//")[2]
    assert len(day.asked["cruel-2"]) == BEFORE_WALL + 5
    assert f"{host} refused 5 times in a row and is left alone" in day.told
    assert "521 cookie challenge" in day.told
    assert day.lines(f"http://{host}")  # what came before the wall is kept


def test_cut_answers_are_archived_as_such_and_asked_again(crawled: Crawled) -> None:
    origin = crawled.site("cruel-3").chrome.origin
    lines = [line for line in crawled.days[0].documents if line["url"].startswith(origin)]
    cut = {line["url"] for line in lines if line["rejected"] == "truncated"}
    whole = {line["url"] for line in lines if line["kind"] == "report"}
    assert len(cut) == 5
    assert cut <= whole


def test_robots_txt_that_is_none_forbids_nothing(crawled: Crawled) -> None:
    asked = crawled.days[0].asked
    assert Counter(asked["cruel-3"])["/robots.txt"] == 3  # 500, and its retries
    assert Counter(asked["cruel-4"])["/robots.txt"] == 2  # a cookie first, then 404
    assert asked["cruel-5"][:2] == ["/robots.txt", "/"]  # a redirect to the front page


def test_session_that_ends_is_begun_anew_with_the_same_request(crawled: Crawled) -> None:
    repeated = {target: count for target, count in Counter(crawled.days[0].asked["cruel-4"]).items() if count > 1}
    assert len(repeated) >= 2
    assert max(repeated.values()) <= 3


def test_circle_of_redirects_is_left_at_once_and_named(crawled: Crawled) -> None:
    day = crawled.days[0]
    (circle,) = [row for row in crawled.site("cruel-5").articles if row.status == "circle"]
    assert [target for target in day.asked["cruel-5"] if circle.path in target] == [circle.path, f"{circle.path}?again"]
    assert f"redirects lead in a circle, back to {crawled.site('cruel-5').chrome.origin}{circle.path}" in day.told


def test_pager_without_an_end_is_walked_once_and_left(crawled: Crawled) -> None:
    asked = crawled.days[0].asked["cruel-6"]
    assert max(Counter(asked).values()) == 1
    assert not [target for target in asked if "month=" in target]
    assert "12 pages in a row hold no report" in crawled.days[0].told


def test_excuse_in_the_place_of_a_page_is_no_report(crawled: Crawled) -> None:
    site = crawled.site("cruel-6")
    excused = [article.path for article in site.articles if article.status in ("missing", "soft")]
    lines = crawled.days[0].lines(site.chrome.origin)
    assert excused
    assert {lines[path]["kind"] for path in excused} <= {"rejected", "other", "list"}


def test_copy_of_a_portal_on_another_port_is_another_portal(crawled: Crawled) -> None:
    day = crawled.days[0]
    assert sorted(day.asked["cruel-7"]) == sorted(day.asked["cruel-8"])
    assert set(Counter(day.asked["cruel-8"]).values()) == {1}
    name = crawled.site("cruel-7").portal.agency.name
    query = "select year, count(distinct host) from manifestations where name = ? group by year order by year"
    assert rows(crawled.folder, query, name) == [(2022, 2), (2023, 2)]  # one report each, seen in two places


def test_other_agencies_reports_are_fetched_and_not_claimed(crawled: Crawled) -> None:
    site = crawled.site("cruel-9")
    lines = crawled.days[0].lines(site.chrome.origin)
    guests = {article.page_path: article.report for article in site.articles if article.report and not article.own}
    assert len(guests) == 5
    assert {path: lines[path]["agency"] for path in guests} == {
        path: report.agency.name for path, report in guests.items() if report
    }


def test_report_of_images_is_archived_with_its_images_and_says_so(crawled: Crawled) -> None:
    site = crawled.site("cruel-9")
    (scanned,) = [article for article in site.articles if article.report and article.report.has("images_only")]
    lines = crawled.days[0].lines(site.chrome.origin)
    assert lines[scanned.path]["rejected"] == "image-only"
    assert {file.path for file in scanned.files} <= set(lines)


def test_second_day_brings_what_is_new_changed_and_gone(crawled: Crawled) -> None:
    site = crawled.site("cruel-10", day=2)
    faults = [
        (verdict.url, verdict.faults or "no line")
        for verdict in judge_reports([site], crawled.days[1].documents, crawled.days[1].reports)
        if verdict.report.year in (2022, 2024) and not verdict.good
    ]
    assert faults == []


def test_store_tells_what_was_revised_and_what_is_gone(crawled: Crawled) -> None:
    name = crawled.site("cruel-10").portal.agency.name
    found = rows(crawled.folder, "select year, state, versions from reports where name = ? order by year", name)
    expected = [("withdrawn", 1), ("withdrawn", 1), ("published", 2), ("published", 1), ("published", 1)]
    assert found == [(year, *state) for year, state in enumerate(expected, start=2020)]
    gone = rows(crawled.folder, "select year, reason from withdrawals where name = ? order by year", name)
    assert gone == [(2020, "soft-404"), (2021, "404")]


def test_live_and_replayed_lines_are_equal_byte_for_byte(crawled: Crawled) -> None:
    for feed in ("documents", "reports"):
        both = b"".join((crawled.folder / f"day-{day}-{feed}.jsonl").read_bytes() for day in (1, 2))
        (crawled.folder / f"live-{feed}.jsonl").write_bytes(both)
    assert replay_archive(crawled.folder).returncode == 0
    assert_feeds_equal(crawled.folder)


def rows(folder: Path, query: str, *values: str) -> list[tuple[object, ...]]:
    """What the store answers."""
    with sqlite3.connect(folder / "kaijuan.db") as connection:
        return connection.execute(query, values).fetchall()
