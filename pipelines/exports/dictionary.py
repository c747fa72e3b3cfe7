"""The data dictionary: the columns of every exported table, and every cell that a form has, in Chinese and English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.parse.form import Form, Row, Table
from pipelines.parse.forms import load_forms

_FOLDER = Path(__file__).parent
_PLACES = _FOLDER.parent / "clean" / "regions.yaml"
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Field:
    """A column. ``type`` is one of Table Schema: string, integer, number, boolean, date, datetime."""

    name: str
    type: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of the official tables. ``forms``: those that have it, the newest first, whose words the labels are."""

    id: str
    table: str
    row: str
    column: str | None
    forms: tuple[str, ...]
    zh: str
    en: str
    unit: str  # item or money


@lru_cache(maxsize=1)
def load_fields() -> Mapping[str, tuple[Field, ...]]:
    """The columns of each table of ``fields.yaml``, in order."""
    tables: dict[str, dict[str, list[str]]] = _load("fields.yaml")
    return {name: tuple(Field(key, *row) for key, row in columns.items()) for name, columns in tables.items()}


@lru_cache(maxsize=1)
def load_cells() -> Mapping[str, FormCell]:
    """Every cell of every form by its identifier: in the order of the newest form, then what older ones add."""
    found: dict[str, FormCell] = {}
    for form in load_forms():
        for cell in _list_cells(form):
            known = found.get(cell.id)
            found[cell.id] = cell if known is None else _join(known, cell)
    return found


@lru_cache(maxsize=1)
def load_labels() -> Mapping[str, Any]:
    """``tables``, ``columns`` and ``rows`` in English, by their identifiers."""
    labels: dict[str, Any] = _load("labels.yaml")
    return labels


@lru_cache(maxsize=1)
def load_provinces() -> Mapping[str, str]:
    """Names of provinces by the first two digits of their code."""
    with _PLACES.open(encoding="utf-8") as file:
        return {code[:2]: name for code, name in yaml.safe_load(file)["provinces"].items()}


def _load(name: str) -> dict[str, Any]:
    with (_FOLDER / name).open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.safe_load(file)
        return loaded


def _list_cells(form: Form) -> Iterator[FormCell]:
    for table in form.tables:
        for row in table.rows:
            for column in row.columns or (None,):
                id_ = table.cell_id(row.id, column)
                unit = next((known.unit for known in table.columns if known.id == column), row.unit)
                zh = _label(table, row, column)
                yield FormCell(id_, table.id, row.id, column, (form.name,), zh, _translate(table, row, column), unit)


def _join(known: FormCell, other: FormCell) -> FormCell:
    forms = (*known.forms, *other.forms)
    return FormCell(known.id, known.table, known.row, known.column, forms, known.zh, known.en, known.unit)


def _label(table: Table, row: Row, column: str | None) -> str:
    head = next((known.labels[0] for known in table.columns if known.id == column), "")
    return _BETWEEN.join(part for part in (row.group or "", row.labels[0], head) if part)


def _translate(table: Table, row: Row, column: str | None) -> str:
    labels = load_labels()
    own: str = labels["rows"][table.id][row.id]
    return f"{own}{_BETWEEN}{labels['columns'][table.id][column]}" if column else own
