"""Ruled lines of a page, and the cells and tables that they enclose.

Lines that lie together are one; where an upright and a level line meet, there is a corner; the smallest rectangle that
goes right and down from a corner along drawn lines is a cell; cells that share a corner are one table.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Box = tuple[float, float, float, float]  # x0, top, x1, bottom, in points from the upper left corner
Point = tuple[float, float]

SNAP = 3.0  # points within which two lines are one
_REACH = 5.0  # points by which a line may miss the one that it meets
MAX_CORNERS = 40_000  # of one page; a drawing has more than any table


class Rule(NamedTuple):
    """One drawn line: upright at an x, or level at a y, from ``start`` to ``end``."""

    upright: bool
    at: float
    start: float
    end: float


class _Corner(NamedTuple):
    """The lines that meet at a point, by their numbers."""

    uprights: frozenset[int]
    levels: frozenset[int]


def merge_rules(rules: Iterable[Rule]) -> list[Rule]:
    """The lines with those that lie together as one, at the middle of where they were drawn; specks left out."""
    merged: list[Rule] = []
    for upright in (True, False):
        same = sorted(rule for rule in rules if rule.upright is upright)
        group: list[Rule] = []
        for rule in same:
            if group and rule.at - group[-1].at > SNAP:
                merged += _join(group)
                group = []
            group.append(rule)
        merged += _join(group)
    return [rule for rule in merged if rule.end - rule.start >= SNAP]


def _join(group: Sequence[Rule]) -> list[Rule]:
    joined: list[Rule] = []
    at = sum(rule.at for rule in group) / len(group) if group else 0.0
    for rule in sorted(group, key=lambda rule: (rule.start, rule.end)):
        if joined and rule.start <= joined[-1].end + SNAP:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, rule.end))
        else:
            joined.append(rule._replace(at=at))
    return joined


def find_tables(rules: Iterable[Rule]) -> list[list[Box]]:
    """The cells of each table on a page, tables from top to bottom; none where lines are so many that they draw."""
    corners = _find_corners(merge_rules(rules))
    return _group(_find_cells(corners)) if corners else []


def _find_corners(rules: Sequence[Rule]) -> dict[Point, _Corner]:
    uprights = [rule for rule in rules if rule.upright]
    levels = sorted((rule for rule in rules if not rule.upright), key=lambda rule: rule.at)
    heights = [rule.at for rule in levels]
    found: dict[Point, tuple[set[int], set[int]]] = {}
    met = 0
    for number, line in enumerate(uprights):
        first, last = bisect_left(heights, line.start - _REACH), bisect_right(heights, line.end + _REACH)
        met += last - first
        if met > 10 * MAX_CORNERS or len(found) > MAX_CORNERS:
            return {}
        for other in range(first, last):
            level = levels[other]
            if level.start - _REACH <= line.at <= level.end + _REACH:
                lines = found.setdefault((line.at, level.at), (set(), set()))
                lines[0].add(number)
                lines[1].add(other)
    return {point: _Corner(frozenset(lines[0]), frozenset(lines[1])) for point, lines in found.items()}


def _find_cells(corners: dict[Point, _Corner]) -> list[Box]:
    columns: dict[float, list[float]] = {}
    rows: dict[float, list[float]] = {}
    for x, y in sorted(corners):
        columns.setdefault(x, []).append(y)
        rows.setdefault(y, []).append(x)
    cells = []
    for x, y in sorted(corners):
        here = corners[x, y]
        right = _reached(rows[y], x, here.levels, [corners[other, y].levels for other in _after(rows[y], x)])
        for below in _reached(columns[x], y, here.uprights, [corners[x, o].uprights for o in _after(columns[x], y)]):
            x1 = next((x1 for x1 in right if _closes(corners, x, below, x1, y)), None)
            if x1 is not None:
                cells.append((x, y, x1, below))
                break
    return cells


def _after(places: Sequence[float], at: float) -> Sequence[float]:
    return places[bisect_right(places, at) : bisect_right(places, at) + _FARTHEST]


def _reached(
    places: Sequence[float], at: float, lines: frozenset[int], others: Sequence[frozenset[int]]
) -> list[float]:
    """The places after one that the same line leads to."""
    reached = []
    for place, other in zip(_after(places, at), others, strict=True):
        if not lines & other:
            break  # a line is one piece: what it does not reach here, it does not reach farther on
        reached.append(place)
    return reached


def _closes(corners: dict[Point, _Corner], x0: float, bottom: float, x1: float, top: float) -> bool:
    """Whether the corner opposite is there, and lines lead to it from both sides."""
    opposite = corners.get((x1, bottom))
    if opposite is None:
        return False
    beside, below = corners[x1, top], corners[x0, bottom]
    return bool(opposite.uprights & beside.uprights) and bool(opposite.levels & below.levels)


def _group(cells: Sequence[Box]) -> list[list[Box]]:
    """Cells by table; a single cell is a frame and no table."""
    owner: dict[Point, int] = {}
    roots = list(range(len(cells)))

    def find(number: int) -> int:
        while roots[number] != number:
            roots[number] = roots[roots[number]]
            number = roots[number]
        return number

    for number, (x0, y0, x1, y1) in enumerate(cells):
        for corner in ((x0, y0), (x0, y1), (x1, y0), (x1, y1)):
            roots[find(number)] = find(owner.setdefault(corner, number))
    groups: dict[int, list[Box]] = {}
    for number, cell in enumerate(cells):
        groups.setdefault(find(number), []).append(cell)
    tables = [group for group in groups.values() if len(group) > 1]
    return sorted(tables, key=lambda group: (min(cell[1] for cell in group), min(cell[0] for cell in group)))


_FARTHEST = 400  # corners along one line within which a cell ends
