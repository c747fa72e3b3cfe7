"""What goes wrong with parts of a report, and what a faithful reader then must not find.

A row or a section that was left out is in no truth; of a table whose cells cannot be told apart, none is.
"""

from collections.abc import Sequence
from dataclasses import replace

from demo.form import REVIEW_TABLES
from demo.printing import Break, Cell
from demo.prose import Section

LOST_ROW = "requests.rejected.publication."  # how the cells of the row begin that is lost where one is
LOST_CELL = "review.total"  # the number that is lost where one is
_NOTE = "更正说明：本报告第一部分个别文字有误，现予更正，各项数据没有变化。"


def part_cells(cells: Sequence[Cell], quirks: Sequence[str]) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The cells that a reader must find, and those that are printed and that nobody can be sure of."""
    unsure: tuple[Cell, ...] = ()
    if "lost_row" in quirks:
        cells = [cell for cell in cells if not cell.id.startswith(LOST_ROW)]
    if "lost_cell" in quirks:
        unsure = tuple(cell for cell in cells if _is_review(cell) and cell.id != LOST_CELL)
    if "lost_cell" in quirks or "pictured_table" in quirks:
        cells = [cell for cell in cells if not _is_review(cell)]
    return tuple(cells), unsure


def _is_review(cell: Cell) -> bool:
    return cell.id.partition(".")[0] in REVIEW_TABLES


def lose_sections(sections: Sequence[Section]) -> tuple[Section, ...]:
    """All but the last section."""
    return tuple(sections[:-1])


def correct(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections with a note at the end of the last that something was corrected."""
    *others, last = sections
    return (*others, replace(last, paragraphs=(*last.paragraphs, _NOTE)))


def reprint(cells: Sequence[Cell], misprints: Sequence[Break]) -> tuple[Cell, ...]:
    """The cells with other whole numbers in some of them."""
    off = {misprint.cell: misprint.off_by for misprint in misprints}
    return tuple(_shift(cell, off[cell.id]) if cell.id in off else cell for cell in cells)


def _shift(cell: Cell, off_by: int) -> Cell:
    value = int(cell.value or 0) + off_by
    return replace(cell, raw=str(value), value=value)
