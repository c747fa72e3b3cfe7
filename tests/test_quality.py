"""The quality gate: a slice of it on every run, and proof that each of its measures falls when a page is spoilt."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks.quality import __main__ as gate_command
from benchmarks.quality.comparing import body_of, f1, fold
from benchmarks.quality.extraction import Extraction, Refined, refine_specimen
from benchmarks.quality.gate import FLOORS, Floor, Measure, load_floors, measure
from benchmarks.quality.judging import Judgement, judge
from benchmarks.quality.tools import compare
from demo.specimens.drawing import draw_specimen, draw_specimens
from demo.specimens.specimen import Specimen, Truth

SEED, SLICE = 20261122, 60
Line = dict[str, Any]
Pair = tuple[Specimen, Refined]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return [(specimen, refine_specimen(specimen)) for specimen in draw_specimens(SEED, SLICE)]


def test_a_slice_of_the_gate_holds_every_floor(pairs: list[Pair]) -> None:
    judgements = [judge(*pair) for pair in pairs]
    below = [f"{item.floor.name} {item.value}" for item in measure(judgements) if not item.holds]
    faults = [f"{judgement.specimen.id}: {fault}" for judgement in judgements for fault in judgement.faults]
    assert not below, (below, faults[:20])


def find_clean(pairs: list[Pair], doubled: bool) -> Pair:
    """A report with tables and cells on which there is nothing to find fault with."""
    for specimen, refined in pairs:
        report = specimen.truth.cells and specimen.truth.grids and specimen.truth.chrome
        if report and (specimen.doubled is not None) == doubled and not judge(specimen, refined).faults:
            return specimen, refined
    raise AssertionError("no clean page in the slice")


def spoil(pair: Pair, how: Callable[[Line, Line, Specimen], None]) -> Judgement:
    """The judgement of a page whose feed lines were changed."""
    specimen, refined = pair
    document, report = copy.deepcopy(refined.document), copy.deepcopy(refined.report)
    assert report is not None
    how(document, report, specimen)
    return judge(specimen, Refined(document, report, refined.seconds))


def lose_paragraph(document: Line, report: Line, specimen: Specimen) -> None:
    longest = max((b for b in document["blocks"] if b["kind"] == "paragraph"), key=lambda block: len(block["text"]))
    document["blocks"].remove(longest)


def drop_paragraph(document: Line, report: Line, specimen: Specimen) -> None:
    paragraphs = [
        b for b in document["blocks"] if b["kind"] == "paragraph" and fold(b["text"]) in map(fold, specimen.truth.lines)
    ]
    document["blocks"].remove(paragraphs[0])
    document["dropped"].append({"text": paragraphs[0]["text"], "path": "/p", "kept": "/q"})


def print_twice(document: Line, report: Line, specimen: Specimen) -> None:
    document["blocks"] += document["blocks"]


def turn_around(document: Line, report: Line, specimen: Specimen) -> None:
    document["blocks"].reverse()


def leave_chrome(document: Line, report: Line, specimen: Specimen) -> None:
    document["blocks"] += [{"kind": "paragraph", "text": text, "path": "/p"} for text in specimen.truth.chrome]


def shift_column(document: Line, report: Line, specimen: Specimen) -> None:
    table = next(block for block in document["blocks"] if block["kind"] == "table")
    table["grid"] = [["", *row[:-1]] for row in table["grid"]]


def lose_table(document: Line, report: Line, specimen: Specimen) -> None:
    document["blocks"] = [block for block in document["blocks"] if block["kind"] != "table"]


def read_blank_as_zero(document: Line, report: Line, specimen: Specimen) -> None:
    report["cells"][0] |= {"value": -1, "raw": "-1", "state": "number"}


def invent_cell(document: Line, report: Line, specimen: Specimen) -> None:
    report["cells"].append(report["cells"][0] | {"id": "requests.invented.total"})


def repair_sum(document: Line, report: Line, specimen: Specimen) -> None:
    report["identities"][0]["result"] = "not evaluable"


def change(key: str, value: object) -> Callable[[Line, Line, Specimen], None]:
    def how(document: Line, report: Line, specimen: Specimen) -> None:
        document[key] = value

    return how


def trace_wrongly(document: Line, report: Line, specimen: Specimen) -> None:
    document["from"] = dict.fromkeys(document["from"], "guess")


@pytest.mark.parametrize(
    ("how", "doubled", "name"),
    [
        (lose_paragraph, False, "prose_f1"),
        (lose_paragraph, False, "whole"),
        (lose_paragraph, True, "doubled_once"),
        (print_twice, True, "doubled_once"),
        (print_twice, False, "prose_f1"),
        (lose_table, True, "doubled_once"),
        (lose_table, False, "grid_slots"),
        (shift_column, False, "grid_slots"),
        (turn_around, False, "ordered"),
        (drop_paragraph, False, "singles_touched"),
        (leave_chrome, False, "chrome_left"),
        (read_blank_as_zero, False, "report_cells"),
        (invent_cell, False, "cells_invented"),
        (repair_sum, False, "report_sums"),
        (change("kind", "other"), False, "kind"),
        (change("title", "政府信息公开"), False, "title"),
        (change("published", "1999-01-01"), False, "published"),
        (change("agency", "某局"), False, "agency"),
        (change("year", 1999), False, "year"),
        (change("form", "2014"), False, "form"),
        (trace_wrongly, False, "origins"),
    ],
)
def test_spoiling_a_page_breaks_its_floor(
    pairs: list[Pair], how: Callable[[Line, Line, Specimen], None], doubled: bool, name: str
) -> None:
    pair = find_clean(pairs, doubled)
    before, after = ({item.floor.name: item for item in measure([j])} for j in (judge(*pair), spoil(pair, how)))
    assert before[name].holds
    assert not after[name].holds


def test_a_lost_character_is_seen() -> None:
    truth = Truth("report", lines=("全年主动公开政府信息四百二十三条。",))
    assert f1([fold(truth.lines[0])], truth) == 1
    assert f1([fold(truth.lines[0].replace("四", ""))], truth) < 0.75


def test_neutral_texts_count_neither_way() -> None:
    truth = Truth("report", lines=("正文一行。",), neutral=("附件：", "年度报告.pdf", "标题"))
    extraction = Extraction(("标 题", "附件：年度报告.pdf", "正文一行。", "标题里还有别的话"), (), 0.1)
    assert body_of(extraction, truth) == ["正文一行。", "标题里还有别的话"]


def test_a_tool_that_prints_a_body_twice_is_not_complete_and_once() -> None:
    specimen = next(page for page in draw_specimens(1, 20) if page.doubled == "twice")
    once = Extraction(specimen.truth.lines, specimen.truth.grids, 0.5)
    twice = Extraction(specimen.truth.lines * 2, specimen.truth.grids, 0.5)
    assert compare([specimen], {specimen.id: once}, peer=True).doubled_once == 1
    assert compare([specimen], {specimen.id: twice}, peer=True).doubled_once == 0
    assert compare([specimen], {specimen.id: once}, peer=True).pages_per_second == 2


def test_what_nobody_tried_keeps_no_floor() -> None:
    assert not Measure(Floor("title", "titles", least=0.99), 1.0, 0).holds


def test_a_floor_needs_one_bound(tmp_path: Path) -> None:
    file = tmp_path / "floors.yaml"
    file.write_text("title: {says: titles}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="title needs either least or most"):
        load_floors(file)


def test_floors_are_at_least_those_that_were_asked_for() -> None:
    asked = {
        "prose_f1": 0.99,
        "doubled_once": 1,
        "grid_slots": 0.999,
        "title": 0.99,
        "published": 0.99,
        "report_cells": 1,
    }
    floors = load_floors(FLOORS)
    assert all((floors[name].least or 0) >= bound for name, bound in asked.items())
    assert floors["singles_touched"].most == 0
    assert (floors["chrome_left"].most or 0) <= 0.5


@pytest.mark.parametrize("kept", [True, False])
def test_the_exit_code_tells_a_broken_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    floor = Floor("year", "years", least=0.0 if kept else 1.1)
    monkeypatch.setattr("benchmarks.quality.gate.load_floors", lambda: {"year": floor})
    code = gate_command.run(1, 3, False, tmp_path / "quality", Console(quiet=True))
    results = json.loads((tmp_path / "quality" / "results.json").read_text(encoding="utf-8"))
    assert code == (0 if kept else 1)
    assert (results["seed"], results["pages"], results["tools"]) == (1, 3, {})
    assert set(results["measures"]) == {"year"}


def test_a_page_of_the_gate_is_refined_alike_twice() -> None:
    specimen = draw_specimen(SEED, 4)
    one, other = refine_specimen(specimen), refine_specimen(specimen)
    assert (one.document, one.report) == (other.document, other.report)
