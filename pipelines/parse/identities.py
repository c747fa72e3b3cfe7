"""Identities (勾稽关系): the sums that a form promises, held against the cells as printed; nothing is repaired.

An identity holds, is broken, or is not evaluable: it is the last as soon as one operand is no number, or a row that the
form sums is not on the page.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from sys import intern

from pipelines.parse.cells import to_number
from pipelines.parse.form import IdentityRule
from pipelines.parse.forms import load_forms
from pipelines.parse.prose import StatedCheck
from pipelines.parse.template import Template, load_template, name_cells
from pipelines.report import Cell, Check, Number, Result, Standing, Stated

Cells = Mapping[str, Cell]
Names = tuple[str, ...]
Sum = tuple[str, Names, Names]  # an identity's identifier and the cells of its two sides


def check_identities(cells: Cells, form: str | None) -> Iterator[Check]:
    """I1 to I6 as the form defines them, for the tables, columns and rows that the page has."""
    rules = next((known for known in load_forms() if known.name == form and known.identities), load_forms()[0])
    for rule in rules.identities:
        template = load_template(rule.table)
        if rule.per == "column":
            left, right = (_swap_rows(side, rule, template, cells) for side in (rule.left, rule.right))
            sums = _expand_columns(rule.table, rule.id, left, right)
        else:
            rows = (rule.row,) if rule.row else template.rows
            sums = _expand_rows(rule.table, rule.id, rows, rule.left, rule.right)
        checks = [_check_present(identifier, rule.standing, left, right, cells) for identifier, left, right in sums]
        yield from filter(None, checks)


@lru_cache(maxsize=64)
def _expand_columns(table: str, rule: str, left: Names, right: Names) -> tuple[Sum, ...]:
    """A rule over rows, once for each column: its identifier and the cells of its two sides."""
    template = load_template(table)
    return tuple(
        (
            f"{rule}.{column}",
            tuple(intern(template.cell_id(row, column)) for row in left),
            tuple(intern(template.cell_id(row, column)) for row in right),
        )
        for column in template.columns
    )


@lru_cache(maxsize=64)
def _expand_rows(table: str, rule: str, rows: Names, left: Names, right: Names) -> tuple[Sum, ...]:
    """A rule over columns, once for each row; the rule of a single row has no row in its identifier."""
    return tuple(
        (f"{rule}.{row}" if len(rows) > 1 else rule, name_cells(table, row, left), name_cells(table, row, right))
        for row in rows
    )


def _swap_rows(side: Names, rule: IdentityRule, template: Template, cells: Cells) -> Names:
    """The rows of a side, where a form's one row may be printed as several, or several as one."""

    def is_there(row: str) -> bool:
        return not cells.keys().isdisjoint(name_cells(template.id, row, tuple(template.columns)))

    rows = list(side)
    for whole, parts in rule.instead:
        if whole not in rows and not any(part in rows for part in parts):
            continue
        others = [row for row in rows if row != whole and row not in parts]
        rows = [*others, whole] if is_there(whole) and not any(map(is_there, parts)) else [*others, *parts]
    return tuple(rows)


def _check_present(identifier: str, standing: Standing, left: Names, right: Names, cells: Cells) -> Check | None:
    """The identity, unless none of its operands is on the page."""
    sums = add_cells(left, cells), add_cells(right, cells)
    present = left + right
    if None in sums:  # else each operand is there
        present = tuple([operand for operand in present if operand in cells])
    if not present:
        return None
    return Check(identifier, standing, compare(*sums), *sums, present)


def compare(left: Number | None, right: Number | None) -> Result:
    """Whether two sides are equal; a side that cannot be summed makes it not evaluable."""
    if left is None or right is None:
        return "not evaluable"
    return "holds" if left == right else "broken"


def add_cells(operands: Sequence[str], cells: Cells) -> Number | None:
    """The exact sum of cells; ``None`` where one is missing or no number."""
    try:
        total = sum([cells[operand].value for operand in operands])  # type: ignore[misc]  # None is what it raises for
    except (KeyError, TypeError):
        return None
    if isinstance(total, int):
        return total
    return to_number(sum((Decimal(str(cells[operand].value)) for operand in operands), Decimal(0)))


def check_stated(stated: Sequence[Stated], checks: Sequence[StatedCheck], cells: Cells) -> Iterator[Check]:
    """I9: figures of the prose against the table; where the prose says several, one that differs breaks it."""
    for check in checks:
        figures = [
            figure.value
            for figure in stated
            if figure.id == check.id and (not check.needs or any(word in figure.sentence for word in check.needs))
        ]
        if figures and any(operand in cells for operand in check.cells):
            right = add_cells(check.cells, cells)
            left = next((figure for figure in figures if figure != right), figures[0])
            present = tuple(operand for operand in check.cells if operand in cells)
            yield Check(f"I9.{check.id}", "weak", compare(left, right), left, right, present)
