import csv
import io
import re
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from PIL import Image

from pipelines.feeds import Line
from tests.web.conftest import Served
from tests.web.test_browser import open_chromium
from tests.web.test_pages import ask, read, report_path
from web.queries.trends import MOST_AGENCIES


def best_lines(served: Served) -> dict[tuple[str, int], Line]:
    """The line of each report that one capture alone shows."""
    found: dict[tuple[str, int], list[Line]] = {}
    for line in served.lines:
        if line["agency"] and line["year"]:
            found.setdefault((line["agency"], line["year"]), []).append(line)
    return {key: lines[0] for key, lines in found.items() if len(lines) == 1}


def some_agency(served: Served) -> str:
    """One with several reports, each of one capture."""
    agencies = [agency for agency, _ in best_lines(served)]
    return max(sorted(set(agencies)), key=agencies.count)


def sheet(served: Served, figure: str, **query: Any) -> list[dict[str, str]]:
    text = served.get(f"/zh/trends/{figure}.csv?{urlencode(query, doseq=True)}")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_figures_of_an_agency_are_the_cells_of_its_reports(served: Served) -> None:
    agency = some_agency(served)
    lines = {year: line for (name, year), line in best_lines(served).items() if name == agency}
    rows = {(int(row["year"]), row["measure"]): row for row in sheet(served, "requests", agency=agency)}
    assert len(lines) > 1
    for year, line in lines.items():
        values = {cell["id"]: cell["value"] for cell in line["cells"]}
        expected = values.get("requests.new.total", values.get("y2014.requests.received"))
        assert rows[year, "new"]["value"] == ("" if expected is None else str(expected))
        assert rows[year, "new"]["record_id"] == line["record_id"]
    assert {row["value"] for row in rows.values() if row["state"] != "known"} <= {""}


def test_a_set_is_the_sum_of_its_agencies(served: Served) -> None:
    whole = {(row["year"], row["measure"]): row for row in sheet(served, "outcomes")}
    agencies = sorted({line["agency"] for line in served.lines if line["agency"]})
    sums: dict[tuple[str, str], float] = {}
    reports: dict[tuple[str, str], int] = {}
    for place in range(0, len(agencies), MOST_AGENCIES):
        for row in sheet(served, "outcomes", agency=agencies[place : place + MOST_AGENCIES]):
            key = row["year"], row["measure"]
            reports[key] = reports.get(key, 0) + int(row["reports"])
            if row["of"]:  # a report that gives all outcomes
                sums[key] = sums.get(key, 0) + float(row["value"])
    assert {key: float(row["value"]) for key, row in whole.items() if row["value"]} == sums
    assert {key: int(row["reports"]) for key, row in whole.items()} == {key: reports[key] for key in whole}


def test_first_line_says_what_it_shows_and_from_how_much(served: Served) -> None:
    agency = some_agency(served)
    tree = read(served.get(f"/en/trends?agency={quote(agency)}"))
    reports = {int(row["year"]) for row in sheet(served, "requests", agency=agency) if row["reports"] == "1"}
    lead = tree.xpath("//p[@class='lead']")[0].text
    assert f"{agency}: {len(reports)} reports for {min(reports)}–{max(reports)}" in lead


def test_each_figure_has_its_files_and_its_table(served: Served) -> None:
    agency = some_agency(served)
    tree = read(served.get(f"/zh/trends?agency={quote(agency)}"))
    sections = tree.xpath("//section[contains(@class, 'trend ')]")
    assert [each.xpath("h2/@id")[0] for each in sections][:4] == ["requests", "outcomes", "reasons", "correction"]
    for section in sections:
        assert section.xpath(".//table//th[@scope='row']")
        for link in section.xpath(".//a[@download]/@href"):
            assert link.startswith("/zh/trends/")
            assert quote(agency) in link
    years = {year for (name, year) in best_lines(served) if name == agency}
    linked = set(tree.xpath("//table//a/@href"))
    assert {report_path({"agency": agency, "year": year}) for year in years} <= linked


def test_pictures_say_inside_what_they_are_made_of(served: Served) -> None:
    pytest.importorskip("vl_convert")
    query = urlencode({"agency": some_agency(served)})
    status, headers, text = ask(served, f"/zh/trends/outcomes.svg?{query}")
    assert (status, headers["content-type"]) == (200, "image/svg+xml")
    assert "<desc>数据：开卷存储库 kaijuan.db" in text
    assert some_agency(served) in text
    assert "予以公开</text>" in text
    assert ask(served, f"/zh/trends/outcomes.svg?{query}&scheme=dark&narrow=1")[2] != text
    english = ask(served, f"/en/trends/outcomes.svg?{query}")[2]
    assert f"<title>What became of them: {some_agency(served)}</title>" in english


def test_figures_of_a_set_take_its_warnings_with_them(served: Served) -> None:
    pytest.importorskip("vl_convert")
    (_, _, text), (_, _, narrowed) = (
        ask(served, f"/en/trends/correction.svg?{query}") for query in ("", "level=provincial&organ=department")
    )
    told, one_kind = (" ".join(re.sub("<[^>]+>", " ", each).split()) for each in (text, narrowed))
    assert "these sums count some requests twice" in told
    assert "these sums count some requests twice" not in one_kind
    for row in sheet(served, "correction"):
        if int(row["reports"]):
            assert f"{row['year']}: {row['known']} of {row['reports']}" in told
    assert "Reports that give all of it (litigation): " in told
    assert "twice" not in ask(served, "/en/trends/correction.svg?bare=1")[2]
    (source,) = {row["source"] for row in sheet(served, "correction")}
    assert "合计会重复计算" in source
    (source,) = {row["source"] for row in sheet(served, "correction", agency=some_agency(served))}
    assert "合计会重复计算" not in source


def test_where_an_agency_stands_is_told_with_the_counts_and_the_peers(served: Served) -> None:
    agency, year, rows = find_standing(served)
    line = best_lines(served)[agency, year]
    values = {cell["id"]: cell["value"] for cell in line["cells"]}
    (share,) = [row for row in rows if row["measure"] == "open"]
    assert float(share["part"]) == values["requests.granted.total"] + values["requests.partial.total"]
    assert float(share["value"]) == float(share["part"]) / float(share["of"])
    told = re.search(rf"与之比较的是 (\d+) 个同级同类机关{year}年的报告，最晚存档于 2023-", share["source"])
    assert told
    assert int(told[1]) >= sum(int(share[key]) for key in ("less", "same", "more")) > 0
    page = served.get(f"/zh/trends?{urlencode({'agency': agency, 'year': year})}")
    assert f"{float(share['value']):.0%}（{share['part']}/{share['of']}）" in page
    assert told[0] in page


def find_standing(served: Served) -> tuple[str, int, list[dict[str, str]]]:
    """A report, as one capture alone shows it, that has peers who give a share too."""
    for agency, year in sorted(best_lines(served), reverse=True):
        query = urlencode({"agency": agency, "year": year})
        if ask(served, f"/zh/trends/standing.csv?{query}")[0] == 200:
            rows = sheet(served, "standing", agency=agency, year=year)
            if any(row["measure"] == "open" and row["of"] and int(row["less"]) + int(row["more"]) for row in rows):
                return agency, year, rows
    raise AssertionError("no report has peers")


def test_png_bears_its_source(served: Served) -> None:
    pytest.importorskip("vl_convert")
    connection = HTTPConnection(urlsplit(served.address).netloc, timeout=60)
    connection.request("GET", f"/en/trends/requests.png?{urlencode({'agency': some_agency(served)})}")
    picture = Image.open(io.BytesIO(connection.getresponse().read()))
    picture.load()
    assert str(picture.info["Source"]).startswith("Data: Kaijuan store kaijuan.db")
    assert picture.width > 600


def test_the_other_language_keeps_all_agencies(served: Served) -> None:
    agencies = sorted({line["agency"] for line in served.lines if line["agency"]})[:3]
    page = read(served.get(f"/zh/trends?{urlencode({'agency': agencies}, doseq=True)}"))
    assert page.xpath("//a[@class='language']/@href") == [f"/en/trends?{urlencode({'agency': agencies}, doseq=True)}"]


def test_agencies_are_found_by_their_names_and_added(served: Served) -> None:
    agency = some_agency(served)
    page = read(served.get(f"/zh/trends?{urlencode({'words': agency[2:], 'agency': '没有的局'})}"))
    (found,) = [each for each in page.xpath("//ul[@class='agencies']/li") if each.text.strip() == agency]
    assert found.xpath("a/@href")[-1] == f"/zh/trends?{urlencode({'agency': ['没有的局', agency]}, doseq=True)}"
    assert "没有“没有的局”的报告" in page.text_content()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/zh/trends/nothing.svg", 404),
        ("/zh/trends/requests.gif", 404),
        ("/zh/trends/standing.csv", 404),
        (f"/zh/trends/requests.csv?agency={quote('没有的局')}", 404),
        ("/zh/trends?place=x", 404),
        ("/zh/trends?place=%27--", 404),
        ("/zh/trends?year=abc", 404),
        ("/zh/trends?" + "&".join(f"agency={number}" for number in range(MOST_AGENCIES + 1)), 404),
        ("/zh/trends?agency=" + "x" * 201, 404),
        ("/zh/trends?level=nowhere", 200),
        ("/zh/trends?words=%25", 200),
    ],
)
def test_what_cannot_be_shown_is_refused_or_said(served: Served, path: str, status: int) -> None:
    assert ask(served, path)[0] == status


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_figures_are_seen_in_the_readers_scheme_and_width(served: Served, width: int, scheme: str) -> None:
    pytest.importorskip("vl_convert")
    for browser in open_chromium():
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.goto(f"{served.address}/zh/trends?agency={quote(some_agency(served))}", wait_until="networkidle")
        shown = page.evaluate("[...document.images].map(each => [each.currentSrc, each.naturalWidth])")
        assert len(shown) >= 4
        assert all(size > 250 for _, size in shown)
        assert all(("scheme=dark" in source) == (scheme == "dark") for source, _ in shown)
        assert all(("narrow=1" in source) == (width == 390) for source, _ in shown)
