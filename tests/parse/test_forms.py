from pathlib import Path

import pytest

from pipelines.document import Block
from pipelines.parse.entries import FormError
from pipelines.parse.formfiles import load_form
from pipelines.parse.forms import FOLDER, NAMES, find_expected_form, find_form, load_forms
from tests.parse.printing import (
    disclosure_rows,
    fill_disclosure,
    fill_requests,
    flatten,
    make_block,
    paragraph,
    request_body,
    request_header,
    spans,
)


def change(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_forms_have_the_rows_of_their_notices() -> None:
    counts = {form.name: {table.id: len(table.rows) for table in form.tables} for form in load_forms()}
    assert counts["2021"] == {"disclosure": 6, "requests": 25, "appeals": 3}
    assert counts["2019"] == {"disclosure": 8, "requests": 23, "appeals": 3}
    assert [form.name for form in load_forms()] == list(NAMES)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("basis:", "bases:", r"changed.yaml:\d+: unknown key 'bases'"),
        ("layout: matrix", "layout: round", r"changed.yaml:\d+: layout 'round'"),
        ("id: denied.law", "id: denied.secret", r"changed.yaml:\d+: row 'denied.secret' stands twice"),
        ("left: [new, carried_in]", "left: [newest, carried_in]", r"changed.yaml:\d+: operands unknown .*newest"),
        ("columns: [decisions]", "columns: [decision]", r"changed.yaml:\d+: column 'decision' is described nowhere"),
        ("unit: money", "unit: gold", r"changed.yaml:\d+: unit 'gold'"),
        ("standing: official", "standing: usual", r"changed.yaml:\d+: standing 'usual'"),
        ("first: 2021", "first: soon", r"changed.yaml:\d+: first must be a whole number"),
        ("tables:\n", "tables:\n  - [\n", r"changed.yaml:\d+: "),
    ],
)
def test_inconsistent_form_file_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(FormError, match=said):
        load_form(change(tmp_path, "2021", old, new))


@pytest.mark.parametrize(
    ("year", "form"),
    [
        (2008, "narrative"),
        (2014, "2014"),
        (2018, "2014"),
        (2019, "2019"),
        (2020, "2019"),
        (2021, "2021"),
        (2030, "2021"),
    ],
)
def test_expected_form_of_a_year(year: int, form: str) -> None:
    assert find_expected_form(year) == form


def test_no_form_is_expected_without_a_year() -> None:
    assert find_expected_form(None) is None


@pytest.mark.parametrize("form", ["2021", "2019"])
def test_form_is_told_by_the_disclosure_table(form: str) -> None:
    rows = disclosure_rows(form, fill_disclosure(form))
    assert find_form([make_block(rows)]) == form
    assert find_form([paragraph(line) for line in flatten(rows)]) == form


def test_disclosure_table_decides_in_a_mixture() -> None:
    first = make_block(disclosure_rows("2019", fill_disclosure("2019")))
    second = make_block(request_header() + request_body("2021", fill_requests("2021")), 2)
    assert find_form([first, second]) == "2019"


def test_requests_table_decides_where_no_disclosure_table_is() -> None:
    for form in ("2021", "2019"):
        assert find_form([make_block(request_header() + request_body(form, fill_requests(form)))]) == form


def test_label_split_over_two_lines_tells_the_form() -> None:
    lines = ["信息内容", "本年制发", "件数", "本年废止", "件数", "现行有效", "件数", "规章", "0", "0", "0"]
    assert find_form([paragraph(line) for line in lines]) == "2021"


def test_list_of_indicators_tells_2014() -> None:
    lines = ["一、主动公开情况", "（一）主动公开规范性文件数 条 5", "三、依申请公开情况", "（一）收到申请数 件 9"]
    assert find_form([paragraph(line) for line in lines]) == "2014"


def test_prose_and_headings_that_mention_a_label_do_not_decide() -> None:
    blocks = [
        paragraph("本年制发件数为3件，现行有效件数为20件，规章为零。"),
        Block("heading", "/h2[1]", "（三）政府集中采购"),
        paragraph("政府集中采购"),
    ]
    assert find_form(blocks) == "narrative"


def test_row_of_a_budget_table_does_not_decide() -> None:
    assert find_form([make_block([spans(["支出", "金额"]), spans(["政府集中采购", "20"])])]) == "narrative"
