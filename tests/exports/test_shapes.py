import csv
import io
import json

import pytest
from sqlalchemy import Connection

from pipelines.exports.bundles import read_bundles
from pipelines.exports.selection import STATES, Selection, count_reports
from pipelines.exports.shapes import make_shape
from pipelines.exports.writing import count_rows, export_text
from tests.exports.conftest import AGENCY, ODD, OTHER
from tests.store.making import FACTS

Rows = list[dict[str, str]]


def export(connection: Connection, shape: str, selection: Selection | None = None) -> Rows:
    bundles = read_bundles(connection, selection or Selection())
    text = "".join(export_text("csv", make_shape(shape), bundles))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_long_has_a_row_for_each_cell_with_its_report_and_proof(connection: Connection) -> None:
    rows = export(connection, "long")
    assert len(rows) == 4 * len({*FACTS, *ODD}) == count_rows(connection, "long", Selection())
    row = next(row for row in rows if row["report"] == f"{AGENCY}/2023" and row["cell"] == "disclosure.fees.amount")
    assert (row["value"], row["unit"], row["raw"]) == ("14.4", "10k_yuan", "14.4万元")
    assert row["label_en"] == "Administrative fees · amount"
    assert (row["region"], row["form"], row["published"]) == ("990000", "2021", "2024-01-18")
    assert row["record_id"] == "<urn:uuid:b>"
    assert row["proof"] == "/zh/captures/b/cells/disclosure.fees.amount"


def test_what_is_no_number_is_empty_and_zero_is_zero(connection: Connection) -> None:
    rows = {row["cell"]: row for row in export(connection, "long", Selection(agency=AGENCY, years=frozenset({2023})))}
    for cell, (raw, value, state, _, _) in ODD.items():
        assert (rows[cell]["raw"], rows[cell]["state"]) == (raw, state)
        assert (rows[cell]["value"] == "") == (value is None)
    assert rows["disclosure.normative.repealed"]["value"] == "0"


def test_a_broken_sum_marks_its_cells_and_no_others(connection: Connection) -> None:
    rows = export(connection, "long")
    marked = {(row["report"], row["cell"]) for row in rows if row["broken"] == "true"}
    assert marked == {(f"{AGENCY}/2023", f"requests.new.{column}") for column in ("total", "natural")}
    assert {row["broken_identities"] for row in rows if row["broken"] == "true"} == {"I3.new"}


def test_wide_has_a_row_for_each_report_and_a_column_for_each_cell(connection: Connection) -> None:
    rows = export(connection, "wide")
    assert [row["report"] for row in rows] == [f"{a}/{y}" for a in (AGENCY, OTHER) for y in (2022, 2023)] or len(
        rows
    ) == 4
    row = next(row for row in rows if row["report"] == f"{AGENCY}/2023")
    for cell, value in FACTS.items():
        if cell in ODD:
            continue
        assert row[cell] == ("" if value is None else str(int(value)))
    assert (row["disclosure.fees.amount"], row["disclosure.fees.amount.unit"]) == ("14.4", "10k_yuan")
    assert (row["disclosure.rules.issued"], row["broken"], row["broken_identities"]) == ("", "1", "I3.new")
    assert "broken-identity" in row["findings"].split()


def test_json_lines_keep_types(connection: Connection) -> None:
    text = "".join(export_text("jsonl", make_shape("wide"), read_bundles(connection, Selection(agency=OTHER))))
    rows = [json.loads(line) for line in text.splitlines()]
    assert {(type(row["year"]), type(row["region"]), row["disclosure.rules.issued"]) for row in rows} == {
        (int, str, None)
    }


@pytest.mark.parametrize(
    ("selection", "reports"),
    [
        (Selection(words="应急"), {"a", "b"}),
        (Selection(words="%"), set()),
        (Selection(agency="应急"), set()),
        (Selection(province="11"), {"c", "d"}),
        (Selection(years=frozenset({2022})), {"a", "d"}),
        (Selection(form="2019"), set()),
        (Selection(finding="broken-identity"), {"b", "c"}),  # within a report, and between two years
        (Selection(state="broken"), {"b"}),
        (Selection(state="late", years=frozenset({2022})), {"d"}),
        (Selection(state="withdrawn"), set()),
    ],
)
def test_filters_leave_what_they_say(connection: Connection, selection: Selection, reports: set[str]) -> None:
    found = {bundle.head["record_id"][10:-1] for bundle in read_bundles(connection, selection)}
    assert found == reports
    assert count_reports(connection, selection) == len(reports)


def test_each_report_has_one_state(connection: Connection) -> None:
    counts = [count_reports(connection, Selection(state=state)) for state in STATES]
    assert sum(counts) == count_reports(connection, Selection())


def test_pages_join_without_a_gap_or_a_double(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = export(connection, "wide")
    monkeypatch.setattr("pipelines.exports.bundles._PAGE", 1)
    assert export(connection, "wide") == whole
