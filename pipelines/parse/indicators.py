"""The list of indicators of 2014: label, unit and value a row; a label that returns is told by its group."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipelines.parse.cells import find_money_unit
from pipelines.parse.form import Row, Table
from pipelines.parse.forms import load_forms
from pipelines.parse.harvest import Harvest, make_cell
from pipelines.parse.labels import fold_label
from pipelines.parse.rows import SourceCell, TableRow

_UNITS = frozenset(("条", "件", "次", "个", "人", "篇", "场", "期", "人次", "件次", "条次", "元", "万元", "单位"))


def map_indicators(rows: Sequence[TableRow]) -> Harvest:
    """The cells of the list; a row with several values is refused."""
    harvest = Harvest("indicators")
    group = ""
    for row in rows:
        filled = [cell for cell in row.cells if not cell.is_blank]
        label = filled[0] if filled else None
        if label is None or label.reading.state == "number":
            continue
        group = find_group(label.text) or group
        meaning = find_indicator(label.text, group)
        values = tuple(_find_values(row, label))
        if meaning is None:
            if len(values) == 1 and values[0].reading.state == "number":
                harvest.keep_row(row, [label.text], values)
        elif len(values) > 1:
            harvest.refuse(row.path, f"indicator {meaning.id}: {len(values)} values")
        elif len(row.cells) > 1:
            keep_indicator(row, label, meaning, values[0] if values else row.cells[-1], harvest)
    return harvest


def _find_values(row: TableRow, label: SourceCell) -> Iterator[SourceCell]:
    """The filled cells after the label that are no unit."""
    for cell in row.cells[row.cells.index(label) + 1 :]:
        if not cell.is_blank and cell.text.strip("（）() ") not in _UNITS:
            yield cell


def keep_indicator(row: TableRow, label: SourceCell, meaning: Row, value: SourceCell, harvest: Harvest) -> None:
    """Keep one value, once; an amount has the unit that the row prints."""
    identifier = load_indicators().cell_id(meaning.id, None)
    unit: str | None = meaning.unit
    if unit == "money":
        unit = next(filter(None, (find_money_unit(cell.text) for cell in row.cells)), None)
    if identifier not in harvest.cells:
        harvest.cells[identifier] = make_cell(identifier, value, unit, row)
    elif harvest.cells[identifier].raw.strip() != value.text.strip():
        harvest.refuse(row.path, f"indicator {meaning.id} a second time with another value; the first one was read")


def find_group(text: str) -> str | None:
    """The group that a label opens, folded."""
    core = fold_label(text)
    return core if core in _groups() else None


def find_indicator(text: str, group: str) -> Row | None:
    """The indicator of a label, in its group where several groups have it."""
    found = _indicators().get(fold_label(text), ())
    if len(found) == 1:
        return found[0]
    return next((row for row in found if row.group and fold_label(row.group) == group), None)


@lru_cache(maxsize=1)
def load_indicators() -> Table:
    """The list of the form 2014."""
    return next(table for form in load_forms() if (table := form.find_table("indicators")))


@lru_cache(maxsize=1)
def _indicators() -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for row in load_indicators().rows:
        for core in sorted({fold_label(label) for label in row.labels}):
            found[core] = (*found.get(core, ()), row)
    return found


@lru_cache(maxsize=1)
def _groups() -> frozenset[str]:
    return frozenset(map(fold_label, load_indicators().groups))
