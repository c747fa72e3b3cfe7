"""An identity as a sum that a reader can follow: its operands with their numbers, those that are zero left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.feeds import Line
from web.tables import find_form, name_cells, show_cell

_BETWEEN = " · "  # the parts of a cell's name


@dataclass(frozen=True, slots=True)
class Term:
    """One operand. ``label`` is what tells it from the others: its row, or its column."""

    id: str
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class Sum:
    """An identity with its sides; ``zeros``: operands that are left out. A stated figure has no cell on the left."""

    check: Mapping[str, Any]
    left: Sequence[Term]
    right: Sequence[Term]
    zeros: int


def make_sums(line: Line, checks: Iterable[Mapping[str, Any]], keep: str | None = None) -> list[Sum]:
    """The sums of a report's line; ``keep`` is an operand that is shown even where it is zero."""
    names, values = name_cells(line["form"]), {cell["id"]: cell for cell in line["cells"]}
    return [_make_sum(check, line["form"], names, values, keep) for check in checks]


def _make_sum(
    check: Mapping[str, Any],
    form: str | None,
    names: Mapping[str, str],
    values: Mapping[str, Mapping[str, Any]],
    keep: str | None,
) -> Sum:
    cells: list[str] = check["cells"]
    border, is_column = _read_rule(form, check["id"])
    shown = {cell for cell in cells if cell == keep or _counts(values.get(cell))}
    shown |= {*cells[:border]}

    def terms(some: Sequence[str]) -> Iterator[Term]:
        for cell in some:
            if cell in shown:
                found = values.get(cell)
                yield Term(cell, _shorten(names.get(cell, cell), is_column), show_cell(found) if found else "")

    return Sum(check, list(terms(cells[:border])), list(terms(cells[border:])), len(cells) - len(shown))


def _read_rule(form: str | None, check: str) -> tuple[int, bool]:
    """How many operands stand on the left, and whether they are rows of one column."""
    known = find_form(form)
    rule = next((rule for rule in known.identities if rule.id == check.partition(".")[0]), None) if known else None
    return (len(rule.left), rule.per == "column") if rule else (0, True)


def _counts(cell: Mapping[str, Any] | None) -> bool:
    return cell is not None and (cell["state"] != "number" or cell["value"] != 0)


def _shorten(name: str, is_column: bool) -> str:
    parts = name.split(_BETWEEN)
    return parts[-2] if is_column and len(parts) > 1 else parts[-1]
