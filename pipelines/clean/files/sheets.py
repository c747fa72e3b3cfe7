"""Spreadsheets (XLS, XLSX, XLSB, ET) as blocks: what stands together in a sheet is a table, lone lines are text.

Paths are ``Sheet1!B7``; a table's is the range that it fills, ``Sheet1!A3:H30``. Values are as the file has them, not
as a format shows them: numbers to fifteen digits, as spreadsheets count. Hidden sheets are left out.
"""

import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import python_calamine

from pipelines.clean.elements import fold, join_lines
from pipelines.clean.files.outcome import FileError, collect
from pipelines.clean.grids import MAX_SLOTS, GridTooLargeError
from pipelines.clean.page import Part
from pipelines.clean.radicals import fold_radicals
from pipelines.clean.sections import is_section
from pipelines.document import Grid, Slot

MAX_ROWS, MAX_COLUMNS = 20_000, 1_000
MAX_SHEETS = 200
_VISIBLE = python_calamine.SheetVisibleEnum.Visible
_COUNTED = re.compile(r"[一二三四五六七八九十\d（）()\s]")
Place = tuple[int, int]  # row and column, from 0
_Line = dict[int, Slot]  # a row's slots by column


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the texts of its filled cells, and its merged ranges (first and last place)."""

    name: str
    texts: Mapping[Place, str]
    merged: Sequence[tuple[Place, Place]] = ()

    def path(self, first: Place, last: Place | None = None) -> str:
        """The address of a cell or a range; names that are no plain words stand in quotes, as spreadsheets do it."""
        name = self.name if self.name.replace("_", "a").isalnum() else "'" + self.name.replace("'", "''") + "'"
        end = f":{_address(last)}" if last is not None and last != first else ""
        return f"{name}!{_address(first)}{end}"


def read_sheets(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a workbook, sheet by sheet. Raises ``FileError`` and ``GridTooLargeError``."""
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(payload)) as book:
            shown = [
                item.name for item in book.sheets_metadata if item.visible == python_calamine.SheetVisibleEnum.Visible
            ]
            if len(shown) > MAX_SHEETS:
                raise FileError("too-large")
            sheets = [_read_sheet(book.get_sheet_by_name(name)) for name in shown]
    except python_calamine.CalamineError as error:
        raise FileError("unreadable") from error
    return collect(part for sheet in sheets if sheet is not None for part in cut_sheet(sheet))


def _read_sheet(found: python_calamine.CalamineSheet) -> Sheet | None:
    if found.start is None:
        return None
    if found.height > MAX_ROWS or found.height * min(found.width, MAX_COLUMNS) > MAX_SLOTS:
        raise FileError("too-large")
    top, left = found.start
    texts = {
        (top + row, left + column): text
        for row, values in enumerate(found.iter_rows())
        for column, value in enumerate(values[:MAX_COLUMNS])
        if (text := _write(value))
    }
    return Sheet(found.name, texts, tuple(found.merged_cell_ranges or ()))


def _write(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    text = str(value)
    return join_lines([fold(fold_radicals(line)) for line in text.splitlines()]) if text else ""


def cut_sheet(sheet: Sheet) -> Iterator[Part]:
    """The blocks of a sheet: runs of rows between empty ones; of each, the lone lines around it and the table in it."""
    lines = _fill(sheet)
    rows = sorted(lines)
    start = 0
    for number in range(1, len(rows) + 1):
        if number == len(rows) or rows[number] != rows[number - 1] + 1:
            yield from _cut_run(sheet, {row: lines[row] for row in rows[start:number]})
            start = number


def _fill(sheet: Sheet) -> dict[int, _Line]:
    """The slots of a sheet's rows by column; merged ranges have the slot of their first cell; empty rows go."""
    lines: dict[int, _Line] = {}
    for (row, column), text in sheet.texts.items():
        lines.setdefault(row, {})[column] = Slot(text, sheet.path((row, column)))
    filled = 0
    for (top, left), (bottom, right) in sorted(sheet.merged, key=lambda ends: ends[0] not in sheet.texts):
        bottom, right = min(bottom, MAX_ROWS), min(right, MAX_COLUMNS)
        filled += max(0, bottom - top + 1) * max(0, right - left + 1)
        if filled > 2 * MAX_SLOTS:
            raise GridTooLargeError(f"{filled} cells merged")
        slot = lines.get(top, {}).get(left) or Slot("", sheet.path((top, left)))
        for row in range(top, bottom + 1):
            if slot.text or row in lines:
                lines.setdefault(row, {}).update(dict.fromkeys(range(left, right + 1), slot))
    # Of damaged files: a range without a text that lies over another range takes the text from its rows.
    return {row: line for row, line in lines.items() if any(slot.text for slot in line.values())}


def _cut_run(sheet: Sheet, lines: Mapping[int, _Line]) -> Iterator[Part]:
    """Lone lines before, after and, where they are numbered headings, between the rows of tables."""
    lone = {row: len({slot for slot in line.values() if slot.text}) == 1 for row, line in lines.items()}
    wide = [row for row in lines if not lone[row]]
    if wide and _is_group_head(lines, lone, wide):
        wide.insert(0, wide[0] - 1)
    pending: dict[int, _Line] = {}
    for row, line in lines.items():
        first = _first(line)
        inside = bool(wide) and wide[0] <= row <= wide[-1]
        if lone[row] and (not inside or is_section(first.text)) and not _reaches_down(pending, row, line):
            yield from _make_table(sheet, pending)
            pending = {}
            yield Part("paragraph", first.text, path=first.path)
        else:
            pending[row] = line
    yield from _make_table(sheet, pending)


def _is_group_head(lines: Mapping[int, _Line], lone: Mapping[int, bool], wide: Sequence[int]) -> bool:
    """Whether the line above a table heads its first group: another line inside differs from it in its number only."""
    if not lone.get(wide[0] - 1):
        return False
    heads = [_COUNTED.sub("", _first(lines[row]).text) for row in lines if lone[row] and row < wide[-1]]
    first = _COUNTED.sub("", _first(lines[wide[0] - 1]).text)
    return heads.count(first) > 1


def _first(line: _Line) -> Slot:
    return next(slot for slot in line.values() if slot.text)


def _reaches_down(above: Mapping[int, _Line], row: int, line: _Line) -> bool:
    """Whether a row holds nothing but what reaches down from the row above it."""
    before = above.get(row - 1)
    return before is not None and all(before.get(column) is slot for column, slot in line.items())


def _make_table(sheet: Sheet, lines: Mapping[int, _Line]) -> Iterator[Part]:
    if not lines:
        return
    columns = [column for line in lines.values() for column, slot in line.items() if slot.text]
    first, last = min(columns), max(columns)
    if (last - first + 1) * len(lines) > MAX_SLOTS:
        raise GridTooLargeError(f"{len(lines)} rows of {last - first + 1} columns")
    grid: Grid = tuple(
        tuple(line.get(column) or Slot("", sheet.path((row, column))) for column in range(first, last + 1))
        for row, line in lines.items()
    )
    path = sheet.path((min(lines), first), (max(lines), last))
    yield Part("table", "", path=path, grid=_without_inner_columns(grid))


def _without_inner_columns(grid: Grid) -> Grid:
    """The grid without the columns in which no cell starts: they are another table's of the same sheet."""
    starts = [at for at in range(len(grid[0])) if not at or any(row[at] is not row[at - 1] for row in grid)]
    return tuple(tuple(row[at] for at in starts) for row in grid)


def _address(place: Place) -> str:
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
