"""Flattened tables: read from lines only where the number of values proves the grid, refused where it does not.

A blank cell leaves no trace in a line, so one missing value makes every place after it uncertain: a table is read whole
or not at all.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from pipelines.parse.cells import INSTEAD_OF_NUMBER, find_money_unit, read_text
from pipelines.parse.harvest import Harvest, read_cell
from pipelines.parse.indicators import find_group, find_indicator
from pipelines.parse.labels import is_subsequence
from pipelines.parse.lines import Item, Run, count_labels
from pipelines.parse.template import Template, load_template
from pipelines.report import ExtraRow

_FEWEST_LABELS = {"disclosure": 4, "requests": 6, "appeals": 3, "indicators": 6}
_MOST_PIECES = 4  # lines that one label may be torn into


class UnprovedGridError(Exception):
    """The counts of a run do not prove its grid; the message says which."""


def map_flattened(run: Run) -> Harvest | None:
    """The cells of a run, or its refusal; ``None`` where the run is no table (a heading that is a label)."""
    template = load_template(run.table)
    if count_labels(run, template) < _FEWEST_LABELS[run.table]:
        return None
    harvest = Harvest(run.table)
    try:
        placed = _READERS[run.table](run.items, template)
        _keep_strangers(placed, harvest)
        for row, column, item, unit in placed:
            if not row:
                continue
            identifier = template.cell_id(row, column)
            if identifier in harvest.cells:
                raise UnprovedGridError(f"{identifier} stands twice")
            harvest.cells[identifier] = read_cell(identifier, item.text, item.path, unit)
    except UnprovedGridError as reason:
        harvest.cells.clear()
        harvest.refuse(run.items[0].path, f"{run.table} table printed in lines: {reason}")
    return harvest


# row, column, value, unit; for a row that the form does not have: nothing, its label, value, nothing
Placed = list[tuple[str, str, Item, str | None]]


def _keep_strangers(placed: Placed, harvest: Harvest) -> None:
    """The rows that the form does not have: runs of values under one label."""
    for label, values in groupby(placed, key=lambda place: None if place[0] else place[1]):
        items = [item for _, _, item, _ in values]
        if label:
            harvest.extra_rows.append(ExtraRow(harvest.table, label, tuple(item.text for item in items), items[0].path))


def _read_requests(items: Sequence[Item], template: Template) -> Placed:
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
        if not is_near:
            raise UnprovedGridError(f"the label of row {row} does not stand at its values")
    if right * 2 < count:
        raise UnprovedGridError(f"only {right} of {count} rows have their label before their values")
    return list(rows)


def _read_appeals(items: Sequence[Item], template: Template) -> Placed:
    values = [item for item in items if item.is_value]
    words = [item for item in items if not item.is_value]
    places = [(row, column) for row in template.rows for column in template.columns]
    header = "".join(item.core for item in words)
    missing = [row for row in template.rows if template.printed[row] not in header]
    if missing:
        raise UnprovedGridError(f"the header does not name {', '.join(missing)}")
    if len(values) != len(places):
        raise UnprovedGridError(f"{len(values)} values instead of {len(places)}")
    if items.index(values[0]) < len(words):
        raise UnprovedGridError("words of the header stand among the values")
    return [(row, column, item, "item") for (row, column), item in zip(places, values, strict=True)]


def _read_disclosure(items: Sequence[Item], template: Template) -> Placed:
    placed: Placed = []
    columns: list[tuple[str, str | None]] = []  # of the header that holds, with their printed units
    row, stranger, left, is_header = "", "", 0, True
    place = 0
    while place < len(items):
        column, pieces = _find_column(items, place, template)
        item, place = items[place], place + pieces
        meaning = template.row_labels.find_exact(item.core)
        if (column or meaning or item.core in template.header_words) and left:
            raise UnprovedGridError(f"row {row} has {len(columns) - left} of {len(columns)} values")
        if column:
            columns = [*columns, _read_column(column, items[place - pieces : place])] if is_header else []
            is_header = True
        elif item.core in template.header_words:
            columns, is_header = [], True
        elif meaning:
            row, left, is_header = meaning, len(columns), False
        elif left and _may_be_value(item):
            name, unit = columns[len(columns) - left]
            left -= 1
            if not row:
                placed.append(("", stranger, item, None))
                continue
            if (row, name) not in template.legal:
                raise UnprovedGridError(f"row {row} has no column {name}")
            placed.append((row, name, item, unit if template.columns[name].unit == "money" else "item"))
        elif item.is_value or left or not columns:
            raise UnprovedGridError(f"{item.text[:20]!r} is neither a label nor a value in its place")
        else:
            row, stranger, left, is_header = "", item.text, len(columns), False
    if left or not placed:
        raise UnprovedGridError(f"row {row or 'none'} lacks {left} values")
    return placed


def _read_indicators(items: Sequence[Item], template: Template) -> Placed:
    """Each label of the list followed by its unit, if any, and exactly one value."""
    placed: Placed = []
    group, wanted, words = "", "", ""
    for item in items:
        group = find_group(item.text) or group
        meaning = None if item.is_value else find_indicator(item.text, group)
        if (meaning or item.is_value) and bool(meaning) == bool(wanted):
            raise UnprovedGridError(f"{item.text[:20]!r}: not one value after each label")
        if meaning:
            wanted, words = meaning.id, item.text
        elif item.is_value:
            placed.append((wanted, "", item, find_money_unit(words) or "item"))
            wanted = ""
        else:
            words += item.text
    if wanted:
        raise UnprovedGridError(f"indicator {wanted} lacks its value")
    return placed


def _find_column(items: Sequence[Item], place: int, template: Template) -> tuple[str | None, int]:
    """The column that the items from ``place`` on name, and how many items its label takes."""
    for pieces in (1, 2, 3):
        words = items[place : place + pieces]
        column = template.column_labels.find_exact("".join(item.text for item in words))
        if column and not any(item.is_value for item in words):
            return column, pieces
    return None, 1


def _read_column(column: str, items: Sequence[Item]) -> tuple[str, str | None]:
    return column, find_money_unit("".join(item.text for item in items))


def _may_be_value(item: Item) -> bool:
    reading = read_text(item.text)
    is_word = item.core in INSTEAD_OF_NUMBER
    return item.is_value or is_word or reading.parts is not None or any(character.isdigit() for character in item.text)


_READERS: dict[str, Callable[[Sequence[Item], Template], Placed]] = {
    "disclosure": _read_disclosure,
    "requests": _read_requests,
    "appeals": _read_appeals,
    "indicators": _read_indicators,
}
