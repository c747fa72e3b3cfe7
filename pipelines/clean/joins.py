"""Tables put together again: pieces that a page break has cut, and rows that are printed as lines with bars."""

import re
from collections.abc import Sequence, Set

from msgspec import structs

from pipelines.clean.page import Page, Part
from pipelines.clean.plaintext import has_bars, make_grid, split_row
from pipelines.document import Grid, Slot

_NUMERIC = re.compile(r"^[\d\s.,%+\-—–/]*$")
_PAGE_LINE = re.compile(r"^[-—–\s]*(?:第?\s*\d{1,3}\s*页?)[-—–\s/]*(?:共?\s*\d{1,3}\s*页?)?$")
_FEWEST_BAR_ROWS = 3
_HEADS_OF_ONE = 2  # groups with a head each, by which a table is more than one of them
_SAME_LABELS = 0.3
_MOST_PIECES = 100  # of one table, each held against all before it


def read_bar_rows(page: Page, parts: Sequence[Part]) -> list[Part]:
    """Runs of three and more paragraphs with bars, each run as the table that it prints."""
    result: list[Part] = []
    run: list[Part] = []
    for part in parts:
        if part.kind == "paragraph" and has_bars(part.text) and part.linked * 2 <= len(part.text):
            run.append(part)
            continue
        if run:
            result += _close_run(page, run)
            run = []
        result.append(part)
    return [*result, *_close_run(page, run)] if run else result


def _close_run(page: Page, run: list[Part]) -> list[Part]:
    rows = [(page.path(part), split_row(part.text)) for part in run]
    if len(run) < _FEWEST_BAR_ROWS or max(len(row) for _, row in rows) < 3:
        return run
    return [structs.replace(run[0], kind="table", text="", path=rows[0][0], grid=make_grid(rows))]


def join_cut_tables(parts: Sequence[Part]) -> list[Part]:
    """Neighbouring tables of which the second only goes on with the first, as one."""
    result: list[Part] = []
    pieces, labels = 1, set[str]()  # of the table that was read last; its labels, once another follows it
    pending: list[Part] = []  # page numbers between two tables
    for part in parts:
        if part.kind != "table":
            if not (part.kind == "paragraph" and result and result[-1].kind == "table" and _PAGE_LINE.match(part.text)):
                result += [*pending, part]
                pending = []
            else:
                pending.append(part)
            continue
        may_go_on = bool(result) and result[-1].kind == "table" and pieces < _MOST_PIECES
        labels = labels or (find_labels(result[-1].grid) if may_go_on else labels)
        joined = join_grids(result[-1].grid, part.grid, labels) if may_go_on else None
        if joined is None:
            result += [*pending, part]
            pieces, labels = 1, set()
        else:
            labels |= find_labels(joined[len(result[-1].grid) :])
            result[-1] = structs.replace(result[-1], grid=joined)
            pieces += 1
        pending = []
    return [*result, *pending]


def join_grids(first: Grid, second: Grid, known: Set[str] | None = None) -> Grid | None:
    """The grid of both, or ``None`` where the second is a table of its own.

    It goes on when it has as many columns and its rows bear other labels; header rows that it repeats are left out.
    ``known`` are the labels of the first, where they have been found before.
    """
    if not first or not second or len(first[0]) != len(second[0]) or len(first[0]) < 2:
        return None
    repeated = 0
    while repeated < min(len(first), len(second)) and _texts(first[repeated]) == _texts(second[repeated]):
        repeated += 1
    rest = second[repeated:]
    if not rest or not has_own_labels(find_labels(first) if known is None else known, find_labels(rest)):
        return None
    if not repeated and not _goes_on(first, rest):
        return None
    return first + rest


def find_labels(grid: Grid) -> set[str]:
    """What the rows of a table are called, those without a name left out."""
    return {label for row in grid if (label := _label(row))}


def has_own_labels(first: Set[str], rest: Set[str]) -> bool:
    """Whether the rows of a second piece bear other labels than the first: a table goes on, it does not repeat."""
    return len(first & rest) <= _SAME_LABELS * min(len(first), len(rest))


def _goes_on(first: Grid, rest: Grid) -> bool:
    """The piece begins with a row of figures, or with a new group of a table whose groups have their own headers."""
    if any(is_figure(slot.text) for slot in rest[0][1:]):
        return True
    heads = [_find_heads(grid) for grid in (first, rest)]
    if not heads[0] or not _is_head(rest[0]) or max(map(len, heads)) < _HEADS_OF_ONE:
        return False  # a head of its own and no other: one table an article of the decree
    return _shape(heads[0][0][0].text) == _shape(rest[0][0].text)


def _find_heads(grid: Grid) -> list[Sequence[Slot]]:
    """The rows across a table that open a group; not its name, which stands above another such row."""
    below = [*grid[1:], ()]
    return [row for row, following in zip(grid, below, strict=True) if _is_head(row) and not _is_head(following)]


def _is_head(row: Sequence[Slot]) -> bool:
    """A row across the whole table: one cell, or one text and nothing beside it."""
    if not row:
        return False
    texts = {slot.text for slot in row if slot.text}
    return len(texts) == 1 or (len(texts) == 0 and len({slot.path for slot in row}) == 1)


def is_figure(text: str) -> bool:
    """Whether a cell prints numbers or dashes and nothing else."""
    return text.isdecimal() or (bool(text) and not text.isalpha() and bool(_NUMERIC.match(text)))


def _shape(text: str) -> str:
    """A text without the number that tells one of its kind from the next: 第二十条第（一）项, 第二十条第（五）项."""
    return re.sub(r"[一二三四五六七八九十\d（）()\s]", "", text)


def _texts(row: Sequence[object]) -> list[str]:
    return [getattr(slot, "text", "") for slot in row]


def _label(row: Sequence[object]) -> str:
    texts = [text for text in dict.fromkeys(_texts(row)) if text and not is_figure(text)]
    return "\t".join(texts)
