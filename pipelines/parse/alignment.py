"""Alignment: which cells of a row are its values, when only their number or their columns can prove it.

Where the spans are known a row has exactly its cells, and blank cells keep their place. Where they are lost (bars and
tabs) a blank may be a cell or the trace of a span: the values are certain only if they fill their places from first to
last, or if rows of the same shape show where the values begin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.parse.rows import SourceCell, TableRow

Values = tuple[SourceCell, ...]
_FEWEST_SHAPES = 2  # that must agree before a row of another shape is read like them


class Shape(NamedTuple):
    """Where a row's values begin, as rows of one block share it."""

    block: int
    spanned: bool
    labels: int  # index of the last label among the cells
    tail: int  # cells after it


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rows that are certain by themselves show about the others."""

    offsets: dict[Shape, set[int]]  # cells between the last label and the first value
    columns: dict[int, set[tuple[int, ...]]]  # per block: the grid columns at which the values begin
    starts: dict[int, set[tuple[int, int]]]  # per block without spans: last label and first value, as places in a row
    heads: dict[int, int]  # per block without spans: the place of the first column in a header that names them all


def find_shape(row: TableRow, last_label: int) -> Shape:
    """The shape of a row whose last label is cell ``last_label`` (-1: it has none)."""
    return Shape(row.block, row.spanned, last_label, len(row.cells) - last_label - 1)


def find_certain_values(row: TableRow, last_label: int, count: int) -> Values | None:
    """The ``count`` values of a row that proves itself; ``None`` for the others."""
    tail = row.cells[last_label + 1 :]
    if len(tail) == count and row.spanned:
        return tail
    filled = [place for place, cell in enumerate(tail) if cell.reading.state != "blank"]
    if filled and filled[-1] - filled[0] + 1 == count:
        return tail[filled[0] : filled[-1] + 1]
    if len(tail) == count and not row.spanned and filled:
        return tail
    return None


def gather_evidence(rows: Sequence[tuple[TableRow, int, Values | None]], heads: dict[int, int]) -> Evidence:
    """What the certain rows show; ``rows`` are a row, the index of its last label, and its certain values, if any."""
    evidence = Evidence(offsets={}, columns={}, starts={}, heads=heads)
    for row, last_label, values in rows:
        if values is None:
            continue
        offset = row.cells.index(values[0]) - last_label - 1
        evidence.offsets.setdefault(find_shape(row, last_label), set()).add(offset)
        if row.spanned:
            evidence.columns.setdefault(row.block, set()).add(tuple(value.start for value in values))
        else:
            evidence.starts.setdefault(row.block, set()).add((last_label, values[0].start))
    return evidence


def find_values(row: TableRow, last_label: int, count: int, evidence: Evidence) -> Values | None:
    """The ``count`` values of a row that does not prove itself, by the rows like it; ``None`` where they do not."""
    tail = row.cells[last_label + 1 :]
    if len(tail) < count:
        return _complete_by_columns(tail, row.pads, evidence.columns.get(row.block, set()))
    if row.spanned:
        is_empty = all(cell.is_blank for cell in tail)
        return tail[-count:] if is_empty else _find_by_columns(tail, evidence.columns.get(row.block, set()))
    start = _find_offset(row, last_label, evidence)
    if start is None:
        return tail[:count] if all(cell.is_blank for cell in tail) else None
    values, rest = tail[start : start + count], (*tail[:start], *tail[start + count :])
    return values if len(values) == count and all(cell.is_blank for cell in rest) else None


def _find_offset(row: TableRow, last_label: int, evidence: Evidence) -> int | None:
    """Where the values begin: as in certain rows of the same shape, else as the block's other rows show it."""
    same = evidence.offsets.get(find_shape(row, last_label))
    if same is not None:
        return next(iter(same)) if len(same) == 1 else None
    start = _find_common_start(row.block, evidence)
    if start is not None:
        return start - last_label - 1 if start > last_label else None
    shapes = {shape: found for shape, found in evidence.offsets.items() if shape.block == row.block}
    if any(found == {0} and shape.labels <= last_label for shape, found in shapes.items()):
        # a grid would leave blanks behind the shorter labels, so that here values follow labels
        return 0 if all(found == {0} for found in shapes.values()) else None
    common = set().union(*shapes.values()) if len(shapes) >= _FEWEST_SHAPES else set()
    return next(iter(common)) if len(common) == 1 else None


def _find_common_start(block: int, evidence: Evidence) -> int | None:
    """The place at which the values of all rows begin: rows with labels of unlike length, or the header, prove it."""
    places = evidence.starts.get(block, set())
    starts = {start for _, start in places}
    head = evidence.heads.get(block)
    if head is not None and starts <= {head}:
        return head
    return next(iter(starts)) if len(starts) == 1 and len(places) > 1 else None


def _find_by_columns(tail: Values, starts: set[tuple[int, ...]]) -> Values | None:
    """The cells that begin at the columns where the values of the block's other rows begin."""
    found = {
        values
        for columns in starts
        if len(values := tuple(cell for cell in tail if cell.start in columns)) == len(columns)
        and all(cell.is_blank for cell in tail if cell not in values)
    }
    return next(iter(found)) if len(found) == 1 else None


def _complete_by_columns(tail: Values, pads: Values, starts: set[tuple[int, ...]]) -> Values | None:
    """A row that ends too early, completed by the empty places below the other rows' last values."""
    if len(starts) != 1 or not tail:
        return None
    columns = next(iter(starts))
    values = (*tail, *(pad for pad in pads if pad.start in columns))
    return values if tuple(value.start for value in values) == columns else None
