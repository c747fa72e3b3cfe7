"""Tables that hold figures told from tables that only place things on the page."""

import re
from collections.abc import Sequence
from itertools import islice

from pipelines.clean.elements import Element, fold
from pipelines.clean.grids import Row, SourceRow

_LONG = 200  # characters of a cell that is a page, not a figure
_SHORT = 60  # characters of a cell that may hold a small table of its own
_MOST_INNER = 100  # tables in a cell that are looked at
_NUMERIC = re.compile(r"^[\d\s.,%+\-—–/]*$")


def is_frame(table: Element, rows: Sequence[SourceRow]) -> bool:
    """Whether a table is a frame by its markup alone, before any of its text is read: cheap, whatever lies inside."""
    if table.get("role") in ("presentation", "none"):
        return True
    cells = [cell for row in rows for cell in row.cells]
    if len(cells) < 3 or max(len(row.cells) for row in rows) < 2:
        return True
    if next(table.iterdescendants("table"), None) is None:
        return False
    holders = [cell for cell in cells if _holds_table(cell)]
    return len(holders) * 4 > len(cells) or not all(_is_short(cell) for cell in holders)


def _holds_table(cell: Element) -> bool:
    """Whether a table of several cells lies in a cell; one cell around a figure is no table."""
    return any(_has_cells(inner) for inner in islice(cell.iterdescendants("table"), _MOST_INNER))


def _has_cells(table: Element) -> bool:
    return next(islice(table.iterdescendants("td", "th"), 1, None), None) is not None


def is_data_table(table: Element, rows: Sequence[Row]) -> bool:
    """Whether rows are data: short cells in rows and columns, neither mostly links nor a page in one cell."""
    texts = [text for row in rows for text, _, _ in row.slots]
    filled = [text for text in texts if text]
    if len(filled) < 2 or max(len(row.slots) for row in rows) < 2:
        return False
    if len(rows) == 1 and sum(bool(_NUMERIC.match(text)) for text in texts) * 2 < len(texts):
        return False
    return not _holds_a_page(filled) and not _is_mostly_links(table, sum(map(len, filled)))


def _is_short(cell: Element) -> bool:
    length = 0
    for text in cell.itertext("*"):
        length += len(text.strip())
        if length > _SHORT:
            return False
    return True


def _holds_a_page(filled: Sequence[str]) -> bool:
    longest = max(map(len, filled))
    return longest > _LONG and longest * 2 > sum(map(len, filled))


def _is_mostly_links(table: Element, total: int) -> bool:
    linked = 0
    for link in table.iterdescendants("a"):
        if link.get("href"):
            linked += len(fold("".join(link.itertext())))
        if linked * 2 > total:
            return True
    return False
