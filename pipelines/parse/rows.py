"""Rows: the tables of a body as rows of source cells, each cell once however many slots it covers."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.document import Block, Grid, Slot
from pipelines.parse.cells import Reading, read_text

# In plain text the path names the line, so that all cells of a row share it; elsewhere it names the cell.
_LINE_PATH = re.compile(r"(?:.*!)?line \d+")


class SourceCell(NamedTuple):
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


class TableRow(NamedTuple):
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
                cells = tuple(_read_cells(slots, above, spanned))
                yield make_row(index, number, cells, spanned, _find_path(cells, block.path))
                above = slots


def make_row(block: int, number: int, cells: tuple[SourceCell, ...], spanned: bool, path: str) -> TableRow:
    """A row with what its cells say."""
    labels = tuple(cell.text for cell in cells if cell.reading.state == "text")
    has_numbers = any(cell.reading.state == "number" for cell in cells)
    end = len(cells)
    while end and not cells[end - 1].path:
        end -= 1
    return TableRow(block, number, cells[:end], spanned, path, labels, has_numbers, cells[end:])


def has_spans(grid: Grid) -> bool:
    """Are the spans of this grid known?  Not where a path names a line or has two texts, or where nothing spans.

    Without any span a table of ours has lost them (bars set as cells), and its columns mean nothing.
    """
    texts: dict[str, str] = {}
    shared = False
    for row in grid:
        if row and _LINE_PATH.fullmatch(row[0].path):
            return False
        for slot in row:
            if slot.path:
                shared = shared or slot.path in texts
                if texts.setdefault(slot.path, slot.text) != slot.text:
                    return False
    return shared


def _read_cells(slots: Sequence[Slot], above: Sequence[Slot], spanned: bool) -> Iterator[SourceCell]:
    start = 0
    while start < len(slots):
        slot, end = slots[start], start + 1
        while spanned and slot.path and end < len(slots) and slots[end].path == slot.path:
            end += 1
        continued = spanned and bool(slot.path) and start < len(above) and above[start].path == slot.path
        reading = read_text(slot.text, image=slot.image)
        yield SourceCell(slot.text, slot.path, start, end, reading, slot.image, continued)
        start = end


def _find_path(cells: Sequence[SourceCell], default: str) -> str:
    """The path of a row's first own cell with text (slots that no cell covers have no path)."""
    own = [cell for cell in cells if not cell.continued and cell.path]
    return next((cell.path for cell in own if cell.text.strip()), own[0].path if own else default)
