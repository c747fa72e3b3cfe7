"""The template: what all generations of the form print in one table, so that mixtures are read by their own labels."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from sys import intern

from pipelines.parse.form import Column, Table
from pipelines.parse.forms import load_forms
from pipelines.parse.labels import Lexicon, fold_label


@dataclass(frozen=True, slots=True)
class Template:
    """The union of one table over the forms: its lexicons, and which column may stand in which row."""

    id: str
    prefix: str
    rows: tuple[str, ...]  # in the order of the form
    row_labels: Lexicon
    column_labels: Lexicon
    columns: dict[str, Column]  # by identifier, in the order of the form
    legal: frozenset[tuple[str, str]]  # (row, column)
    row_columns: dict[str, tuple[tuple[str, ...], ...]]  # the columns of a row, in each form that has it
    order: tuple[str, ...]  # the identifiers of all cells, in the order of the form
    variants: tuple[tuple[str, ...], ...]  # each form's own rows, for position
    printed: dict[str, str]  # folded official label of each row
    words: frozenset[str]  # folded labels of rows, groups, columns and corners that show that this table stands here
    header_words: frozenset[str]  # folded corners, groups and columns
    groups: frozenset[str]  # folded group labels

    def cell_id(self, row: str, column: str) -> str:
        """The public identifier of one cell; a list has no columns."""
        return f"{self.prefix}{row}.{column}" if column else f"{self.prefix}{row}"

    def find_row(self, text: str) -> str | None:
        """The row of a label, also of one with its group's label before it in the same cell."""
        core = fold_label(text)
        group = next((group for group in sorted(self.groups) if core.startswith(group) and core != group), "")
        own = core[len(group) :].lstrip("0123456789")
        return self.row_labels.find(core) or (self.row_labels.find(own) if group else None)


# Words that every other table prints as well; they never show which table stands here.
_COMMON = frozenset(("其他", "其它", "总计", "合计", "总数", "企业", "规章", "单位", "数量"))


@lru_cache(maxsize=8)
def load_template(name: str) -> Template:
    """The template of ``disclosure``, ``requests``, ``appeals`` or ``indicators``."""
    tables = [table for form in load_forms() if (table := form.find_table(name))]
    rows = _merge([row.id for row in table.rows] for table in tables)
    row_columns = {name: tuple(row.columns for t in tables for row in t.rows if row.id == name) for name in rows}
    columns = {column.id: column for table in tables for column in table.columns}
    headers = {fold_label(label) for table in tables for label in chain(table.corner, _column_labels(table))}
    groups = {fold_label(label) for table in tables for label in table.groups}
    row_words = {fold_label(label) for table in tables for row in table.rows for label in row.labels}
    return Template(
        id=name,
        prefix=tables[0].prefix,
        rows=rows,
        row_labels=_collect_row_labels(tables),
        column_labels=Lexicon((label, column.id) for t in tables for column in t.columns for label in column.labels),
        columns=columns,
        legal=frozenset((row.id, column) for table in tables for row in table.rows for column in row.columns),
        row_columns=row_columns,
        order=tuple(
            intern(f"{tables[0].prefix}{name}.{column}" if column else f"{tables[0].prefix}{name}")
            for name in rows
            for column in _merge(row_columns[name]) or ("",)
        ),
        variants=tuple(tuple(row.id for row in table.rows) for table in tables),
        printed={row.id: fold_label(row.labels[0]) for table in tables for row in table.rows},
        words=frozenset((headers | groups | row_words) - _COMMON),
        header_words=frozenset((headers | groups) - _COMMON),
        groups=frozenset(groups - row_words),
    )


@lru_cache(maxsize=2048)
def name_cells(table: str, row: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The identifiers of a row's cells: the same strings for every report, which are looked up the faster for it."""
    template = load_template(table)
    return tuple(intern(template.cell_id(row, column)) for column in columns)


def _column_labels(table: Table) -> list[str]:
    return [label for column in table.columns for label in column.labels]


def _collect_row_labels(tables: list[Table]) -> Lexicon:
    """Row labels, without those that return in several groups of a list."""
    pairs = [(label, row) for table in tables for row in table.rows for label in row.labels]
    counts: dict[str, set[str]] = {}
    for label, row in pairs:
        counts.setdefault(fold_label(label), set()).add(row.id)
    return Lexicon((label, row.id) for label, row in pairs if len(counts[fold_label(label)]) == 1)


def _merge(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The names of several lists in one order: each list's own order is kept."""
    merged: list[str] = []
    for names in lists:
        at = 0
        for name in names:
            if name in merged:
                at = merged.index(name) + 1
            else:
                merged.insert(at, name)
                at += 1
    return tuple(merged)
