"""Identities (勾稽关系): the sums that a form promises, held against the cells as printed; nothing is repaired.

An identity holds, is broken, or is not evaluable: it is the last as soon as one operand is no number, or a row that the
form sums is not on the page.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipelines.parse.cells import to_number
from pipelines.parse.form import IdentityRule, Table
from pipelines.parse.forms import load_forms
from pipelines.parse.prose import StatedCheck
from pipelines.report import Cell, Check, Number, Result, Standing, Stated

Cells = Mapping[str, Cell]


def check_identities(cells: Cells, form: str | None) -> Iterator[Check]:
    """I1 to I6 as the form defines them, for the tables, columns and rows that the page has."""
    rules = next((known for known in load_forms() if known.name == form and known.identities), load_forms()[0])
    for rule in rules.identities:
        table = rules.find_table(rule.table)
        if table is not None:
            yield from _check_rule(rule, table, cells)


def _check_rule(rule: IdentityRule, table: Table, cells: Cells) -> Iterator[Check]:
    if rule.per == "column":
        left, right = (_swap_rows(side, rule, table, cells) for side in (rule.left, rule.right))
        for column in (column.id for column in table.columns):
            sides = tuple(tuple(table.cell_id(row, column) for row in side) for side in (left, right))
            yield from _check_present(f"{rule.id}.{column}", rule.standing, sides[0], sides[1], cells)
        return
    for row in [rule.row] if rule.row else _find_rows(table, cells):
        sides = tuple(tuple(table.cell_id(row, column) for column in side) for side in (rule.left, rule.right))
        identifier = rule.id if rule.row else f"{rule.id}.{row}"
        yield from _check_present(identifier, rule.standing, sides[0], sides[1], cells)


def _find_rows(table: Table, cells: Cells) -> list[str]:
    """The rows of the table on the page, whichever form they come from, in the order of the form, then of the page."""
    columns = {column.id for column in table.columns}
    seen = dict.fromkeys(
        row
        for identifier in cells
        if identifier.startswith(table.prefix)
        for row, _, column in [identifier.removeprefix(table.prefix).rpartition(".")]
        if column in columns
    )
    order = {row.id: place for place, row in enumerate(table.rows)}
    return sorted(seen, key=lambda row: order.get(row, len(order))) if not order.keys() >= seen.keys() else [*seen]


def _swap_rows(side: Sequence[str], rule: IdentityRule, table: Table, cells: Cells) -> tuple[str, ...]:
    """The rows of a side, where a form's one row may be printed as several, or several as one."""

    def is_there(row: str) -> bool:
        return any(table.cell_id(row, column.id) in cells for column in table.columns)

    rows = list(side)
    for whole, parts in rule.instead:
        if whole not in rows and not any(part in rows for part in parts):
            continue
        others = [row for row in rows if row != whole and row not in parts]
        rows = [*others, whole] if is_there(whole) and not any(map(is_there, parts)) else [*others, *parts]
    return tuple(rows)


def _check_present(
    identifier: str, standing: Standing, left: Sequence[str], right: Sequence[str], cells: Cells
) -> Iterator[Check]:
    """The identity, unless none of its operands is on the page."""
    if any(operand in cells for operand in (*left, *right)):
        sums = add_cells(left, cells), add_cells(right, cells)
        present = tuple(operand for operand in (*left, *right) if operand in cells)
        yield Check(identifier, standing, compare(*sums), *sums, present)


def compare(left: Number | None, right: Number | None) -> Result:
    """Whether two sides are equal; a side that cannot be summed makes it not evaluable."""
    if left is None or right is None:
        return "not evaluable"
    return "holds" if left == right else "broken"


def add_cells(operands: Sequence[str], cells: Cells) -> Number | None:
    """The exact sum of cells; ``None`` where one is missing or no number."""
    values = [cell.value for operand in operands if (cell := cells.get(operand)) is not None]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(operands):
        return None
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    return to_number(sum((Decimal(str(number)) for number in numbers), Decimal(0)))


def check_stated(stated: Sequence[Stated], checks: Sequence[StatedCheck], cells: Cells) -> Iterator[Check]:
    """I9: figures of the prose against the table; where the prose says several, one that differs breaks it."""
    for check in checks:
        figures = [figure.value for figure in stated if figure.id == check.id]
        if figures and any(operand in cells for operand in check.cells):
            right = add_cells(check.cells, cells)
            left = next((figure for figure in figures if figure != right), figures[0])
            present = tuple(operand for operand in check.cells if operand in cells)
            yield Check(f"I9.{check.id}", "weak", compare(left, right), left, right, present)
