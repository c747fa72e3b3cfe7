"""Identities (勾稽关系) between two years of one agency: I7, what was carried over, and I8, the acts in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from pipelines.parse.cells import to_number
from pipelines.parse.identities import compare
from pipelines.parse.template import load_template
from pipelines.report import Number, Standing
from pipelines.store.facts import Facts

_ACTS = ("rules", "normative")


@dataclass(frozen=True, slots=True)
class Rolled:
    """One identity between a report and the one of the year before; ``cells`` are pairs of record and cell."""

    id: str
    standing: Standing
    result: str
    left: Number | None
    right: Number | None
    cells: tuple[tuple[str, str], ...]
    reason: str | None  # why it is not evaluable


@dataclass(frozen=True, slots=True)
class Year:
    """One report's numbers and the capture that prints them."""

    record_id: str
    facts: Facts


Term = tuple[int, Year | None, str]  # sign, where, cell id


def find_needed() -> tuple[str, ...]:
    """The cells that these identities are made of."""
    columns = load_template("requests").columns
    carried = (f"requests.{row}.{column}" for row in ("carried_in", "carried_out") for column in columns)
    acts = (f"disclosure.{act}.{column}" for act in _ACTS for column in ("in_force", "issued", "repealed"))
    return tuple(chain(carried, acts))


def check_years(year: Year, before: Year | None) -> Iterator[Rolled]:
    """I7 for each column that the report prints, I8 for each kind of act; ``before`` is the report of the year before.

    I7: ``carried_in`` = the year before's ``carried_out``; it breaks when agencies merge. I8: ``in_force`` = the year
    before's + ``issued`` − ``repealed``; weak, because acts also lapse.
    """
    for column in load_template("requests").columns:
        left, right = f"requests.carried_in.{column}", f"requests.carried_out.{column}"
        yield from _check(f"I7.{column}", "implied", year, left, [(1, before, right)])
    for act in _ACTS:
        stem = f"disclosure.{act}"
        terms: list[Term] = [
            (1, before, f"{stem}.in_force"),
            (1, year, f"{stem}.issued"),
            (-1, year, f"{stem}.repealed"),
        ]
        yield from _check(f"I8.{act}", "weak", year, f"{stem}.in_force", terms)


def _check(identifier: str, standing: Standing, year: Year, left: str, right: Sequence[Term]) -> Iterator[Rolled]:
    if left not in year.facts:
        return
    sums = _add([(1, year, left)]), _add(right)
    result = compare(*sums)
    present = tuple(
        (where.record_id, cell)
        for _, where, cell in ((1, year, left), *right)
        if where is not None and cell in where.facts
    )
    reason = None if result != "not evaluable" else _find_reason(right)
    yield Rolled(identifier, standing, result, *sums, present, reason)


def _add(terms: Sequence[Term]) -> Number | None:
    """The exact signed sum; ``None`` where an operand is missing or no number."""
    total = Decimal(0)
    for sign, where, cell in terms:
        value = where.facts.get(cell) if where is not None else None
        if value is None:
            return None
        total += sign * Decimal(str(value))
    return to_number(total)


def _find_reason(right: Sequence[Term]) -> str:
    if any(where is None for _, where, _ in right):
        return "no report of the year before"
    missing = any(where is not None and cell not in where.facts for _, where, cell in right)
    return "a cell that its form does not print" if missing else "a cell without a number"
