"""Tables that hold figures told from tables that only place things on the page."""

import re

from pipelines.clean.elements import Element, fold
from pipelines.clean.grids import row_cells, table_rows

_LONG = 200  # characters of a cell that is a page, not a figure
_LOOK = 600  # no cell is read further than this
_NUMERIC = re.compile(r"^[\d\s.,%+\-—–/]*$")


def is_data_table(table: Element) -> bool:
    """Whether the table is data: short cells in rows and columns, neither mostly links nor a frame around a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    rows = [list(row_cells(row)) for _, row in table_rows(table)]
    cells = [cell for row in rows for cell in row]
    if len(cells) < 3 or max(map(len, rows)) < 2:
        return False
    nested = next(table.iterdescendants("table"), None) is not None
    texts = [_peek(cell) for cell in cells]
    filled = [text for text in texts if text]
    if len(filled) < 2 or (nested and not _is_frameless(cells, texts)):
        return False
    if len(rows) == 1 and sum(bool(_NUMERIC.match(text)) for text in texts) * 2 < len(texts):
        return False
    return not _holds_a_page(filled) and not _is_mostly_links(table, filled)


def _peek(cell: Element) -> str:
    """The beginning of what a cell says."""
    if len(cell) == 0:
        return fold((cell.text or "")[:_LOOK])
    pieces, length = [], 0
    for piece in cell.itertext("*"):
        pieces.append(piece)
        length += len(piece)
        if length > _LOOK:
            break
    return fold("".join(pieces))


def _is_frameless(cells: list[Element], texts: list[str]) -> bool:
    """A data table with a small table inside some cell: most cells hold none, and those that do are short."""
    holders = [
        text for cell, text in zip(cells, texts, strict=True) if next(cell.iterdescendants("table"), None) is not None
    ]
    return len(holders) * 4 <= len(cells) and all(len(text) < 60 for text in holders)


def _holds_a_page(filled: list[str]) -> bool:
    longest = max(map(len, filled))
    return longest > _LONG and longest * 2 > sum(map(len, filled))


def _is_mostly_links(table: Element, filled: list[str]) -> bool:
    linked = 0
    total = sum(map(len, filled))
    for link in table.iterdescendants("a"):
        if link.get("href"):
            linked += len(fold("".join(link.itertext())))
        if linked * 2 > total:
            return True
    return False
