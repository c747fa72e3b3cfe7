"""OpenDocument texts and spreadsheets (ISO/IEC 26300) as blocks.

Paths are those of the formats that they stand beside: ``paragraph 12`` and ``table 2 row 3 cell 4`` in a text,
``Sheet1!B7`` in a spreadsheet.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipelines.clean.elements import fold, join_lines
from pipelines.clean.files.outcome import FileError, collect
from pipelines.clean.files.packages import Package
from pipelines.clean.files.sheets import MAX_COLUMNS, MAX_ROWS, Sheet, cut_sheet
from pipelines.clean.grids import MAX_COLSPAN, MAX_ROWSPAN, MAX_SLOTS, GridTooLargeError, Row, Span, expand_rows
from pipelines.clean.page import Part
from pipelines.clean.radicals import fold_radicals
from pipelines.document import Slot

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = f"{_NAMES}text:1.0}}", f"{_NAMES}table:1.0}}", f"{_NAMES}office:1.0}}"
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_HIDDEN = ("collapse", "filter")
_SKIPPED = frozenset((
    f"{_TEXT}note", f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_OFFICE}forms", f"{_TEXT}ruby-text",
    f"{_TEXT}sequence-decls",
))  # fmt: skip
_ROWS = (f"{_TABLE}table-row",)
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def read_odf(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a file in reading order. Raises ``FileError`` and ``GridTooLargeError``."""
    root = Package(payload).root("content.xml")
    body = root.find(f"{_OFFICE}body")
    if body is None or not len(body):
        raise FileError("unreadable")
    spreadsheet = body.find(f"{_OFFICE}spreadsheet")
    if spreadsheet is not None:
        hidden = _hidden_styles(root)
        tables = (item for item in spreadsheet.iterchildren(f"{_TABLE}table"))
        return collect(
            part
            for item in tables
            if item.get(f"{_TABLE}style-name") not in hidden
            for part in cut_sheet(_read_sheet(item))
        )
    return collect(_read_text(body))


def _read_text(body: Any) -> Iterator[Part]:
    paragraphs = tables = 0
    walker = etree.iterwalk(body, events=("start",))
    for _, element in walker:
        if element.tag in _SKIPPED:
            walker.skip_subtree()
        elif element.tag in _PARAGRAPHS:
            walker.skip_subtree()
            paragraphs += 1
            level = _read_level(element) if element.tag == f"{_TEXT}h" else 0
            for text in _lines(element):
                yield Part("heading" if level else "paragraph", text, path=f"paragraph {paragraphs}", level=level)
        elif element.tag == f"{_TABLE}table":
            walker.skip_subtree()
            tables += 1
            grid = expand_rows(list(_table_rows(element, f"table {tables}")))
            if grid:
                yield Part("table", "", path=f"table {tables}", grid=grid)


def _table_rows(table: Any, path: str) -> Iterator[Row]:
    total = 0
    for number, (row, times) in enumerate(_own(table, _ROWS, "number-rows-repeated"), 1):
        slots: list[Slot] = []
        spans: list[Span] = []
        for cell, across in _own(row, _CELLS, "number-columns-repeated"):
            if cell.tag == _CELLS[1]:
                continue  # covered by the span of another
            for _ in range(across):
                slots.append(Slot(join_lines(list(_lines(cell))), f"{path} row {number} cell {len(slots) + 1}"))
                spans.append((_span(cell, "columns", MAX_COLSPAN), _span(cell, "rows", MAX_ROWSPAN)))
        total += len(slots) * times
        if total > MAX_SLOTS:
            raise GridTooLargeError(f"{total} cells")
        yield from [Row(0, slots, spans)] * times


def _read_sheet(table: Any) -> Sheet:
    name = str(table.get(f"{_TABLE}name", "Sheet"))
    texts: dict[tuple[int, int], str] = {}
    merged = []
    at = 0
    for row, times in _own(table, _ROWS, "number-rows-repeated"):
        column, filled = 0, False
        for cell, across in _own(row, _CELLS, "number-columns-repeated"):
            text = join_lines(list(_lines(cell))) if cell.tag == _CELLS[0] else ""
            if text and row.get(f"{_TABLE}visibility") not in _HIDDEN:
                filled = True
                for line in range(at, at + min(times, MAX_ROWS)):
                    texts |= {(line, place): text for place in range(column, column + min(across, MAX_COLUMNS))}
            columns, rows = _span(cell, "columns", MAX_COLSPAN), _span(cell, "rows", MAX_ROWSPAN)
            if columns > 1 or rows > 1:
                merged.append(((at, column), (at + rows - 1, column + columns - 1)))
            column += across
        if len(texts) > MAX_SLOTS or (filled and times > MAX_ROWS):
            raise FileError("too-large")
        at += times
    return Sheet(name, texts, tuple(merged))


def _own(parent: Any, tags: tuple[str, ...], repeated: str) -> Iterator[tuple[Any, int]]:
    """The rows or cells of a table that are its own, in row groups and headers too, with how often each stands."""
    stack = [iter(parent)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag in tags:
            yield child, _integer(child.get(f"{_TABLE}{repeated}"), 10_000_000)
        elif child.tag not in (f"{_TABLE}table", *_PARAGRAPHS) and isinstance(child.tag, str):
            stack.append(iter(child))


def _lines(element: Any) -> Iterator[str]:
    """The lines of a paragraph or cell."""
    buffer: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, item in walker:
        if event == "start" and item.tag in _SKIPPED and item is not element:
            walker.skip_subtree()
        elif event == "start":
            if item.tag in (*_PARAGRAPHS, f"{_TEXT}line-break"):
                yield from _close(buffer)
            elif item.tag in (f"{_TEXT}s", f"{_TEXT}tab"):
                buffer.append(" ")
            buffer.append(item.text or "")
        elif item.tag in _PARAGRAPHS:
            yield from _close(buffer)
        if event == "end" and item is not element:
            buffer.append(item.tail or "")
    yield from _close(buffer)


def _close(buffer: list[str]) -> Iterator[str]:
    text = fold(fold_radicals("".join(buffer)))
    buffer.clear()
    if text:
        yield text


def _hidden_styles(root: Any) -> set[str]:
    """The table styles that hide a sheet."""
    styles = root.iterfind(f"{_OFFICE}automatic-styles/{_NAMES}style:1.0}}style")
    return {
        str(style.get(f"{_NAMES}style:1.0}}name"))
        for style in styles
        for item in style.iterfind(f"{_NAMES}style:1.0}}table-properties")
        if item.get(f"{_TABLE}display") == "false"
    }


def _span(cell: Any, what: str, most: int) -> int:
    return _integer(cell.get(f"{_TABLE}number-{what}-spanned"), most)


def _read_level(heading: Any) -> int:
    first = heading.get(f"{_TEXT}outline-level", "")[:1]
    return int(first) if first.isdecimal() else 1


def _integer(text: str | None, most: int) -> int:
    return max(1, min(int(text), most)) if text and text.isascii() and text.isdigit() and len(text) < 10 else 1
