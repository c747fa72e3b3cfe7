"""Figures: what of a report can be compared with other years and other agencies, as sums of its cells.

``figures.yaml`` says which cells, and in which forms of the report they count the same.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from pathlib import Path

import yaml

from pipelines.parse.cells import to_number
from pipelines.report import Number
from pipelines.store.facts import Facts

_FILE = Path(__file__).with_name("figures.yaml")

Alternatives = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def load_figures() -> Mapping[str, Alternatives]:
    """Each figure with the cells that it is the sum of; alternatives in their order."""
    return {name: tuple(map(tuple, cells)) for name, cells in _read("figures").items()}


@lru_cache(maxsize=1)
def load_wholes() -> Mapping[str, tuple[str, ...]]:
    """The figures that are shares of one whole, by its name; each figure is of one at most."""
    return {name: tuple(parts) for name, parts in _read("wholes").items()}


@lru_cache(maxsize=1)
def find_figure_cells() -> tuple[str, ...]:
    """The cells that the figures are made of."""
    return tuple(dict.fromkeys(chain.from_iterable(chain.from_iterable(load_figures().values()))))


def make_figures(facts: Facts) -> dict[str, Number | None]:
    """All figures of a report from its numbers; ``None`` where a cell of a sum is missing, blank or no number."""
    return {name: _add(cells, facts) for name, cells in load_figures().items()}


def _add(alternatives: Sequence[Sequence[str]], facts: Facts) -> Number | None:
    cells = next((some for some in alternatives if any(cell in facts for cell in some)), ())
    values = [facts.get(cell) for cell in cells]
    known = [Decimal(str(value)) for value in values if value is not None]
    return to_number(sum(known, Decimal(0))) if cells and len(known) == len(values) else None


def _read(part: str) -> dict[str, list[str]]:
    with _FILE.open(encoding="utf-8") as file:
        found: dict[str, list[str]] = yaml.safe_load(file)[part]
    return found
