"""Flattened tables: read from lines only where the number of values proves the grid, refused where it does not.

A blank cell leaves no trace in a line, so a row that lost a value is refused, and with it the whole table where nothing
proves the other rows.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from pipelines.parse.cells import INSTEAD_OF_NUMBER, find_money_unit, read_text
from pipelines.parse.flatrows import FlatTable, Placed, UnprovedGridError, read_requests
from pipelines.parse.harvest import Harvest, read_cell
from pipelines.parse.indicators import find_group, find_indicator
from pipelines.parse.lines import Item, Run, count_labels
from pipelines.parse.template import Template, load_template
from pipelines.report import ExtraRow

_FEWEST_LABELS = {"disclosure": 4, "requests": 6, "appeals": 3, "indicators": 6}


def map_flattened(run: Run) -> Harvest | None:
    """The cells of a run, or its refusal; ``None`` where the run is no table (a heading that is a label)."""
    template = load_template(run.table)
    if count_labels(run, template) < _FEWEST_LABELS[run.table]:
        return None
    harvest = Harvest(run.table)
    try:
        table = _READERS[run.table](run.items, template)
        _keep_strangers(table.placed, harvest)
        for row, column, item, unit in table.placed:
            if not row:
                continue
            identifier = template.cell_id(row, column)
            if identifier in harvest.cells:
                raise UnprovedGridError(f"{identifier} stands twice")
            harvest.cells[identifier] = read_cell(identifier, item.text, item.path, unit)
        for path, tried in table.refused:
            harvest.refuse(path, tried)
    except UnprovedGridError as reason:
        harvest.cells.clear()
        harvest.refuse(run.items[0].path, f"{run.table} table printed in lines: {reason}")
    return harvest


def _keep_strangers(placed: Placed, harvest: Harvest) -> None:
    """The rows that the form does not have: runs of values under one label."""
    for label, values in groupby(placed, key=lambda place: None if place[0] else place[1]):
        items = [item for _, _, item, _ in values]
        if label:
            harvest.extra_rows.append(ExtraRow(harvest.table, label, tuple(item.text for item in items), items[0].path))


def _read_appeals(items: Sequence[Item], template: Template) -> FlatTable:
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
    return FlatTable([(row, column, item, "item") for (row, column), item in zip(places, values, strict=True)])


def _read_disclosure(items: Sequence[Item], template: Template) -> FlatTable:
    table = FlatTable([])
    columns: list[tuple[str, str | None]] = []  # of the header that holds, with their printed units
    row, stranger, left, is_header = "", "", 0, True
    place = 0
    while place < len(items):
        column, pieces = _find_column(items, place, template)
        item, place = items[place], place + pieces
        meaning = template.row_labels.find_exact(item.core)
        if (column or meaning or item.core in template.header_words) and left:
            _refuse_row(row, len(columns), left, item, table)
            left = 0
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
                table.placed.append(("", stranger, item, None))
                continue
            if (row, name) not in template.legal:
                raise UnprovedGridError(f"row {row} has no column {name}")
            table.placed.append((row, name, item, unit if template.columns[name].unit == "money" else "item"))
        elif item.is_value or left or not columns:
            raise UnprovedGridError(f"{item.text[:20]!r} is neither a label nor a value in its place")
        else:
            row, stranger, left, is_header = "", item.text, len(columns), False
    if left:
        _refuse_row(row, len(columns), left, items[-1], table)
    if not table.placed:
        raise UnprovedGridError("no row has its values")
    return table


def _refuse_row(row: str, count: int, left: int, before: Item, table: FlatTable) -> None:
    """A known row that lost values is refused alone; what looks like another row makes the whole table unsure."""
    tried = f"row {row or 'unknown to the form'} has {count - left} of {count} values"
    if not row:
        raise UnprovedGridError(tried)
    kept = [place for place in table.placed if place[0] != row]
    path = next((item.path for name, _, item, _ in table.placed if name == row), before.path)
    table.placed[:] = kept
    table.refused.append((path, f"disclosure table printed in lines: {tried}"))


def _read_indicators(items: Sequence[Item], template: Template) -> FlatTable:
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
    return FlatTable(placed)


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


_READERS: dict[str, Callable[[Sequence[Item], Template], FlatTable]] = {
    "disclosure": _read_disclosure,
    "requests": read_requests,
    "appeals": _read_appeals,
    "indicators": _read_indicators,
}
