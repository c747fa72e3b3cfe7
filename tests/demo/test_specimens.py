"""Specimens say what their truth says: held against the markup itself, with a reader of the tests' own."""

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from lxml import html

from demo.form import cell_ids
from demo.rendering.layout import Box, Table
from demo.specimens.content import TRAPS, expand
from demo.specimens.doubling import WAYS
from demo.specimens.drawing import draw_specimen, draw_specimens
from demo.specimens.encoding import SENDINGS, send
from demo.specimens.families import load_families
from demo.specimens.nondocuments import NONDOCUMENTS
from demo.specimens.specimen import Specimen
from demo.specimens.tabling import HABITS, Habit, write_table
from demo.specimens.wording import load_words

COUNT = 200  # every way, trap, habit, sending and kind takes its turn within as many


@pytest.fixture(scope="module")
def specimens() -> list[Specimen]:
    return list(draw_specimens(5, COUNT))


@pytest.fixture(scope="module")
def reports(specimens: list[Specimen]) -> list[Specimen]:
    return [specimen for specimen in specimens if specimen.truth.kind == "report"]


def fold(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200d\ufeff]+", "", unicodedata.normalize("NFKC", text))


def text_of(specimen: Specimen) -> str:
    """All text of a page, hidden or not, folded; bodies written by scripts are none."""
    if specimen.family == "text":
        return fold(specimen.markup)
    page: Any = html.fromstring(re.sub(r"<\?xml[^>]*>", "", specimen.markup))
    return fold("".join(map(str, page.xpath("//body//text()[not(ancestor::script)]"))))


def test_one_seed_one_page_and_another_seed_another() -> None:
    assert draw_specimen(3, 17) == draw_specimen(3, 17)
    assert draw_specimen(3, 17).payload != draw_specimen(4, 17).payload


def test_every_family_way_trap_and_habit_takes_its_turn(specimens: list[Specimen]) -> None:
    traits = {trait for specimen in specimens for trait in specimen.traits}
    assert {specimen.family for specimen in specimens} >= {*load_families(), "text", "none"}
    assert {specimen.doubled for specimen in specimens} >= set(WAYS)
    assert {specimen.trap for specimen in specimens} >= set(TRAPS)
    assert traits >= {f"table:{habit}" for habit in HABITS} | {sending.name for sending in SENDINGS} | set(NONDOCUMENTS)


def test_every_line_of_the_truth_stands_on_the_page_as_often_as_it_should(reports: list[Specimen]) -> None:
    for specimen in reports:
        text, wanted = text_of(specimen), "".join(map(fold, specimen.truth.lines))
        for line in map(fold, specimen.truth.lines):
            assert text.count(line) >= wanted.count(line), (specimen.id, line)


@pytest.mark.parametrize("way", ["twice", "other_lines", "restyled", "hidden", "same_element", "run_together", "apart"])
def test_doubled_pages_print_their_longest_line_again(reports: list[Specimen], way: str) -> None:
    for specimen in (specimen for specimen in reports if specimen.doubled == way):
        line = max(map(fold, specimen.truth.lines), key=len)
        assert text_of(specimen).count(line) == 2, specimen.id


def test_pages_that_are_not_doubled_print_their_longest_line_as_often_as_the_truth_has_it(
    reports: list[Specimen],
) -> None:
    for specimen in (specimen for specimen in reports if not specimen.doubled):
        line = max(map(fold, specimen.truth.lines), key=len)
        assert text_of(specimen).count(line) == "".join(map(fold, specimen.truth.lines)).count(line), specimen.id


def test_chrome_is_on_the_page_and_never_a_line_of_the_truth(reports: list[Specimen]) -> None:
    for specimen in reports:
        written = fold(specimen.markup) + text_of(specimen)
        lines = set(map(fold, specimen.truth.lines))
        for text in map(fold, specimen.truth.chrome):
            assert text not in lines, (specimen.id, text)
            assert text in written, (specimen.id, text)


@pytest.mark.parametrize("sending", SENDINGS, ids=lambda sending: sending.name)
def test_a_page_is_sent_in_the_character_set_that_it_has(sending: object) -> None:
    chosen = next(item for item in SENDINGS if item is sending)
    headers, payload = send("<body>政府信息公开</body>", chosen)
    text = payload.removeprefix(chosen.mark).decode(chosen.codec, "replace")
    assert "政府信息公开" in text
    assert dict(headers)["Content-Type"] == "text/html" + (f"; charset={chosen.header}" if chosen.header else "")


def lay_out(markup: str) -> list[list[str]]:
    """The grid that a browser would show, by a reader that knows nothing of the writer."""
    page: Any = html.fromstring(f"<div>{markup}</div>")
    lines = page.xpath("//tr[not(contains(@style, 'none') or contains(@style, 'collapse') or @height='0')]")
    rows: list[dict[int, str]] = [{} for _ in lines]
    for at, line in enumerate(lines):
        column = 0
        for cell in line.xpath("./td[not(contains(@style, 'none'))] | ./th"):
            while column in rows[at]:
                column += 1
            wide, deep = (int("".join(filter(str.isdigit, cell.get(name, "1")))) for name in ("colspan", "rowspan"))
            for below in rows[at : at + deep]:
                below.update(dict.fromkeys(range(column, column + wide), fold(cell.text_content())))
    return [[row.get(column, "") for column in range(max(row) + 1)] for row in rows]


GROUPED = Table(
    (
        (Box("申请情况", 1, 2), Box("自然人", 2), Box("总计", 1, 2)),
        (Box("本地"), Box("外地")),
        (Box("新收", 1, 2), Box("3", label=False), Box("", label=False), Box("3", label=False)),
        (Box("4", 2, label=False), Box("4", label=False)),
    ),
    4,
)


def test_spans_are_expanded_as_browsers_do() -> None:
    assert expand(GROUPED) == (
        ("申请情况", "自然人", "自然人", "总计"),
        ("申请情况", "本地", "外地", "总计"),
        ("新收", "3", "", "3"),
        ("新收", "4", "4", "4"),
    )


@pytest.mark.parametrize("habit", [habit for habit in HABITS if habit not in ("in_layout", "value_tables", "cut")])
def test_every_habit_of_writing_tables_keeps_every_slot(habit: str) -> None:
    wanted = [list(row) for row in expand(GROUPED)]
    for seed in range(10):
        found = lay_out(write_table(GROUPED, Habit(habit), Random(seed)))
        assert [row[:4] for row in found if any(row)] == wanted, (habit, seed)


def test_cells_of_the_truth_are_those_of_the_form(reports: list[Specimen]) -> None:
    for specimen in reports:
        if specimen.truth.cells:
            assert specimen.truth.form is not None
            assert tuple(cell.id for cell in specimen.truth.cells) == cell_ids(specimen.truth.form)


def test_the_zeros_of_a_page_of_zeros_are_its_cells(reports: list[Specimen]) -> None:
    found = [specimen for specimen in reports if specimen.trap == "zeros"]
    assert found
    assert {cell.raw for specimen in found for cell in specimen.truth.cells or ()} == {"0"}


def test_a_quoted_paragraph_belongs_to_the_body_twice(reports: list[Specimen]) -> None:
    for specimen in (specimen for specimen in reports if specimen.trap == "quoted_twice"):
        assert max(Counter(line for line in specimen.truth.lines if len(line) > 40).values()) == 2


def test_facts_stand_on_the_page(reports: list[Specimen]) -> None:
    for specimen in reports:
        written = fold(specimen.markup) + text_of(specimen)
        for name in ("title", "source", "index_number"):
            fact = specimen.truth.facts.get(name)
            assert fact is None or fold(str(fact.value)) in written, (specimen.id, name)


def test_phrases_are_lists_of_one_depth() -> None:
    for name, group in {**load_words("phrases"), **load_words("prose")}.items():
        assert len({isinstance(item, list) for item in group}) == 1, name
        assert len(group) >= 2, name


def test_another_specimen_of_the_number_has_the_same_kind() -> None:
    one, other = draw_specimen(1, 7), draw_specimen(2, 7)
    assert (one.family, one.trap) == (other.family, other.trap)
    assert replace(one, id=other.id) != other
