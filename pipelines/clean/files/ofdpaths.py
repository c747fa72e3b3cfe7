"""The straight lines of an OFD page's paths (GB/T 33190, 9.2): strokes, and fills too thin to be backgrounds."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pipelines.clean.files.rules import SNAP, Rule
from pipelines.clean.files.transforms import Transform, numbers

MAX_RULES = 60_000  # of one page
_COMMAND = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")
_LENGTHS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
_WHITE = 250  # of 255 in each channel
Point = tuple[float, float]


class PathReader:
    """Collects the rules of the paths that it reads."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def read(self, item: Any, place: Transform) -> None:
        """One path object, with the transform from its coordinates to the page's."""
        stroked = item.get("Stroke") != "false" and not _is_white(item, "StrokeColor")
        filled = item.get("Fill") == "true" and not _is_white(item, "FillColor")
        for child in item:
            if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == "AbbreviatedData":
                for line in _lines("".join(child.itertext())):
                    points = [place.point(*point) for point in line]
                    if stroked:
                        self.rules += filter(None, (_rule(*ends) for ends in pairwise(points)))
                    elif filled and (rule := _thin(points)) is not None:
                        self.rules.append(rule)
                    if len(self.rules) > MAX_RULES:
                        return


def _lines(text: str) -> Iterator[list[Point]]:
    """The runs of points of a path; curves count as their ends, which are far from level as a rule."""
    run: list[Point] = []
    for command, rest in _COMMAND.findall(text):
        if command == "C":
            if run:
                run.append(run[0])
            continue
        values = numbers(rest)
        length = _LENGTHS[command]
        for at in range(0, len(values) - length + 1, length):
            point = (values[at + length - 2], values[at + length - 1])
            if command != "L" and len(run) > 1:
                yield run
            run = [*run, point] if command == "L" else [point]
    if len(run) > 1:
        yield run


def _rule(first: Point, second: Point) -> Rule | None:
    across, down = sorted((first[0], second[0])), sorted((first[1], second[1]))
    if across[1] - across[0] <= SNAP <= down[1] - down[0]:
        return Rule(True, sum(across) / 2, down[0], down[1])
    if down[1] - down[0] <= SNAP <= across[1] - across[0]:
        return Rule(False, sum(down) / 2, across[0], across[1])
    return None


def _thin(points: list[Point]) -> Rule | None:
    """A filled shape as the line that it is drawn for, where it is one."""
    across, down = zip(*points, strict=True)
    return _rule((min(across), min(down)), (max(across), max(down)))


def _is_white(item: Any, name: str) -> bool:
    for child in item:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name:
            values = numbers(child.get("Value"))
            return child.get("Alpha") == "0" or (len(values) == 3 and min(values) >= _WHITE)
    return False
