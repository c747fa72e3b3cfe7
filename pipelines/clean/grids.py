"""Tables as grids: spans expanded and clamped as the HTML standard does it, each slot knowing its source cell.

HTML Living Standard 4.9.12 (forming a table), with two of its table model errors undone: a row in which no cell starts
adds nothing and is left out, and a span that overshoots the right edge which most rows have does not widen the grid.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
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
_text_of: Callable[[Slot], str] = itemgetter(0)
_make_slot: Callable[[tuple[str, str, bool]], Slot] = partial(tuple.__new__, Slot)  # in half of the time of Slot(…)


class GridTooLargeError(Exception):
    """A table of more slots than any reader could use."""


# One source cell: its row and column, how many rows and columns it covers, what it says.
Cell = tuple[int, int, int, int, Slot]
# Cells side by side, each in one slot, which no other covers: the row and column of the first, what they say.
Run = tuple[int, int, Sequence[Slot]]
Span = tuple[int, int]  # columns and rows that a cell covers
_ONE_SLOT: Span = (1, 1)


class SourceRow(NamedTuple):
    """One row as elements: its row group, the ``tr``, its cells, and the tags of all that lies in it."""

    group: int
    row: Element
    cells: list[Element]
    tags: list[str]


class Row(NamedTuple):
    """One source row: its row group, what its cells say, and what each of them covers where not all cover one slot."""

    group: int
    slots: Sequence[Slot]
    spans: Sequence[Span] = ()


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
        slots, spans = _read_cells(cells, steps, hiding)
        if any(map(_text_of, slots)) or not _is_flat(row):
            rows.append(Row(group, slots, () if spans.count(_ONE_SLOT) == len(spans) else spans))
    return rows


def _read_cells(cells: Sequence[Element], steps: Sequence[str], hiding: Hiding) -> tuple[list[Slot], list[Span]]:
    slots, spans = [], []
    for cell, step in zip(cells, steps, strict=True):
        image = False
        if len(cell):
            text, image = cell_text(cell, hiding)
        else:
            text = cell.text or ""
            if not text.isalnum():
                text = fold_source(text)
        slots.append(_make_slot((text, step, image)))
        across, down = cell.get("colspan"), cell.get("rowspan")
        spans.append(_read_spans(across, down) if across or down else _ONE_SLOT)
    return slots, spans


def expand_rows(rows: Sequence[Row]) -> Grid:
    """The grid of rows of cells with spans; rows of equal length. Raises ``GridTooLargeError``.

    Where only the spans make it too large, each cell stands in one slot: what it says is kept, and the page with it.
    """
    try:
        return _expand(rows)
    except GridTooLargeError:
        single = [Row(row.group, row.slots) for row in rows]
        if single == list(rows):
            raise
        return _expand(single)


def _expand(rows: Sequence[Row]) -> Grid:
    runs, cells = _place(rows, _group_ends(rows))
    kept_rows = [number for number, row in enumerate(rows) if row.slots]
    columns = _used_columns(runs, cells, len(kept_rows))
    if len(columns) * len(kept_rows) > MAX_SLOTS:
        raise GridTooLargeError(f"{len(kept_rows)} rows of {len(columns)} columns")
    if not _is_dense(columns) or not _is_dense(kept_rows):
        cells = [_renumber(cell, kept_rows, columns) for cell in cells]
        runs = [(bisect_left(kept_rows, row), bisect_left(columns, column), slots) for row, column, slots in runs]
    grid = [[EMPTY] * len(columns) for _ in kept_rows]
    for row, column, slots in runs:
        grid[row][column : column + len(slots)] = slots
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


def _used_columns(runs: Sequence[Run], cells: Sequence[Cell], rows: int) -> list[int]:
    """The columns of the grid: all up to the last in which a cell starts, and those after it that most rows reach.

    A table so wide that its grid would be too large keeps only the columns in which a cell starts.
    """
    if not runs and not cells:
        return []
    ends = [column + len(slots) for _, column, slots in runs]
    last = max([*(end - 1 for end in ends), *map(itemgetter(1), cells)])
    ends += [column + width for _, column, _, width, _ in cells]
    ends = sorted([end for end in ends if end > last])
    width = ends[(len(ends) - 1) // 2]
    if width * rows <= MAX_SLOTS:
        return list(range(width))
    started = {column for _, first, slots in runs for column in range(first, first + len(slots))}
    return sorted(started.union(map(itemgetter(1), cells)))


def _place(rows: Sequence[Row], ends: Sequence[int]) -> tuple[list[Run], list[Cell]]:
    """Each cell at the first free column of its row, below the cells that reach down into it; most in runs."""
    runs: list[Run] = []
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
        if not row.spans:
            runs += _place_plain(number, row.slots, open_spans)
            continue
        column, nearest, added = 0, 0, []
        for (width, height), slot in zip(row.spans, row.slots, strict=True):
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
    return runs, cells


def _place_plain(number: int, slots: Sequence[Slot], open_spans: Sequence[tuple[int, int, int]]) -> Iterator[Run]:
    """The cells of a row that cover one slot each, run by run between the cells that reach into it."""
    column = 0
    for left, right, _ in open_spans:
        free = left - column
        if free >= len(slots):
            break
        if free > 0:
            yield number, column, slots[:free]
            slots = slots[free:]
        column = max(column, right)
    if slots:
        yield number, column, slots


def _group_ends(rows: Sequence[Row]) -> list[int]:
    """For each row the number of the row after its group's last: no span leaves its row group."""
    ends = [len(rows)] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        ends[number] = ends[number + 1] if rows[number].group == rows[number + 1].group else number + 1
    return ends


def _read_spans(columns: str | None, rows: str | None) -> Span:
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
