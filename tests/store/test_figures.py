"""Figures that compare reports across forms, and their totals."""

import sqlite3
from pathlib import Path

import pytest

from pipelines.parse.forms import load_forms
from pipelines.store.figures import find_figure_cells, load_figures, load_wholes, make_figures
from tests.store.making import FACTS, Facts, Made, fill

REASONS = ("secret", "law", "safety", "third_party", "internal", "process", "enforcement", "query")
DENIED: Facts = {f"requests.denied.{reason}.total": place for place, reason in enumerate(REASONS)}


def test_every_figure_is_made_of_cells_of_a_form() -> None:
    known = {
        table.cell_id(row.id, column)
        for form in load_forms()
        for table in form.tables
        for row in table.rows
        for column in row.columns or (None,)
    }
    assert set(find_figure_cells()) <= known
    assert {part for parts in load_wholes().values() for part in parts} == set(load_figures())


def test_a_sum_with_a_blank_in_it_is_not_known() -> None:
    assert make_figures(DENIED)["denied"] == 28
    assert make_figures({**DENIED, "requests.denied.law.total": None})["denied"] is None
    assert make_figures(dict.fromkeys(DENIED, 0))["denied"] == 0
    assert make_figures({})["denied"] is None


def test_a_row_that_another_form_prints_in_one_stands_for_its_parts() -> None:
    split = {f"requests.other.{part}.total": 2 for part in ("no_correction", "no_payment", "misc")}
    assert make_figures(split)["other"] == 6
    assert make_figures({"requests.other.total": 5})["other"] == 5
    assert make_figures({**split, "requests.other.misc.total": None})["other"] is None


def test_the_list_of_2014_gives_what_means_the_same_and_nothing_else() -> None:
    facts: Facts = {"y2014.requests.received": 30, "y2014.requests.granted": 20, "y2014.review.corrected": 1}
    found = {name: value for name, value in make_figures(facts).items() if value is not None}
    assert found == {"new": 30, "review_corrected": 1}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two departments and a government of a county, one report replaced by another; a year later one is gone over."""
    path = tmp_path / "store.db"
    made = [
        Made("00", agency="青禾县教育局", region="990101", facts={**FACTS, **DENIED}),
        Made("01", agency="青禾县财政局", url="http://q.gov.cn/1.html", region="990101"),
        Made("02", agency="青禾县人民政府", url="http://q.gov.cn/2.html", region="990101"),
        Made("03", agency="青禾县教育局", day="2024-06-01", region="990101", facts={**FACTS, "requests.new.total": 40}),
    ]
    fill(path, made)
    return path


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(query).fetchall()


def test_figures_are_those_of_the_latest_version(store: Path) -> None:
    rows = read(store, "select agency, organ, province, new, denied from figures order by agency")
    assert rows == [
        ("青禾县人民政府", "place", "99", 18, None),
        ("青禾县教育局", "department", "99", 40, None),
        ("青禾县财政局", "department", "99", 18, None),
    ]


def test_totals_are_the_sums_of_the_figures_and_of_nothing_else(store: Path) -> None:
    totals = "select organ, sum(reports), sum(known_received), sum(new), sum(known_reasons) from totals group by 1"
    assert read(store, totals) == [("department", 2, 2, 58, 0), ("place", 1, 1, 18, 0)]
    assert read(store, "select count(*) from unsettled") == [(0,)]


def test_totals_of_a_place_that_no_report_is_of_any_more_are_gone(store: Path) -> None:
    fill(store, [Made("02", agency="青禾县人民政府", url="http://q.gov.cn/2.html", region="980101")])
    assert read(store, "select province, sum(reports) from totals where organ = 'place' group by 1") == [("98", 1)]
