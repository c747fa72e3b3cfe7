"""Agency × year: what there is, what there should be, and who refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from archive.format.exchange import Exchange
from archive.index.runs import update_runs
from archive.reading.history import History
from archive.writing.writer import Writer, WriterOptions
from crawler.catalogue import Expectation, Portal
from crawler.coverage import STATES, Agency, Cell, Coverage, Evidence, Row, make_coverage
from crawler.coverage.archived import read_archive, read_refusals
from crawler.coverage.printing import WIDTH, print_coverage
from tests.crawler.conftest import Show

TODAY = date(2025, 2, 10)  # past the departments' deadline, before that of governments
BUREAU, PLACE = "清河市民政局", "清河市人民政府"


def portal(name: str, agency: str, **more: Any) -> Portal:
    return Portal(name, agency, "municipal", f"http://{name}.gov.cn/", region="990100", **more)


def evidence_of(*found: tuple[str, int, str], crawled: tuple[str, ...] = ("a", "b"), **refused: str) -> Evidence:
    cells = {(agency, year): Cell(state) for agency, year, state in found}
    agencies = {agency: Agency(agency, "municipal") for agency, _, _ in found}
    return Evidence(cells, agencies, frozenset(crawled), refused)


def states_of(coverage: Coverage) -> dict[str, dict[int, str]]:
    return {row.agency: {year: cell.state for year, cell in row.cells.items()} for row in coverage.rows}


def test_years_from_the_first_known_to_the_last_deadline_are_expected() -> None:
    found = evidence_of((BUREAU, 2021, "parsed"), (BUREAU, 2023, "late"), (PLACE, 2022, "parsed"))
    coverage = make_coverage(found, [portal("a", BUREAU), portal("b", PLACE)], TODAY)
    assert states_of(coverage) == {
        BUREAU: {2021: "parsed", 2022: "missing", 2023: "late", 2024: "missing"},
        PLACE: {2022: "parsed", 2023: "missing"},  # due on 31 March
    }
    assert coverage.totals == {"parsed": 2, "missing": 3, "late": 1}
    assert [coverage.total("missing", year) for year in coverage.years] == [0, 1, 1, 1]


def test_what_the_row_expects_goes_before_what_is_known() -> None:
    found = evidence_of((BUREAU, 2021, "parsed"))
    row = portal("a", BUREAU, expect=Expectation(2020, 3, until=2022))
    coverage = make_coverage(found, [row], TODAY)
    assert states_of(coverage) == {BUREAU: {2020: "missing", 2021: "parsed", 2022: "missing"}}


def test_portal_that_only_refused_is_refused_where_nothing_else_is_known() -> None:
    found = evidence_of((BUREAU, 2022, "parsed"), a="412 script challenge (瑞数)")
    coverage = make_coverage(found, [portal("a", BUREAU)], TODAY, years=[2022, 2023])
    [row] = coverage.rows
    assert row.cells == {2022: Cell("parsed"), 2023: Cell("refused", "412 script challenge (瑞数)")}


def test_portals_that_were_never_crawled_are_counted_and_shown_on_demand() -> None:
    found = evidence_of((BUREAU, 2023, "parsed"), crawled=("a",))
    rows = [portal("a", BUREAU), portal("c", PLACE)]
    coverage = make_coverage(found, rows, TODAY)
    assert (len(coverage.rows), coverage.uncrawled) == (1, 1)
    assert states_of(make_coverage(found, rows, TODAY, everyone=True))[PLACE] == {2023: "missing"}


def test_agency_of_no_portal_is_shown_too() -> None:
    coverage = make_coverage(evidence_of((BUREAU, 2023, "parsed"), ("云岭省林业局", 2023, "parsed")), [], TODAY)
    assert [row.agency for row in coverage.rows] == ["云岭省林业局", BUREAU]


def test_portal_of_no_catalogue_that_refused_is_named() -> None:
    found = evidence_of((BUREAU, 2023, "parsed")).join(Evidence(refused={"x.gov.cn": "403 forbidden"}))
    coverage = make_coverage(found, [portal("a", BUREAU)], TODAY)
    assert "x.gov.cn, in no catalogue: refused, 403 forbidden" in list(print_coverage(coverage, "the store", "real"))


def test_of_two_things_known_of_a_report_the_better_is_told() -> None:
    both = evidence_of((BUREAU, 2023, "refused")).join(evidence_of((BUREAU, 2023, "archived"), crawled=("c",)))
    assert both.cells[BUREAU, 2023].state == "archived"
    assert both.crawled == {"a", "b", "c"}


@pytest.mark.parametrize(("first", "agencies"), [(2019, 3), (2008, 300), (1990, 2)])
def test_matrix_keeps_to_a_hundred_columns(first: int, agencies: int) -> None:
    years = tuple(range(first, 2026))
    name = "云岭回族自治州鹿鸣坪蒙古族自治县人力资源和社会保障局社会保险事业管理中心"
    cells = {year: Cell(STATES[year % len(STATES)]) for year in years}
    rows = tuple(Row(f"{name}{number}", None, None, None, cells) for number in range(agencies))
    lines = list(print_coverage(Coverage(years, rows, 3), "the store", "real"))
    assert max(map(cell_len, lines)) <= WIDTH
    shown = [line for line in lines if line.startswith("云岭")]
    assert sum(sum(line.count(mark) for mark in "PLWARM") for line in shown) == len(years) * agencies
    assert any("P parsed · L parsed, published late" in line for line in lines)
    assert "3 portals of catalogue real never crawled" in lines[-1]


def exchange(path: str, status: int, body: bytes = b"<p></p>", **context: str) -> Exchange:
    response = f"HTTP/1.1 {status} Fine\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    fields = {"portal": "a", "agency": BUREAU, "region": "990100", "level": "municipal", "kind": "report", **context}
    asked = f"GET {path} HTTP/1.1\r\nHost: a.gov.cn\r\n\r\n".encode()
    at = f"2026-01-{10 + status % 7}T01:00:00.000001Z"
    more = tuple(fields.items())
    return Exchange(f"http://a.gov.cn{path}", "GET", at, "ok", asked, response, status, body, context=more)


@pytest.fixture
def refusing(tmp_path: Path) -> Path:
    """An archive of a portal that refuses two of its pages, and of one that refuses its list."""
    (tmp_path / "warc").mkdir()
    writer = Writer(WriterOptions(tmp_path / "warc"))
    for each in (
        exchange("/nb/2021.html", 412, anchor="2021年政府信息公开年度报告"),
        exchange("/nb/2022.html", 403, anchor="年度报告", listed="2023-01-20"),
        exchange("/nb/2023.html", 403, anchor="2023年政府信息公开年度报告"),
        exchange("/nb/2023.html", 200, anchor="2023年政府信息公开年度报告"),
        exchange("/nb/2024.html", 404, anchor="2024年政府信息公开年度报告"),
        exchange("/list/", 521, kind="list", portal="b"),
    ):
        writer.submit(each).result(timeout=20)
    writer.close().result(timeout=20)
    update_runs(tmp_path / "warc")
    return tmp_path


def test_refusals_are_read_from_the_archive(refusing: Path) -> None:
    found = read_refusals(History(refusing / "warc"))
    assert {key: cell.detail for key, cell in found.cells.items()} == {
        (BUREAU, 2021): "412 script challenge (瑞数)",
        (BUREAU, 2022): "403 forbidden",
    }
    assert found.refused == {"b": "521 cookie challenge (加速乐)"}
    everything = read_archive(History(refusing / "warc")).cells
    assert {year: cell.state for (_, year), cell in everything.items()} == {
        2021: "refused",
        2022: "refused",
        2023: "archived",  # an empty page, after it was refused
    }


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 1, "no store at sqlite:///nowhere.db and no archive at nowhere"),
        (["--level", "province"], 2, "did you mean provincial"),
        (["--years", "19"], 2, "'19' is no year"),
        (["--json", "--csv"], 2, "not both"),
        (["yunling"], 2, "options alone"),
        (["--catalogue", "nowhere"], 1, "no such folder"),
    ],
)
def test_mistakes_are_one_line(show: Show, words: list[str], code: int, says: str) -> None:
    found, out, err = show(*words, DATABASE_URL="sqlite:///nowhere.db", ARCHIVE_DIR="nowhere")
    assert (found, out, len(err.splitlines())) == (code, "", 1)
    assert says in err


def test_portal_that_nobody_knows_is_named(refusing: Path, show: Show) -> None:
    words = ("--catalogue", "demo", "--portal", "yunling-yj")
    code, _, err = show(*words, DATABASE_URL="", ARCHIVE_DIR=str(refusing / "warc"))
    assert code == 2
    assert "neither in catalogue demo nor ever crawled; did you mean yunling-yjt" in err
