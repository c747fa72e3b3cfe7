"""What the identities of the form say about printed cells: computed here a second time, apart from the pipelines.

Source of the sums: the note printed in the form's request table (I1) and the meaning of its totals (I2 to I6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from demo.form import APPLICANTS, COLUMNS, OUTCOMES, RESULTS, REVIEW_TABLES, request_rows
from demo.printing import Cell

Result = Literal["holds", "broken", "not evaluable"]


@dataclass(frozen=True, slots=True)
class Sum:
    """One identity: ``total`` is the side that is one printed total (for I1, what came in), ``parts`` the other."""

    id: str
    result: Result
    total: int | float | None
    parts: int | float | None


def find_sums(form: str, cells: Sequence[Cell]) -> tuple[Sum, ...]:
    """I1 to I6 of one report, in the order of their ids' numbers; none for a narrative report."""
    if form == "narrative":
        return ()
    printed = {cell.id: cell for cell in cells}
    sums = [
        _add_up(printed, f"I1.{column}", [f"requests.{row}.{column}" for row in ("new", "carried_in")],
                [f"requests.{row}.{column}" for row in ("handled_total", "carried_out")])
        for column in COLUMNS
    ]  # fmt: skip
    sums += [
        _add_up(printed, f"I2.{column}", [f"requests.handled_total.{column}"],
                [f"requests.{row.id}.{column}" for row in OUTCOMES[form]])
        for column in COLUMNS
    ]  # fmt: skip
    sums += [
        _add_up(printed, f"I3.{row.id}", [f"requests.{row.id}.total"],
                [f"requests.{row.id}.{who}" for who in APPLICANTS])
        for row in request_rows(form)
    ]  # fmt: skip
    sums += [
        _add_up(printed, f"I{number}", [f"{table}.total"], [f"{table}.{result}" for result in RESULTS])
        for number, table in enumerate(REVIEW_TABLES, start=4)
    ]
    return tuple(filter(None, sums))


def _add_up(printed: Mapping[str, Cell], name: str, total: Sequence[str], parts: Sequence[str]) -> Sum | None:
    """A blank, a dash, text or nothing at all among the operands: not evaluable; ``None`` where none is there."""
    if printed.keys().isdisjoint((*total, *parts)):
        return None
    values = [printed[cell].value if cell in printed else None for cell in (*total, *parts)]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        return Sum(name, "not evaluable", None, None)
    left, right = sum(numbers[: len(total)]), sum(numbers[len(total) :])
    return Sum(name, "holds" if left == right else "broken", left, right)
