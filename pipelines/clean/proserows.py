"""A whole report drawn as one table: its sections and paragraphs are rows across it, and no rows of figures."""

from collections.abc import Sequence
from itertools import groupby

from msgspec import structs

from pipelines.clean.grids import EMPTY
from pipelines.clean.page import Part
from pipelines.clean.sections import is_section
from pipelines.clean.weights import is_prose
from pipelines.document import Grid, Slot

_FEWEST_SECTIONS = 2


def split_prose_rows(table: Part) -> list[Part]:
    """The paragraphs and tables that a table with sections in it is, in order; any other table as it stands."""
    lines = [_line_of(row) for row in table.grid]
    if sum(is_section(line) for line in lines) < _FEWEST_SECTIONS or not any(map(is_prose, lines)):
        return [table]
    parts: list[Part] = []
    is_text = _find_texts(lines)
    for text, run in groupby(range(len(lines)), key=lambda at: is_text[at]):
        rows = [table.grid[at] for at in run]
        if text:
            parts += [
                structs.replace(table, kind="paragraph", text=_line_of(row), path=row[0].path, linked=0, grid=())
                for row in rows
            ]
        else:
            parts.append(structs.replace(table, path=rows[0][0].path.rpartition("/")[0], grid=_narrow(rows)))
    return parts


def _line_of(row: tuple[Slot, ...]) -> str:
    """The text of a row that is one cell."""
    if len(row) > 1 and row[1] is not row[0] and row[1] is not EMPTY:
        return ""
    return row[0].text if row and all(slot is row[0] or slot is EMPTY for slot in row) else ""


def _find_texts(lines: Sequence[str]) -> list[bool]:
    """For each row whether it is text: a section, prose, or a line with no row of cells up to the next section."""
    found: list[bool] = []
    cells_follow = False
    for line in reversed(lines):
        found.append(is_section(line) or is_prose(line) or bool(line and not cells_follow))
        cells_follow = not is_section(line) and (cells_follow or not line)
    return found[::-1]


def _narrow(rows: list[tuple[Slot, ...]]) -> Grid:
    """Rows without the columns at their right in which none of them has a cell."""
    width = max(max((at for at, slot in enumerate(row, 1) if slot is not EMPTY), default=0) for row in rows)
    return tuple(row[:width] for row in rows)
