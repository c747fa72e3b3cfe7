"""Tables as grids: spans expanded and clamped as the HTML standard does it, each slot knowing its source cell.

HTML Living Standard 4.9.12 (forming a table), with two of its table model errors undone: a row in which no cell starts
adds nothing and is left out, and a span that overshoots the right edge which most rows have does not widen the grid.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from pipelines.clean.elements import Element, Hiding, cell_text, fold_source
from pipelines.clean.paths import PathBook
from pipelines.document import Grid, Slot

MAX_COLSPAN, MAX_ROWSPAN = 1000, 65_534  # as HTML clamps them
MAX_SLOTS = 250_000
MAX_OPEN_SPANS = 2_000
MAX_LOOKS = 500_000  # at cells that reach into a row, all rows together
_NUMBER = re.compile(r"\s*\+?(\d{1,9})")
_SPANS = {str(number): number for number in range(1, 31)}  # which most spans are
_FLAT = re.compile(r"(?:^|[;\s])(?:height\s*:\s*0(?:px|pt)?\s*(?:;|$)|visibility\s*:\s*collapse)", re.IGNORECASE)
_CELLS = frozenset(("td", "th"))
EMPTY = Slot("", "")
_make_slot: Callable[[tuple[str, str, bool]], Slot] = partial(tuple.__new__, Slot)  # in half of the time of Slot(…)


class GridTooLargeError(Exception):
    """A table of more slots than any reader could use."""


# One source cell: its row and column, how many rows and columns it covers, what it says.
Cell = tuple[int, int, int, int, Slot]


class SourceRow(NamedTuple):
    """One row as elements: its row group, the ``tr``, its cells, and the tags of all that lies in it."""

    group: int
    row: Element
    cells: list[Element]
    tags: list[str]


class Row(NamedTuple):
    """One source row: its row group, and its cells as (colspan, rowspan, slot); ``plain`` where they are known as 1."""

    group: int
    cells: tuple[tuple[int, int, Slot], ...]
    plain: bool = False


def find_rows(table: Element) -> list[SourceRow]:
    """The ``tr`` of a table that are its own, each with its group and its ``td`` and ``th``; the foot comes last."""
    rows, feet = [], []
    for number, child in enumerate(table, 1):
        tag = child.tag
        if tag == "tr":
            rows.append(_find_cells(0, child))
        elif tag in ("tbody", "thead", "form"):
            rows += [_find_cells(number, row) for row in child if row.tag == "tr"]
        elif tag == "tfoot":
            feet += [_find_cells(number, row) for row in child if row.tag == "tr"]
    return rows + feet


def _find_cells(group: int, row: Element) -> SourceRow:
    cells = list(row)
    tags = [child.tag for child in cells]
    if not _CELLS.issuperset(tags):
        cells = [cell for cell, tag in zip(cells, tags, strict=True) if tag in _CELLS]
    return SourceRow(group, row, cells, tags)


def read_rows(source: Sequence[SourceRow], paths: PathBook, hiding: Hiding) -> list[Row]:
    """The shown rows of an HTML table with their text; spacer rows that nobody sees are left out."""
    rows = []
    for group, row, cells, tags in source:
        steps = paths.child_paths(row, tags)
        if hiding.elements:
            if row in hiding.elements:
                continue
            cells = [cell for cell in cells if cell not in hiding.elements]
        if len(steps) != len(cells):
            shown = set(cells)
            steps = [step for child, step in zip(row, steps, strict=True) if child in shown]
        read = _read_cells(cells, steps, hiding)
        if any(slot[0] for _, _, slot in read) or not _is_flat(row):
            spans = {(across, down) for across, down, _ in read}
            rows.append(Row(group, tuple(read), spans == {(1, 1)}))
    return rows


def _read_cells(cells: Sequence[Element], steps: Sequence[str], hiding: Hiding) -> list[tuple[int, int, Slot]]:
    read = []
    for cell, step in zip(cells, steps, strict=True):
        image = False
        if len(cell):
            text, image = cell_text(cell, hiding)
        else:
            text = cell.text or ""
            if not text.isalnum():
                text = fold_source(text)
        names = cell.keys()
        slot = _make_slot((text, step, image))
        if "colspan" in names or "rowspan" in names:
            read.append((*_read_spans(cell), slot))
        else:
            read.append((1, 1, slot))
    return read


def expand_rows(rows: Sequence[Row]) -> Grid:
    """The grid of rows of cells with spans; rows of equal length. Raises ``GridTooLargeError``.

    Where only the spans make it too large, each cell stands in one slot: what it says is kept, and the page with it.
    """
    try:
        return _expand(rows)
    except GridTooLargeError:
        single = [Row(row.group, tuple([(1, 1, slot) for _, _, slot in row.cells]), True) for row in rows]
        if single == list(rows):
            raise
        return _expand(single)


def _expand(rows: Sequence[Row]) -> Grid:
    cells = _place(rows, _group_ends(rows))
    kept_rows = [number for number, row in enumerate(rows) if row.cells]
    columns = _used_columns(cells, len(kept_rows))
    if len(columns) * len(kept_rows) > MAX_SLOTS:
        raise GridTooLargeError(f"{len(kept_rows)} rows of {len(columns)} columns")
    if not _is_dense(columns) or not _is_dense(kept_rows):
        cells = [_renumber(cell, kept_rows, columns) for cell in cells]
    grid = [[EMPTY] * len(columns) for _ in kept_rows]
    _fill(grid, cells, len(columns))
    return tuple(map(tuple, grid))


def _is_dense(numbers: Sequence[int]) -> bool:
    return not numbers or len(numbers) == numbers[-1] + 1


def _renumber(cell: Cell, rows: Sequence[int], columns: Sequence[int]) -> Cell:
    """A cell in a grid that has only some of the rows and columns."""
    row, column, down, across, slot = cell
    top, left = bisect_left(rows, row), bisect_left(columns, column)
    return top, left, bisect_left(rows, row + down) - top, bisect_left(columns, column + across) - left, slot


def _fill(grid: list[list[Slot]], cells: Sequence[Cell], width: int) -> None:
    """Each cell into the slots that it covers and no cell before it has taken. Raises ``GridTooLargeError``."""
    covered = 0
    for row, column, down, across, slot in cells:
        if down == across == 1:
            line = grid[row]
            if line[column] is EMPTY:
                line[column] = slot
            continue
        covered += min(down, len(grid) - row) * min(across, width - column)
        if covered > 2 * MAX_SLOTS:
            raise GridTooLargeError("cells that lie over each other")
        for line in grid[row : row + down]:
            for at in range(column, min(column + across, width)):
                if line[at] is EMPTY:
                    line[at] = slot


def _used_columns(cells: Sequence[Cell], rows: int) -> list[int]:
    """The columns of the grid: all up to the last in which a cell starts, and those after it that most rows reach.

    A table so wide that its grid would be too large keeps only the columns in which a cell starts.
    """
    if not cells:
        return []
    last = max(map(itemgetter(1), cells))
    ends = sorted([column + width for _, column, _, width, _ in cells if column + width > last])
    width = ends[(len(ends) - 1) // 2]
    return list(range(width)) if width * rows <= MAX_SLOTS else sorted({column for _, column, _, _, _ in cells})


def _place(rows: Sequence[Row], ends: Sequence[int]) -> list[Cell]:
    """Each cell at the first free column of its row, below the cells that reach down into it."""
    cells: list[Cell] = []
    open_spans: list[tuple[int, int, int]] = []  # first column, column after the last, row after the last
    looks = 0
    for number, row in enumerate(rows):
        if open_spans:
            open_spans = sorted([span for span in open_spans if span[2] > number], key=itemgetter(0))
        reaching = len(open_spans)
        looks += reaching
        if reaching > MAX_OPEN_SPANS or looks > MAX_LOOKS:
            raise GridTooLargeError(f"{reaching} cells reach into row {number + 1}")
        if row.plain and not reaching:
            cells += [(number, column, 1, 1, slot) for column, (_, _, slot) in enumerate(row.cells)]
            continue
        column, nearest, added = 0, 0, []
        for width, height, slot in row.cells:
            while nearest < reaching and open_spans[nearest][0] <= column:
                column = max(column, open_spans[nearest][1])
                nearest += 1
            down = 1
            if height != 1:
                down = ends[number] - number if height == 0 else min(height, ends[number] - number)
                if down > 1:
                    added.append((column, column + width, number + down))
            cells.append((number, column, down, width, slot))
            column += width
        open_spans += added
    return cells


def _group_ends(rows: Sequence[Row]) -> list[int]:
    """For each row the number of the row after its group's last: no span leaves its row group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        ends[number] = ends[number + 1] if rows[number].group == rows[number + 1].group else number + 1
    return ends


def _read_spans(cell: Element) -> tuple[int, int]:
    columns, rows = cell.get("colspan"), cell.get("rowspan")
    return (_span(columns, MAX_COLSPAN) or 1) if columns else 1, _span(rows, MAX_ROWSPAN) if rows else 1


def _span(value: str, most: int) -> int:
    if value in _SPANS:
        return _SPANS[value]
    match = _NUMBER.match(value)
    return min(int(match.group(1)), most) if match else 1


def _is_flat(row: Element) -> bool:
    if (row.get("height") or "").strip() in ("0", "0px"):
        return True
    return any(_FLAT.search(item.get("style") or "") for item in (row, *row))
