import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from pipelines.exports.datasette import make_datasette
from pipelines.exports.dictionary import load_cells, load_fields, load_labels
from pipelines.exports.shapes import list_long_fields, list_wide_fields
from pipelines.parse.forms import load_forms
from pipelines.store.tables import metadata
from tests.commands import PROJECT
from tests.store.making import Made, fill


def test_every_row_and_column_of_every_form_has_an_english_label_and_no_other() -> None:
    labels = load_labels()
    tables = [table for form in load_forms() for table in form.tables]
    assert {table.id for table in tables} == set(labels["tables"])
    for part in ("rows", "columns"):
        known = {(table.id, each.id) for table in tables for each in getattr(table, part)}
        assert known == {(table, key) for table, own in labels[part].items() for key in own}


def test_cells_are_those_of_the_forms_each_once_in_the_order_of_the_newest() -> None:
    ids = [t.cell_id(r.id, c) for f in load_forms() for t in f.tables for r in t.rows for c in r.columns or (None,)]
    assert list(load_cells()) == list(dict.fromkeys(ids))


def test_a_cell_that_two_forms_share_bears_the_words_of_the_newer() -> None:
    cell = load_cells()["disclosure.licence.decisions"]
    assert cell.forms == ("2021", "2019")
    assert cell.zh.endswith("行政许可 · 本年处理决定数量")
    assert cell.en == "Administrative licences · decisions this year"


def test_no_table_has_two_columns_of_one_name() -> None:
    tables = [*load_fields().values(), list_long_fields(), list_wide_fields()]
    assert all(len({field.name for field in fields}) == len(fields) for fields in tables)


def test_datasette_is_told_of_tables_and_columns_that_the_store_has() -> None:
    told = make_datasette("kaijuan")["databases"]["kaijuan"]["tables"]
    described = {name: about for name, about in told.items() if not about.get("hidden")}
    assert set(told) - {"grams_of_texts"} <= set(metadata.tables)
    file = yaml.safe_load((PROJECT / "pipelines/exports/datasette.yaml").read_text(encoding="utf-8"))
    for name, about in described.items():
        columns = {column.name for column in metadata.tables[name].columns}
        assert set(file["tables"][name]["columns"]) <= columns
        assert about["columns"]


@pytest.fixture(scope="module")
def questioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of four reports, two of them with a blank among their decisions."""
    path = tmp_path_factory.mktemp("datasette") / "kaijuan.db"
    numbers = ((40.0, 9.0, None), (10.0, 2.0, 0.0), (7.0, None, 1.0), (6.0, 1.0, 1.0))
    parts = ("review.total", "review.corrected", "review.pending")
    facts = [dict(zip(parts, row, strict=True)) for row in numbers]
    names = ("甲市司法局", "乙市司法局", "丙市司法局", "丁市司法局")
    fill(path, [Made(str(at), f"http://g.gov.cn/{at}", agency=names[at], facts=own) for at, own in enumerate(facts)])
    return path


def test_correction_is_counted_over_the_reports_that_give_all_of_it(questioned: Path) -> None:
    sql = make_datasette("kaijuan")["databases"]["kaijuan"]["queries"]["correction_rate"]["sql"]
    with closing(sqlite3.connect(questioned)) as store:
        store.row_factory = sqlite3.Row
        (row,) = map(dict, store.execute(sql))
    assert {key: row[key] for key in ("year", "reports", "corrected", "decided")} == {
        "year": 2023, "reports": 2, "corrected": 3, "decided": 15,
    }  # fmt: skip


def test_every_question_can_be_asked_of_a_store(questioned: Path) -> None:
    values = {"agency": "甲市司法局", "word": "年"}
    with closing(sqlite3.connect(questioned)) as store:
        for query in make_datasette("kaijuan")["databases"]["kaijuan"]["queries"].values():
            assert store.execute(query["sql"], values).description
