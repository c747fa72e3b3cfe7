"""Tables as grids: spans expanded and clamped as the HTML standard does it, each slot knowing its source cell.

HTML Living Standard 4.9.12 (forming a table), with two of its table model errors undone: a row in which no cell starts
adds nothing and is left out, and a span that overshoots the right edge which most rows have does not widen the grid.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from pipelines.clean.elements import Element, Hiding, cell_text
from pipelines.clean.paths import PathBook
from pipelines.document import Grid, Slot

MAX_COLSPAN, MAX_ROWSPAN = 1000, 65_534  # as HTML clamps them
MAX_SLOTS = 250_000
MAX_OPEN_SPANS = 2_000
_NUMBER = re.compile(r"\s*\+?(\d{1,9})")
_FLAT = re.compile(r"(?:^|[;\s])(?:height\s*:\s*0(?:px|pt)?\s*(?:;|$)|visibility\s*:\s*collapse)", re.IGNORECASE)
EMPTY = Slot("", "")


class GridTooLargeError(Exception):
    """A table of more slots than any reader could use."""


class Cell(NamedTuple):
    """One source cell: where it starts, how far it reaches (0 rows: to the end of its row group), what it says."""

    row: int
    column: int
    rows: int
    columns: int
    slot: Slot


class Row(NamedTuple):
    """One source row: its row group, and its cells as (colspan, rowspan, slot)."""

    group: int
    cells: tuple[tuple[int, int, Slot], ...]


def table_rows(table: Element) -> Iterator[tuple[int, Element]]:
    """The ``tr`` of a table that are its own, with the number of their row group; the foot comes last."""
    feet = []
    for number, child in enumerate(table, 1):
        if child.tag == "tr":
            yield 0, child
        elif child.tag in ("tbody", "thead", "form"):
            yield from ((number, row) for row in child if row.tag == "tr")
        elif child.tag == "tfoot":
            feet += [(number, row) for row in child if row.tag == "tr"]
    yield from feet


def read_rows(table: Element, paths: PathBook, hiding: Hiding) -> list[Row]:
    """The shown rows of an HTML table with their text; spacer rows that nobody sees are left out."""
    rows = []
    for group, row in table_rows(table):
        if hiding.hides(row):
            continue
        cells = tuple(_read_cell(cell, paths, hiding) for cell in row_cells(row) if not hiding.hides(cell))
        if not (_is_flat(row) and all(not slot.text for _, _, slot in cells)):
            rows.append(Row(group, cells))
    return rows


def row_cells(row: Element) -> Iterator[Element]:
    """The ``td`` and ``th`` of a row that are its own."""
    return (cell for cell in row if cell.tag in ("td", "th"))


def expand_rows(rows: list[Row]) -> Grid:
    """The grid of rows of cells with spans; rows of equal length. Raises ``GridTooLargeError``."""
    cells = list(_place(rows, _group_ends(rows)))
    columns = _used_columns(cells)
    kept_rows = sorted({cell.row for cell in cells})
    if len(columns) * len(kept_rows) > MAX_SLOTS:
        raise GridTooLargeError(f"{len(kept_rows)} rows of {len(columns)} columns")
    grid = [[EMPTY] * len(columns) for _ in kept_rows]
    dense = len(columns) == columns[-1] + 1 if columns else True
    places = {row: number for number, row in enumerate(kept_rows)}
    for row, column, rows_down, columns_across, slot in cells:
        last = column + columns_across
        left, right = (
            (column, min(last, len(columns))) if dense else (bisect_left(columns, column), bisect_left(columns, last))
        )
        top = places[row]
        for line in grid[top : top + 1 if rows_down == 1 else bisect_left(kept_rows, row + rows_down)]:
            for at in range(left, right):
                if line[at] is EMPTY:
                    line[at] = slot
    return tuple(tuple(row) for row in grid)


def _used_columns(cells: list[Cell]) -> list[int]:
    """The columns of the grid: all up to the last in which a cell starts, and those after it that most rows reach.

    A table so wide that its grid would be too large keeps only the columns in which a cell starts.
    """
    starts = sorted({cell.column for cell in cells})
    if not starts:
        return []
    ends = sorted(cell.column + cell.columns for cell in cells if cell.column + cell.columns > starts[-1])
    width = ends[(len(ends) - 1) // 2]
    rows = len({cell.row for cell in cells})
    return list(range(width)) if width * rows <= MAX_SLOTS else starts


def _place(rows: list[Row], ends: list[int]) -> Iterator[Cell]:
    """Each cell at the first free column of its row, below the cells that reach down into it."""
    open_spans: list[tuple[int, int, int]] = []  # first column, column after the last, row after the last
    for number, row in enumerate(rows):
        open_spans = [span for span in open_spans if span[2] > number]
        open_spans.sort(key=itemgetter(0))
        if len(open_spans) > MAX_OPEN_SPANS:
            raise GridTooLargeError(f"{len(open_spans)} cells reach into row {number + 1}")
        column, nearest, added = 0, 0, []
        for width, height, slot in row.cells:
            while nearest < len(open_spans) and open_spans[nearest][0] <= column:
                column = max(column, open_spans[nearest][1])
                nearest += 1
            end = ends[number] if height == 0 else min(number + height, ends[number])
            yield Cell(number, column, end - number, width, slot)
            if end > number + 1:
                added.append((column, column + width, end))
            column += width
        open_spans += added


def _group_ends(rows: list[Row]) -> list[int]:
    """For each row the number of the row after its group's last: no span leaves its row group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        ends[number] = ends[number + 1] if rows[number].group == rows[number + 1].group else number + 1
    return ends


def _read_cell(cell: Element, paths: PathBook, hiding: Hiding) -> tuple[int, int, Slot]:
    text, image = cell_text(cell, hiding)
    across, down = cell.get("colspan"), cell.get("rowspan")
    columns = (_span(across, 1, MAX_COLSPAN) or 1) if across else 1
    return columns, _span(down, 1, MAX_ROWSPAN) if down else 1, Slot(text, paths.path(cell), image)


def _span(value: str | None, default: int, most: int) -> int:
    match = _NUMBER.match(value) if value else None
    return min(int(match.group(1)), most) if match else default


def _is_flat(row: Element) -> bool:
    if (row.get("height") or "").strip() in ("0", "0px"):
        return True
    return any(_FLAT.search(item.get("style") or "") for item in (row, *row))
