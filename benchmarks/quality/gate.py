"""Measures of many pages, held against the floors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from benchmarks.quality.judging import Judgement

FLOORS = Path(__file__).with_name("floors.yaml")


@dataclass(frozen=True, slots=True)
class Floor:
    """One bound: ``least`` or ``most``, and what is measured in words."""

    name: str
    says: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its floor; ``tries`` is what it is a share of (0 for plain counts)."""

    floor: Floor
    value: float
    tries: float

    @property
    def holds(self) -> bool:
        """Whether the floor is kept; what nobody tried cannot keep one."""
        if self.floor.least is not None:
            return self.tries > 0 and self.value >= self.floor.least
        return self.floor.most is not None and self.value <= self.floor.most


@cache
def load_floors(path: Path = FLOORS) -> Mapping[str, Floor]:
    """The floors; raises ``TypeError`` for an unknown key, ``ValueError`` where a floor has no bound."""
    floors = {name: Floor(name, **row) for name, row in yaml.safe_load(path.read_text(encoding="utf-8")).items()}
    for floor in floors.values():
        if (floor.least is None) == (floor.most is None):
            raise ValueError(f"{path}: {floor.name} needs either least or most")
    return floors


def measure(judgements: Sequence[Judgement]) -> tuple[Measure, ...]:
    """One measure for each floor."""
    return tuple(_sum_up(floor, judgements) for floor in load_floors().values())


def _sum_up(floor: Floor, judgements: Iterable[Judgement]) -> Measure:
    found = [judgement.scores[floor.name] for judgement in judgements if floor.name in judgement.scores]
    total, tries = (sum(column) for column in zip(*found, strict=True)) if found else (0, 0)
    return Measure(floor, total / tries if tries else total, tries)
