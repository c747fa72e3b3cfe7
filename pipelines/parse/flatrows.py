"""Flat rows: the requests table printed in lines, read where the values between its labels prove the rows.

Either all rows are whole, or each row proves itself: the rows follow each other as in the form, every value stands
behind its label, on the label's line or on a line of its own, and no row has more than seven. Then a row of seven is
certain beside one that lost a value, which alone is refused, and a label without any value has blank cells.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines.parse.labels import fold_label, is_subsequence, squeeze
from pipelines.parse.lines import Item
from pipelines.parse.template import Template

_MOST_PIECES = 4  # lines that one label may be torn into

# row, column, value, unit; for a row that the form does not have: nothing, its label, value, nothing
Placed = list[tuple[str, str, Item, str | None]]


@dataclass(slots=True)
class FlatTable:
    """What lines give: values in their places, and rows that are not certain, as path and what was tried."""

    placed: Placed
    refused: list[tuple[str, str]] = field(default_factory=list)


class UnprovedGridError(Exception):
    """The counts of a run do not prove its grid; the message says which."""


@dataclass(frozen=True, slots=True)
class FlatRow:
    """One row: what it is, where its label stands, and its values."""

    id: str
    label: Item
    values: tuple[Item, ...]


def read_requests(items: Sequence[Item], template: Template) -> FlatTable:
    """The table as a whole, else row by row; raises ``UnprovedGridError`` where neither is certain."""
    try:
        return FlatTable(_read_whole(items, template))
    except UnprovedGridError:
        single = _read_single_rows(items, template)
        if single is None:
            raise
        return single


def _read_single_rows(items: Sequence[Item], template: Template) -> FlatTable | None:
    """The rows that prove themselves beside others that lost values; ``None`` where the order of things is unsure."""
    rows = _split_rows(items, template)
    width = len(template.columns)
    if rows is None or not _follow_each_other(rows, template) or not _is_regular(rows, items):
        return None
    if any(len(row.values) > width for row in rows) or all(len(row.values) < width for row in rows):
        return None
    table = FlatTable([])
    for row in rows:
        values = row.values or tuple(row.label._replace(text="", core="") for _ in range(width))
        if len(values) == width:
            table.placed += [(row.id, name, item, "item") for name, item in zip(template.columns, values, strict=True)]
        else:
            table.refused.append((row.label.path, f"row {row.id} in lines: {len(values)} values instead of {width}"))
    return table


def _split_rows(items: Sequence[Item], template: Template) -> list[FlatRow] | None:
    """The labels in order, each with the values up to the next; ``None`` where any word or value has no place."""
    rows: list[FlatRow] = []
    known = template.words | template.column_labels.cores
    place = 0
    while place < len(items):
        item = items[place]
        row, pieces = _find_row(items, place, template)
        if row:
            rows.append(FlatRow(row, item, ()))
        elif item.is_value and rows:
            rows[-1] = replace(rows[-1], values=(*rows[-1].values, item))
        elif item.is_value or item.core not in known:
            return None
        elif rows and 0 < len(rows[-1].values) < len(template.columns) and item.core not in template.groups:
            return None  # a word among the values of a row
        place += pieces
    return [row for place, row in enumerate(rows) if not _is_heading(row, rows[place + 1 : place + 2])]


def _is_heading(row: FlatRow, after: Sequence[FlatRow]) -> bool:
    """其他处理 without values above its own rows."""
    return row.id == "other" and not row.values and any(next_row.id.startswith("other.") for next_row in after)


def _find_row(items: Sequence[Item], place: int, template: Template) -> tuple[str | None, int]:
    """The row whose whole label begins at an item, else the one that a damaged item means, and how many items it takes.

    A label that is also a column's (总计, 其他) is the row's where it is numbered or where values follow.
    """
    for pieces in range(min(_MOST_PIECES, len(items) - place), 0, -1):
        words = items[place : place + pieces]
        text = "".join(item.text for item in words)
        row = None if any(item.is_value for item in words) else template.row_labels.find_exact(text)
        after = items[place + pieces] if place + pieces < len(items) else None
        is_column = row and text in template.column_labels and squeeze(text) == fold_label(text)
        if row and not (is_column and not (after and after.is_value)):
            return row, pieces
    core = items[place].core
    known = items[place].is_value or core in template.words or core in template.column_labels.cores
    return (None if known else template.row_labels.find(items[place].text)), 1


def _follow_each_other(rows: Sequence[FlatRow], template: Template) -> bool:
    """Are the rows neighbours in one form, none left out?"""
    found = tuple(row.id for row in rows)
    starts = ((form, form.index(found[0])) for form in template.variants if found and found[0] in form)
    return any(form[start : start + len(found)] == found for form, start in starts)


def _is_regular(rows: Sequence[FlatRow], items: Sequence[Item]) -> bool:
    """Has each value a line of its own, or each the line of its label?"""
    lines = Counter(item.block for item in items)
    values = [(row, value) for row in rows for value in row.values]
    is_alone = all(lines[value.block] == 1 for _, value in values)
    return is_alone or all(value.block == row.label.block for row, value in values)


def _read_whole(items: Sequence[Item], template: Template) -> Placed:
    columns = tuple(template.columns)
    values = [item for item in items if item.is_value]
    if not values or len(values) % len(columns):
        raise UnprovedGridError(f"{len(values)} values are no whole number of rows of {len(columns)}")
    texts = _collect_texts(items, len(columns))
    rows = _find_labels_before(texts, template) or _find_labels_around(texts, template)
    placed = zip((row for row in rows for _ in columns), columns * len(rows), values, strict=True)
    return [(row, column, item, "item") for row, column, item in placed]


def _collect_texts(items: Sequence[Item], width: int) -> list[list[Item]]:
    """The words before each row's values, and those after the last; no word may stand among the values of a row."""
    texts: list[list[Item]] = [[]]
    count = 0
    for item in items:
        if item.is_value:
            count += 1
            if count % width == 0:
                texts.append([])
        elif count % width:
            raise UnprovedGridError(f"{item.text!r} stands among the values of a row, after {count % width} of {width}")
        else:
            texts[-1].append(item)
    return texts


def _find_labels_before(texts: Sequence[Sequence[Item]], template: Template) -> list[str] | None:
    """The row that each row's last words name; ``None`` where a row has none, or a label has no values."""
    rows: list[str] = []
    for words in texts[:-1]:
        found = _find_label_at_end(words, template)
        if found is None:
            return None
        row, pieces = found
        if any(_is_row_label(item, template) for item in words[: len(words) - pieces]):
            return None
        rows.append(row)
    if "other" in rows and any(row.startswith("other.") for row in rows):
        return None  # a subtotal, which the form does not have
    is_ordered = [template.rows.index(row) for row in rows] == sorted({template.rows.index(row) for row in rows})
    return rows if is_ordered and not any(_is_row_label(item, template) for item in texts[-1]) else None


def _find_label_at_end(words: Sequence[Item], template: Template) -> tuple[str, int] | None:
    """The row that the last words name, and how many of them: as many as make a whole label, else a damaged one."""
    for pieces in range(min(_MOST_PIECES, len(words)), 0, -1):
        row = template.row_labels.find_exact("".join(item.text for item in words[-pieces:]))
        if row:
            return row, pieces
    row = template.row_labels.find(words[-1].text) if words else None
    return (row, 1) if row else None


def _is_row_label(item: Item, template: Template) -> bool:
    """Is the item a row's label?  其他 and 总计 are also columns, and 其他处理 is also a group."""
    row = template.row_labels.find_exact(item.core)
    return row is not None and row != "other" and template.column_labels.find_exact(item.core) is None


def _find_labels_around(texts: Sequence[Sequence[Item]], template: Template) -> list[str]:
    """The rows of the one form that has as many, where each label stands before, after or around its own values."""
    count = len(texts) - 1
    variants = [rows for rows in template.variants if len(rows) == count]
    if len(variants) != 1:
        raise UnprovedGridError(f"{count} rows of values do not each follow a label, and no form has so many rows")
    rows = variants[0]
    found = [_find_label_at_end(words, template) for words in texts[:-1]]
    anchored = [label[0] if label else None for label in found]
    right = sum(label == row for label, row in zip(anchored, rows, strict=True))
    cores = ["".join(item.core for item in words) for words in texts]
    for place, row in enumerate(rows):
        near = cores[place] + cores[place + 1]
        is_near = anchored[place] == row or is_subsequence(template.printed[row], near)
        is_near = is_near or (anchored[place] is None and _is_rest(texts[place], template.printed[row]))
        if not is_near:
            raise UnprovedGridError(f"the label of row {row} does not stand at its values")
    if right * 2 < count:
        raise UnprovedGridError(f"only {right} of {count} rows have their label before their values")
    return list(rows)


def _is_rest(words: Sequence[Item], official: str) -> bool:
    """Are the last words what damage left of a label?  Most of its characters, and hardly any other."""
    core = words[-1].core if words else ""
    shared = sum(character in official for character in core)
    return bool(core) and shared * 2 >= max(len(core), len(official)) and len(core) <= len(official) + 2
