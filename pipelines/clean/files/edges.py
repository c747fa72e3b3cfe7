"""Tables whose rows state the right edge of each cell (DOC, RTF) as grids: edges that lie together are one column.

Word writes a row as a list of edges in twips, each row for itself, so that edges drift by a few twips between rows.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.clean.grids import EMPTY, MAX_COLSPAN, MAX_SLOTS, GridTooLargeError
from pipelines.document import Grid, Slot

SNAP = 80  # twips, a seventh of a centimetre: narrower than any character that could stand in between


@dataclass(frozen=True, slots=True)
class EdgedCell:
    """One cell of a row from its left to its right edge; ``above`` where it goes on with the cell above it."""

    left: int
    right: int
    slot: Slot
    above: bool = False


def lay_out_rows(rows: Sequence[Sequence[EdgedCell]]) -> Grid:
    """The grid of rows of cells with edges; rows of equal length. Raises ``GridTooLargeError``."""
    lefts = _columns(cell.left for row in rows for cell in row)
    if len(lefts) > MAX_COLSPAN or len(lefts) * len(rows) > MAX_SLOTS:
        raise GridTooLargeError(f"{len(rows)} rows of {len(lefts)} columns")
    grid: list[tuple[Slot, ...]] = []
    for row in rows:
        line = [EMPTY] * len(lefts)
        for cell in row:
            first, last = (bisect_left(lefts, edge - SNAP) for edge in (cell.left, cell.right))
            slot = grid[-1][first] if cell.above and grid and first < len(lefts) else cell.slot
            for column in range(first, max(last, first + 1)):
                if column < len(line) and line[column] is EMPTY:
                    line[column] = slot
        grid.append(tuple(line))
    return tuple(grid)


def join_merged(cells: Sequence[tuple[EdgedCell, int]]) -> list[EdgedCell]:
    """A row's cells, those merged with the one before them taken into it.

    Each comes with its mark: 0 for none, else one value for the first of a run and another for those that follow it;
    which is which, programs do not agree on, but a run begins with its first.
    """
    joined: list[EdgedCell] = []
    first = 0
    for cell, mark in cells:
        if mark and first and mark != first and joined:
            before = joined[-1]
            joined[-1] = EdgedCell(before.left, cell.right, before.slot, before.above)
        else:
            joined.append(cell)
            first = mark
    return joined


def _columns(lefts: Iterable[int]) -> list[int]:
    columns: list[int] = []
    for edge in sorted(set(lefts)):
        if not columns or edge - columns[-1] > SNAP:
            columns.append(edge)
    return columns
