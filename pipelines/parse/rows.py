"""Rows: the tables of a body as rows of source cells, each cell once however many slots it covers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.document import Block, Grid, Slot
from pipelines.parse.cells import Reading, read_text

# In plain text the path names the line, so that all cells of a row share it; elsewhere it names the cell.
_LINE_PATH = re.compile(r"(?:.*!)?line \d+")


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One cell as the page has it, with the columns of the grid that it covers (``end`` excluded)."""

    text: str
    path: str
    start: int
    end: int
    image: bool = False
    continued: bool = False  # the cell began in a row above

    @property
    def reading(self) -> Reading:
        """What the cell says as a value."""
        return read_text(self.text, image=self.image)

    @property
    def is_blank(self) -> bool:
        """Has it neither text nor image?"""
        return self.reading.state == "blank"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table block. ``spanned``: spans are known, so that columns can be trusted."""

    block: int  # index in the body
    number: int  # in the block's grid
    cells: tuple[SourceCell, ...]
    spanned: bool
    path: str

    @property
    def labels(self) -> list[str]:
        """The texts of the cells that are no plain value."""
        return [cell.text for cell in self.cells if cell.reading.state == "text"]

    @property
    def has_numbers(self) -> bool:
        """Does any cell hold a number?"""
        return any(cell.reading.state == "number" for cell in self.cells)


def read_rows(blocks: Sequence[Block]) -> Iterator[TableRow]:
    """The rows of all tables, in the order of the body."""
    for index, block in enumerate(blocks):
        if block.kind == "table":
            spanned = has_cell_paths(block.grid)
            above: Sequence[Slot] = ()
            for number, slots in enumerate(block.grid):
                cells = tuple(_read_cells(slots, above, spanned))
                yield TableRow(index, number, cells, spanned, _find_path(cells, block.path))
                above = slots


def has_cell_paths(grid: Grid) -> bool:
    """Does a path of this grid mean one cell?  Not where it names a line, or where one path has two texts."""
    texts: dict[str, str] = {}
    for row in grid:
        for slot in row:
            if _LINE_PATH.fullmatch(slot.path) or texts.setdefault(slot.path, slot.text) != slot.text:
                return False
    return True


def _read_cells(slots: Sequence[Slot], above: Sequence[Slot], spanned: bool) -> Iterator[SourceCell]:
    start = 0
    while start < len(slots):
        slot, end = slots[start], start + 1
        while spanned and slot.path and end < len(slots) and slots[end].path == slot.path:
            end += 1
        continued = spanned and bool(slot.path) and start < len(above) and above[start].path == slot.path
        yield SourceCell(slot.text, slot.path, start, end, slot.image, continued)
        start = end


def _find_path(cells: Sequence[SourceCell], default: str) -> str:
    """The path of a row's first own cell with text (slots that no cell covers have no path)."""
    own = [cell for cell in cells if not cell.continued and cell.path]
    return next((cell.path for cell in own if cell.text.strip()), own[0].path if own else default)
