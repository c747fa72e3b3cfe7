"""The ruled tables of a page as grids."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.clean.elements import join_lines
from pipelines.clean.files.lines import group_lines, is_inside, line_text, make_path
from pipelines.clean.files.rules import SNAP, Box, Rule, find_tables
from pipelines.document import Grid, Slot

IMAGE = "\ufffc"  # stands among the characters for an image; a cell that holds nothing else is no blank
_FEWEST_RULES = 4


@dataclass(frozen=True, slots=True)
class RuledCell:
    """One cell: its box, in the coordinates of a roll of all pages, and its slot."""

    box: Box
    slot: Slot
    full: bool = False  # its last line reaches to the right edge, so that the text may go on

    @property
    def is_filled(self) -> bool:
        """Whether it holds a text or an image."""
        return bool(self.slot.text or self.slot.image)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table; ``box`` is its place on its first page."""

    page: int
    box: Box
    cells: tuple[RuledCell, ...]
    pages: int = 1

    @property
    def path(self) -> str:
        """The proof path of the table."""
        return make_path(self.page, self.box)

    @property
    def grid(self) -> Grid:
        """The cells as rows of equal length, spans expanded."""
        return lay_out(self.cells)


def read_tables(page: int, characters: Sequence[dict[str, Any]], rules: Sequence[Rule]) -> list[Ruled]:
    """The tables of a page that are drawn with rules and have at least two columns of cells."""
    if len(rules) < _FEWEST_RULES:
        return []
    written = sorted((char for char in characters if char["text"].strip()), key=_middle)
    middles = [_middle(char) for char in written]
    tables = []
    for boxes in find_ruled(rules):
        cells = []
        for box in boxes:
            if box[2] - box[0] > SNAP and box[3] - box[1] > SNAP:
                near = written[bisect_left(middles, box[1]) : bisect_right(middles, box[3])]
                cells.append(_read_cell(page, box, near))
        grid = lay_out(cells)
        if (
            len(grid)
            and len(grid[0]) > 1
            and len(cells) > 2
            and any(cell.slot.text or cell.slot.image for cell in cells)
        ):
            sides = list(zip(*boxes, strict=True))
            tables.append(Ruled(page, (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])), tuple(cells)))
    return tables


def find_ruled(rules: Sequence[Rule]) -> list[list[Box]]:
    """The cells of each table, those too that a page break has left open."""
    return find_tables([*rules, *_missing_ends(rules)])


def _missing_ends(rules: Sequence[Rule]) -> list[Rule]:
    """Rules to close the tables that a page break has left open: where three uprights end together, and no rule is."""
    uprights = [rule for rule in rules if rule.upright]
    level = [rule for rule in rules if not rule.upright]
    missing = []
    for ends in ([(rule.start, rule.at) for rule in uprights], [(rule.end, rule.at) for rule in uprights]):
        for y in edges_of([end for end, _ in ends]):
            ending = [x for end, x in ends if 0 <= end - y <= SNAP]
            x0, x1 = min(ending), max(ending)
            drawn = _covered(
                (max(rule.start, x0), min(rule.end, x1))
                for rule in level
                if abs(rule.at - y) <= 2 * SNAP and rule.end > x0 and rule.start < x1
            )
            if len(ending) > 2 and drawn < x1 - x0 - 2 * SNAP:
                missing.append(Rule(False, y, x0, x1))
    return missing


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    """The length that spans cover together; each cell may have drawn its own border over its neighbour's."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def lay_out(cells: Sequence[RuledCell]) -> Grid:
    """The grid of cells by their edges; edges within three points are one."""
    if not cells:
        return ()
    lefts = edges_of([cell.box[0] for cell in cells])
    tops = edges_of([cell.box[1] for cell in cells])
    grid: list[list[Slot]] = [[Slot("", "")] * len(lefts) for _ in tops]
    for cell in cells:
        columns = [number for number, edge in enumerate(lefts) if cell.box[0] - SNAP <= edge < cell.box[2] - SNAP]
        rows = [number for number, edge in enumerate(tops) if cell.box[1] - SNAP <= edge < cell.box[3] - SNAP]
        for row in rows:
            for column in columns:
                if not grid[row][column].path:
                    grid[row][column] = cell.slot
    return tuple(tuple(row) for row in grid)


def edges_of(values: Iterable[float]) -> list[float]:
    """The places at which values lie, those within three points as one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SNAP:
            edges.append(value)
    return edges


def _middle(char: dict[str, Any]) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _read_cell(page: int, box: Box, near: Sequence[dict[str, Any]]) -> RuledCell:
    inside = [char for char in near if is_inside(char, box)]
    lines = group_lines([char for char in inside if char["text"] != IMAGE])
    text = join_lines([line_text(row) for row in lines])
    slot = Slot(text, make_path(page, box), image=bool(inside) and not text)
    return RuledCell(box, slot, bool(lines) and _reaches(lines[-1], box))


def _reaches(line: Sequence[dict[str, Any]], box: Box) -> bool:
    """Whether no further character would have found room beside the line, with the space that is at its left."""
    first, last = line[0], line[-1]
    return float(box[2] - last["x1"]) < max(0.0, float(first["x0"] - box[0])) + float(last["size"])
