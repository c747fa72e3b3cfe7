"""The ruled tables of a page as grids, and those that a page break cuts, put together again."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pipelines.clean.elements import join_lines
from pipelines.clean.files.lines import group_lines, is_inside, line_text, make_path
from pipelines.clean.files.rules import SNAP, Box, Rule, find_tables
from pipelines.clean.joins import has_own_labels, is_figure
from pipelines.document import Grid, Slot

T = TypeVar("T")

IMAGE = "\ufffc"  # stands among the characters for an image; a cell that holds nothing else is no blank
_FEWEST_RULES = 4
_PAGE_HEIGHT = 20_000.0  # far more than any page, so that boxes of two pages never meet


@dataclass(frozen=True, slots=True)
class RuledCell:
    """One cell: its box, in the coordinates of a roll of all pages, and its slot."""

    box: Box
    slot: Slot

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
        for y in _edges([end for end, _ in ends]):
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
    lefts = _edges([cell.box[0] for cell in cells])
    tops = _edges([cell.box[1] for cell in cells])
    grid: list[list[Slot]] = [[Slot("", "")] * len(lefts) for _ in tops]
    for cell in cells:
        columns = [number for number, edge in enumerate(lefts) if cell.box[0] - SNAP <= edge < cell.box[2] - SNAP]
        rows = [number for number, edge in enumerate(tops) if cell.box[1] - SNAP <= edge < cell.box[3] - SNAP]
        for row in rows:
            for column in columns:
                if not grid[row][column].path:
                    grid[row][column] = cell.slot
    return tuple(tuple(row) for row in grid)


def join_pages(items: Sequence[T]) -> Iterator[T | Ruled]:
    """The same items, a table at the top of a page joined to the one at the bottom of the page before it."""
    pending: Ruled | None = None
    for item in items:
        joined = _join(pending, item) if pending and isinstance(item, Ruled) else None
        if joined is not None:
            pending = joined
            continue
        if pending:
            yield pending
        pending = item if isinstance(item, Ruled) else None
        if pending is None:
            yield item
    if pending:
        yield pending


def _join(first: Ruled, second: Ruled) -> Ruled | None:
    """Both as one table, or ``None`` where the second does not go on with the first."""
    if second.page != first.page + first.pages:
        return None
    one, two = ([cell.box for cell in table.cells] for table in (first, second))
    ends = [(min(box[0] for box in boxes), max(box[2] for box in boxes)) for boxes in (one, two)]
    if any(abs(a - b) > 2 * SNAP for a, b in zip(*ends, strict=True)):
        return None
    lefts = [_edges([box[0] for box in boxes]) for boxes in (one, two)]
    fewer, more = sorted(lefts, key=len)
    if any(all(abs(edge - other) > SNAP for other in more) for edge in fewer) or not has_own_labels(
        first.grid, second.grid
    ):
        return None
    shift = first.pages * _PAGE_HEIGHT
    moved = [
        replace(cell, box=(cell.box[0], cell.box[1] + shift, cell.box[2], cell.box[3] + shift)) for cell in second.cells
    ]
    return replace(first, cells=(*first.cells, *_fill_groups(first, moved)), pages=first.pages + 1)


def _fill_groups(first: Ruled, moved: Sequence[RuledCell]) -> Iterator[RuledCell]:
    """The cells of the second piece; an empty one in its top row, before a label, goes on with the group above it."""
    top = min(cell.box[1] for cell in moved)
    bottom = max(cell.box[3] for cell in first.cells)
    heads = [cell for cell in moved if cell.box[1] - top <= SNAP]
    labels = [cell.box[0] for cell in heads if cell.slot.text and not is_figure(cell.slot.text)]
    for cell in moved:
        group = next((other for other in first.cells if bottom - other.box[3] <= SNAP and _is_above(other, cell)), None)
        if (
            cell in heads
            and group
            and not cell.slot.text
            and any(cell.box[0] < x for x in labels)
            and not is_figure(group.slot.text)
        ):
            yield replace(cell, slot=group.slot)
        else:
            yield cell


def _is_above(upper: RuledCell, lower: RuledCell) -> bool:
    return abs(upper.box[0] - lower.box[0]) <= SNAP and abs(upper.box[2] - lower.box[2]) <= SNAP


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SNAP:
            edges.append(value)
    return edges


def _middle(char: dict[str, Any]) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _read_cell(page: int, box: Box, near: Sequence[dict[str, Any]]) -> RuledCell:
    inside = [char for char in near if is_inside(char, box)]
    text = join_lines([line_text(row) for row in group_lines([char for char in inside if char["text"] != IMAGE])])
    return RuledCell(box, Slot(text, make_path(page, box), image=bool(inside) and not text))
