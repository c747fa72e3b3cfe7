"""Tables that a page break has cut, put together again: rows, and what is torn of the last row and of its groups.

A row of two lines may stand with one on each page; its figures are then on either of them. Both pieces are one row
where nothing stands in both but labels that go on: the lower one is not numbered as the upper is, closes its bracket,
or has no figures below a label whose last line is full. Where the pieces could be two rows they stay two.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from pipelines.clean.elements import join_lines
from pipelines.clean.files.ruled import Ruled, RuledCell, edges_of, lay_out
from pipelines.clean.files.rules import SNAP
from pipelines.clean.joins import find_labels, has_own_labels, is_figure
from pipelines.document import Grid, Slot

T = TypeVar("T")
Pair = tuple[RuledCell, RuledCell]

_PAGE_HEIGHT = 20_000.0  # far more than any page, so that boxes of two pages never meet
_NUMBERED = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）]")
_OPEN, _SHUT = re.compile("[（(]"), re.compile("[）)]")


def join_pages(items: Sequence[T]) -> Iterator[T | Ruled]:
    """The same items, a table at the top of a page joined to the one at the bottom of the page before it."""
    pending: Ruled | None = None
    for item in items:
        joined = _join(pending, item) if pending and isinstance(item, Ruled) else None
        if joined is not None:
            pending = joined
            continue
        if pending:
            yield pending
        pending = item if isinstance(item, Ruled) else None
        if pending is None:
            yield item
    if pending:
        yield pending


def _join(first: Ruled, second: Ruled) -> Ruled | None:
    """Both as one table, or ``None`` where the second does not go on with the first."""
    if second.page != first.page + first.pages or not _have_same_columns(first, second):
        return None
    rest = _without_repeated_head(first.grid, second)
    if not rest or not has_own_labels(find_labels(first.grid), find_labels(lay_out(rest))):
        return None
    shift = first.pages * _PAGE_HEIGHT
    moved = [replace(cell, box=(cell.box[0], cell.box[1] + shift, cell.box[2], cell.box[3] + shift)) for cell in rest]
    return replace(first, cells=tuple(_mend(list(first.cells), moved)), pages=first.pages + 1)


def _have_same_columns(first: Ruled, second: Ruled) -> bool:
    one, two = ([cell.box for cell in table.cells] for table in (first, second))
    ends = [(min(box[0] for box in boxes), max(box[2] for box in boxes)) for boxes in (one, two)]
    if any(abs(a - b) > 2 * SNAP for a, b in zip(*ends, strict=True)):
        return False
    fewer, more = sorted((edges_of(box[0] for box in boxes) for boxes in (one, two)), key=len)
    return all(any(abs(edge - other) <= SNAP for other in more) for edge in fewer)


def _without_repeated_head(before: Grid, table: Ruled) -> tuple[RuledCell, ...]:
    """The cells without the rows that the table repeats from the head of the page before."""
    grid = table.grid
    repeated = 0
    while repeated < min(len(before), len(grid)) and _texts(before[repeated]) == _texts(grid[repeated]) != []:
        repeated += 1
    if not repeated or any(_figures(before[row]) for row in range(repeated)):
        return table.cells
    tops = edges_of(cell.box[1] for cell in table.cells)
    end = tops[repeated] if repeated < len(tops) else float("inf")
    kept = tuple(cell for cell in table.cells if cell.box[1] > end - SNAP)
    # A cell that reaches out of the head shows that the rows are no head.
    return table.cells if any(cell.box[1] < end - SNAP < cell.box[3] - 2 * SNAP for cell in table.cells) else kept


def _mend(upper: list[RuledCell], lower: list[RuledCell]) -> list[RuledCell]:
    """All cells, what the break has torn mended."""
    end, start = max(cell.box[3] for cell in upper), min(cell.box[1] for cell in lower)
    feet = [cell for cell in upper if end - cell.box[3] <= SNAP]
    heads = [cell for cell in lower if cell.box[1] - start <= SNAP]
    pairs = [(foot, head) for foot in feet for head in heads if _is_above(foot, head)]
    row_top, row_end = max(cell.box[1] for cell in feet), min(cell.box[3] for cell in heads)
    in_row = [(a, b) for a, b in pairs if row_top - a.box[1] <= SNAP and b.box[3] - row_end <= SNAP]
    groups = [pair for pair in pairs if pair not in in_row]
    paired = {id(cell) for pair in pairs for cell in pair}
    rows = [cell for cell in feet if row_top - cell.box[1] <= SNAP] + [c for c in heads if c.box[3] - row_end <= SNAP]
    whole = all(id(cell) in paired for cell in rows)
    changed: dict[int, RuledCell | None] = {}
    torn = bool(in_row) and whole and _is_torn(in_row)
    for pair in groups:
        changed |= _mend_group(pair, torn or _labels_behind(pair, heads))
    if torn:
        for foot, head in in_row:
            changed |= {id(foot): _join_cells(foot, head), id(head): None}
        for _, head in groups:
            cell = changed.get(id(head)) or head
            changed[id(head)] = replace(cell, box=(cell.box[0], row_end, *cell.box[2:]))
    cells = (changed.get(id(cell), cell) for cell in (*upper, *lower))
    return [cell for cell in cells if cell is not None]


def _labels_behind(pair: Pair, heads: Sequence[RuledCell]) -> bool:
    """Whether labels stand behind a cell of the second piece's first row, so that it heads a group of them."""
    return any(cell.slot.text and not is_figure(cell.slot.text) and cell.box[0] > pair[1].box[0] for cell in heads)


def _mend_group(pair: Pair, labelled: bool) -> dict[int, RuledCell | None]:
    """A cell over several rows, on both pages: its label stands on one of them, or half on each."""
    foot, head = pair
    one, two = foot.slot.text, head.slot.text
    if not labelled or is_figure(one) or is_figure(two):
        return {}
    if one and not two:
        return {id(head): replace(head, slot=foot.slot)}
    if two and not one and not foot.slot.image:
        return {id(foot): replace(foot, slot=head.slot)}
    if one and two and _goes_on(one, two):
        slot = Slot(join_lines([one, two]), foot.slot.path)
        return {id(foot): replace(foot, slot=slot), id(head): replace(head, slot=slot)}
    return {}


def _is_torn(pairs: Sequence[Pair]) -> bool:
    """Whether the last row of a page and the first of the next are one."""
    texts = [(foot.slot.text, head.slot.text) for foot, head in pairs]
    if any(one and two and (is_figure(one) or is_figure(two)) for one, two in texts):
        return False
    both = [(foot, head) for foot, head in pairs if foot.slot.text and head.slot.text]
    figures = [any(is_figure(text) for text in side) for side in zip(*texts, strict=True)]
    if both:
        bare = figures[0] and not figures[1]
        return all(_goes_on(a.slot.text, b.slot.text) or (bare and a.full) for a, b in both)
    labels = any(one and not is_figure(one) for one, _ in texts)
    return labels and figures == [False, True] and not any(two and not is_figure(two) for _, two in texts)


def _goes_on(one: str, two: str) -> bool:
    """Whether a label goes on with the text below it."""
    if len(_OPEN.findall(one)) > len(_SHUT.findall(one)) and _SHUT.search(two):
        return True
    return bool(_NUMBERED.match(one)) and not _NUMBERED.match(two)


def _join_cells(foot: RuledCell, head: RuledCell) -> RuledCell:
    text = join_lines([foot.slot.text, head.slot.text])
    path = foot.slot.path if foot.is_filled or not head.is_filled else head.slot.path
    box = (foot.box[0], foot.box[1], foot.box[2], head.box[3])
    return RuledCell(box, Slot(text, path, image=not text and (foot.slot.image or head.slot.image)), head.full)


def _is_above(upper: RuledCell, lower: RuledCell) -> bool:
    return abs(upper.box[0] - lower.box[0]) <= SNAP and abs(upper.box[2] - lower.box[2]) <= SNAP


def _texts(row: Sequence[Slot]) -> list[str]:
    return [slot.text for slot in row] if any(slot.text for slot in row) else []


def _figures(row: Sequence[Slot]) -> bool:
    return any(is_figure(slot.text) for slot in row)
