"""What figures show, and how: what is not known says why, labels do not lie on each other, nothing is fetched."""

import csv
import json
import re
from itertools import pairwise
from typing import Any

import pytest

from pipelines.errors import PipelineError
from pipelines.store.figures import load_figures, load_wholes
from web.figures import drawing
from web.figures.charts import draw_correction, draw_outcomes, draw_requests
from web.figures.frames import draw_chart, frame
from web.figures.layers import Setting, measure, spread, wrap
from web.figures.looks import choose_look
from web.figures.measures import FIGURES, Rank, list_points, list_ranks, list_years
from web.figures.ranks import draw_ranks
from web.figures.sheets import list_ranked, write_ranks
from web.queries.trends import Peers, Series, Year
from web.words import load_words

NAME = "云岭省应急管理厅"
UNKNOWN: Any = None
LIGHT = choose_look("light", False, False)


def make_year(year: int, form: str = "2021", broken: int = 0, **values: float | None) -> Year:
    """A report's year; what is not given is 0."""
    asked = load_figures() if form != "narrative" else ()
    found = {name: values.get(name, 0 if name in asked else None) for name in load_figures()}
    known = {whole: int(all(found[part] is not None for part in parts)) for whole, parts in load_wholes().items()}
    return Year(year, (form,), 1, broken, "2024-01-01T00:00:00Z", known, found, "r")


def make_series(*years: Year, agency: str | None = NAME) -> Series:
    return Series(agency, {year.year: year for year in years})


def find_state(figure: str, series: Series, year: int) -> set[str]:
    return {point.state for point in list_points(figure, [series]) if point.year == year}


def make_setting(*series: Series, narrow: bool = False, language: str = "zh") -> Setting:
    names = {each.agency: each.agency or "全部" for each in series}
    look = choose_look("light", narrow, len(series) > 1)
    return Setting(look, load_words()[language], list_years(series), names)


def test_years_between_reports_are_gaps_and_never_zero() -> None:
    series = make_series(make_year(2019, "2019"), make_year(2022))
    assert list_years([series]) == [2019, 2020, 2021, 2022]
    gap = [point for point in list_points("requests", [series]) if point.year == 2020]
    assert {(point.state, point.value, point.reports) for point in gap} == {("missing", None, 0)}


def test_a_value_that_is_not_there_says_whether_it_was_asked() -> None:
    none = dict.fromkeys(load_wholes()["outcomes"], UNKNOWN)
    series = make_series(make_year(2018, "2014", **none), make_year(2020, "narrative"), make_year(2022, **none))
    assert find_state("outcomes", series, 2018) == {"not-in-form"}
    assert find_state("outcomes", series, 2020) == {"not-in-form"}
    assert find_state("outcomes", series, 2022) == {"blank"}


def test_shares_are_of_a_whole_that_is_known_in_all_its_parts() -> None:
    points = list_points("outcomes", [make_series(make_year(2022, granted=3, denied=1), make_year(2023, denied=None))])
    shares = {(point.year, point.measure): point.share for point in points}
    assert (shares[2022, "granted"], shares[2022, "denied"], shares[2022, "other"]) == (0.75, 0.25, 0)
    assert {share for (year, _), share in shares.items() if year == 2023} == {None}


def test_correction_is_of_what_was_decided() -> None:
    year = make_year(2022, review_upheld=6, review_corrected=2, review_other=2)
    by = {point.measure: point for point in list_points("correction", [make_series(year)])}
    assert (by["review"].value, by["review"].of, by["review"].share) == (2, 10, 0.2)
    assert by["litigation"].share is None


def test_a_rank_counts_those_with_less_as_much_and_more() -> None:
    others: dict[str, list[float]] = {"new": [0, 3, 5, 5, 9], "open": [], "review": [0.5]}
    ranks = list_ranks(Peers(2022, "county", "department", {"new": 5, "open": 0.1, "review": None}, others))
    assert ranks == [Rank("new", 5, 2, 2, 1, 5), Rank("open", 0.1, 0, 0, 0, None), Rank("review", None)]


@pytest.mark.parametrize(("language", "told"), [("zh", "33%（4/12）"), ("en", "33% (4/12)")])
def test_a_share_stands_with_its_counts_wherever_it_is_told(language: str, told: str) -> None:
    own, others = {"new": 12, "open": 4 / 12}, {"new": [3.0], "open": [0.5]}
    ranks = list_ranks(Peers(2022, "county", "department", own, others, {"open": (4, 12)}))
    words = load_words()[language]
    (_, plain), (_, share) = list_ranked(ranks, words)
    assert (plain[0], share[0]) == ("12", told)
    lines = [" ".join(str(row["text"]).split()) for row in find_rows(draw_ranks(LIGHT, words, ranks), "line")]
    assert [told in line for line in lines] == [False, True]
    narrow = choose_look("light", True, False)
    texts = [str(row["text"]) for row in find_rows(draw_ranks(narrow, words, ranks), "line")]
    assert max(measure(line) for text in texts for line in text.split("\n")) < narrow.width
    rows = list(csv.DictReader(write_ranks(NAME, 2022, ranks, words, "s").decode("utf-8-sig").splitlines()))
    assert [(row["part"], row["of"]) for row in rows] == [("", ""), ("4", "12")]


@pytest.mark.parametrize("heights", [[0, 1, 2, 3], [97, 98, 99, 100], [50, 50, 50], [0, 0, 99, 100], [5.0], []])
def test_labels_keep_apart_in_their_order_and_inside(heights: list[float]) -> None:
    places = spread(heights, 10, 100)
    assert all(after - before >= 10 for before, after in pairwise(places))
    assert all(0 <= place <= 100 for place in places)


@pytest.mark.parametrize(("language", "colon"), [("zh", "："), ("en", ":")])
def test_reasons_are_headed_in_the_marks_of_the_language(language: str, colon: str) -> None:
    series = make_series(make_year(2022, denied_secret=2))
    chart = draw_chart("reasons", make_setting(series, language=language), list_points("reasons", [series]))
    order = chart["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert sum(name.endswith(colon) for name in order) == 3
    assert (":" in "".join(order)) == (language == "en")


def test_names_are_broken_into_lines_that_lose_nothing() -> None:
    assert wrap("云岭省应急管理厅", 3).split("\n") == ["云岭省", "应急管", "理厅"]
    assert wrap("Form of 2014 and more", 4).replace("\n", " ") == "Form of 2014 and more"


def find_rows(chart: dict[str, object], kind: str) -> list[dict[str, object]]:
    data = chart["data"]
    assert isinstance(data, dict)
    return [row for row in data["values"] if row.get("kind") == kind]


def test_broken_sums_gaps_and_changes_of_form_are_marked() -> None:
    series = make_series(make_year(2020, "2019", new=4), make_year(2022, broken=2, new=7))
    chart = draw_requests(make_setting(series), list_points("requests", [series]))
    assert [(row["year"], row["text"]) for row in find_rows(chart, "gap")] == [(2021, "缺")]
    assert [(row["year"], row["text"]) for row in find_rows(chart, "form")] == [(2022, "2021年表式")]
    assert {row["year"]: row["text"] for row in find_rows(chart, "top")} == {2020: "4 + 0", 2022: "7 + 0※"}
    assert {row["year"] for row in find_rows(chart, "bar")} == {2020, 2022}


def test_a_year_of_which_no_share_can_be_drawn_says_why() -> None:
    series = make_series(make_year(2020, granted=3), make_year(2021), make_year(2022, granted=3, partial=UNKNOWN))
    chart = draw_outcomes(make_setting(series), list_points("outcomes", [series]))
    assert [(row["year"], row["text"]) for row in find_rows(chart, "gap")] == [(2021, "0"), (2022, "空白")]


def test_outcomes_have_one_order_and_one_colour_each_in_every_figure() -> None:
    one, other = make_series(make_year(2022, granted=1)), make_series(make_year(2022, rejected=5), agency="另一厅")
    found = set()
    for series in ([one], [one, other]):
        chart = json.dumps(draw_outcomes(make_setting(*series), list_points("outcomes", series)), ensure_ascii=False)
        found |= {*re.findall(r'"domain": \["予以公开.*?\], "range": \[.*?\]', chart)}
    assert len(found) == 1


def test_a_line_is_broken_where_a_year_has_none() -> None:
    years = (make_year(2020, review_upheld=1), make_year(2021), make_year(2022, review_corrected=1))
    series = make_series(*years)
    chart = draw_correction(make_setting(series), list_points("correction", [series]))
    values = {row["year"]: row["value"] for row in find_rows(chart, "line") if row["part"] == "行政复议"}
    assert values == {2020: 0, 2021: None, 2022: 1}


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "find_spec", lambda name: None)
    assert not drawing.can_draw()
    with pytest.raises(PipelineError, match=r"pip install '\.\[charts\]'"):
        drawing.draw_figure({}, "svg", "t", "s")


@pytest.mark.parametrize("figure", [figure for figure in FIGURES if figure != "standing"])
def test_a_figure_is_drawn_with_its_words_and_no_address_in_it(figure: str) -> None:
    pytest.importorskip("vl_convert")
    series = [make_series(make_year(2020, granted=2, denied=1, denied_law=1)), make_series(agency="没有报告的厅")]
    setting = make_setting(*series, narrow=True)
    chart = frame(
        draw_chart(figure, setting, list_points(figure, series)), setting.look, "题目", ["说明"], "数据", False
    )
    drawn = drawing.render(json.dumps(chart, ensure_ascii=False), "svg").decode()
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    assert {"题目", "说明", "数据"} <= set(texts)
    assert "Noto Sans CJK SC" in drawn
    assert set(re.findall(r"https?://[^\"' ]+", drawn)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
