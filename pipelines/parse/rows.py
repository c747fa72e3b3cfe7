"""Rows: the tables of a body as rows of source cells, each cell once however many slots it covers."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from pipelines.document import Block, Grid, Slot
from pipelines.parse.cells import Reading, read_text

# In plain text the path names the line, so that all cells of a row share it; elsewhere, as in an XPath, which begins
# with a slash, it names the cell.
_LINE_PATH = re.compile(r"(?:.*!)?line \d+")


class SourceCell(msgspec.Struct, frozen=True, gc=False):
    """One cell as the page has it, with the columns of the grid that it covers (``end`` excluded)."""

    text: str
    path: str
    start: int
    end: int
    reading: Reading  # what it says as a value
    image: bool = False
    continued: bool = False  # the cell began in a row above

    @property
    def is_blank(self) -> bool:
        """Has it neither text nor image?"""
        return self.reading.state == "blank"


class TableRow(msgspec.Struct, frozen=True, gc=False):
    """One row of a table block. ``spanned``: spans are known, so that columns can be trusted."""

    block: int  # index in the body
    number: int  # in the block's grid
    cells: tuple[SourceCell, ...]
    spanned: bool
    path: str
    labels: tuple[str, ...]  # the texts of the cells that are no plain value
    has_numbers: bool  # does any cell hold a number?
    pads: tuple[SourceCell, ...] = ()  # the slots at the row's end that no cell covers


def read_rows(blocks: Sequence[Block]) -> Iterator[TableRow]:
    """The rows of all tables, in the order of the body."""
    for index, block in enumerate(blocks):
        if block.kind == "table":
            spanned = has_spans(block.grid)
            above: Sequence[Slot] = ()
            for number, slots in enumerate(block.grid):
                yield make_row(index, number, _read_cells(slots, above, spanned), spanned, block.path)
                above = slots


def make_row(block: int, number: int, cells: list[SourceCell], spanned: bool, default: str) -> TableRow:
    """A row with what its cells say; its path is that of its first own cell with text, else ``default``."""
    labels, has_numbers, path = [], False, ""
    for cell in cells:
        state = cell.reading.state
        if state == "text":
            labels.append(cell.text)
        elif state == "number":
            has_numbers = True
        if not path and cell.path and not cell.continued and cell.text.strip():
            path = cell.path
    end = len(cells)
    while end and not cells[end - 1].path:
        end -= 1
    path = path or next((cell.path for cell in cells if cell.path and not cell.continued), default)
    return TableRow(block, number, tuple(cells[:end]), spanned, path, tuple(labels), has_numbers, tuple(cells[end:]))


def has_spans(grid: Grid) -> bool:
    """Are the spans of this grid known?  Not where a path names a line or has two texts, or where nothing spans.

    Without any span a table of ours has lost them (bars set as cells), and its columns mean nothing.
    """
    if any(row and row[0].path[:1] != "/" and _LINE_PATH.fullmatch(row[0].path) for row in grid):
        return False
    texts: dict[str, str] = {}
    covered = 0
    for row in grid:
        for text, path, _ in row:
            if path:
                covered += 1
                if texts.setdefault(path, text) != text:
                    return False
    return len(texts) < covered


def _read_cells(slots: Sequence[Slot], above: Sequence[Slot], spanned: bool) -> list[SourceCell]:
    cells, start, width = [], 0, len(slots)
    while start < width:
        text, path, image = slots[start]
        end, continued = start + 1, False
        if spanned and path:
            while end < width and slots[end].path == path:
                end += 1
            continued = start < len(above) and above[start].path == path
        reading = read_text(text, image=True) if image else read_text(text)
        cells.append(SourceCell(text, path, start, end, reading, image, continued))
        start = end
    return cells
