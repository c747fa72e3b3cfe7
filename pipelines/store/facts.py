"""The numbers of two reports held against each other: how many agree, which differ."""

from collections.abc import Mapping
from dataclasses import dataclass

Facts = Mapping[str, float | None]  # cell id → value; None where the cell prints none

_ENOUGH = 8  # numbers that both have, below which their agreement says nothing
_TELLING = 3  # of which so many are not zero: all-zero reports agree with each other


@dataclass(frozen=True, slots=True)
class Change:
    """One cell whose value differs; ``None`` where one of the two has no number there."""

    cell: str
    before: float | None
    after: float | None


def find_changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """The cells whose values differ, also those that only one of the two has a number in; in the order of the form."""
    ids = [*before, *(cell for cell in after if cell not in before)]
    pairs = ((cell, before.get(cell), after.get(cell)) for cell in ids)
    return tuple(Change(cell, one, two) for cell, one, two in pairs if one != two)


def find_conflicts(one: Facts, other: Facts) -> tuple[Change, ...]:
    """The cells in which both have a number, and not the same."""
    return tuple(item for item in find_changes(one, other) if item.before is not None and item.after is not None)


def is_same_table(one: Facts, other: Facts) -> bool:
    """Whether two captures print the same numbers: enough in both, none in conflict, and not just zeros."""
    shared = [value for cell, value in one.items() if value is not None and other.get(cell) is not None]
    return len(shared) >= _ENOUGH and sum(map(bool, shared)) >= _TELLING and not find_conflicts(one, other)
