"""Word files (Office Open XML) as blocks, read from the package itself.

Paths are ``paragraph 12`` and ``table 2 row 3 cell 4``, counted from 1; a cell's number is its place among the cells
that the row's markup has. Deleted and hidden text, field codes and the fallbacks of drawings are left out; numbers of
lists, which the file keeps apart from the text, are put back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipelines.clean.elements import fold, join_lines
from pipelines.clean.files.numbering import Numbering, W, read_numbering
from pipelines.clean.files.outcome import FileError, collect
from pipelines.clean.files.packages import Package, parse_xml
from pipelines.clean.files.wordstyles import Style, read_own_style, read_styles
from pipelines.clean.grids import EMPTY, MAX_COLSPAN, MAX_SLOTS, GridTooLargeError
from pipelines.clean.page import Part
from pipelines.clean.radicals import fold_radicals
from pipelines.document import Grid, Slot

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset((f"{W}del", f"{W}instrText", f"{W}delText", f"{W}moveFrom", _FALLBACK))
_BREAKS = frozenset((f"{W}br", f"{W}cr", f"{W}p"))
_WRAPPERS = frozenset((f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}smartTag", f"{W}customXml", f"{W}moveTo"))
_WORD = "word/document.xml"
_CELL = re.compile(rb"<(?:\w+:)?tc\b")
MAX_CELLS = 40_000
MAX_TAGS = 4_000_000  # a cell of Word's has some thirty


@dataclass(frozen=True, slots=True)
class _Book:
    """What stands beside the text: styles, and the numbers of lists, which are counted as the text is read."""

    styles: Mapping[str, Style]
    numbering: Numbering


def read_docx(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a Word file in reading order. Raises ``FileError`` and ``GridTooLargeError``."""
    package = Package(payload)
    main = _find_main(package)
    source = package.read(main)
    if len(_CELL.findall(source)) > MAX_CELLS or source.count(b"<") > MAX_TAGS:
        raise FileError("too-large")
    body = parse_xml(source).find(f"{W}body")
    if body is None:
        raise FileError("unreadable")
    folder = main.rpartition("/")[0]
    styles, numbering = (_read_beside(package, f"{folder}/{name}.xml".lstrip("/")) for name in ("styles", "numbering"))
    book = _Book(
        read_styles(styles) if styles is not None else {},
        read_numbering(numbering) if numbering is not None else Numbering(),
    )
    return collect(_read_blocks(body, book))


def _find_main(package: Package) -> str:
    """The name of the part that holds the text (ECMA-376 part 2, 9.3: by the package's relations)."""
    if "_rels/.rels" in package.names:
        for relation in package.root("_rels/.rels").iterfind(f"{_RELATIONS}Relationship"):
            target = str(relation.get("Target", "")).lstrip("/")
            if str(relation.get("Type", "")).endswith("/officeDocument") and target in package.names:
                return target
    return _WORD


def _read_beside(package: Package, name: str) -> Any:
    """The root of a part that may be missing or broken: the text is read without it."""
    try:
        return package.root(name) if name in package.names else None
    except FileError as error:
        if error.reason == "too-large":
            raise
        return None


def _read_blocks(body: Any, book: _Book) -> Iterator[Part]:
    paragraphs = tables = 0
    for element in _unwrap(body):
        if element.tag == f"{W}p":
            paragraphs += 1
            level = read_own_style(element, book.styles).level
            for text in _lines(element, book):
                yield Part("heading" if level else "paragraph", text, path=f"paragraph {paragraphs}", level=level)
        elif element.tag == f"{W}tbl":
            tables += 1
            grid = _read_grid(element, f"table {tables}", book)
            if grid:
                yield Part("table", "", path=f"table {tables}", grid=grid)


def _unwrap(element: Any) -> Iterator[Any]:
    """The children, those of content controls and insertions in their place."""
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag in _WRAPPERS:
            stack.append(iter(child))
        else:
            yield child


def _read_grid(table: Any, path: str, book: _Book) -> Grid:
    rows: list[list[Slot]] = []
    for number, row in enumerate((child for child in _unwrap(table) if child.tag == f"{W}tr"), 1):
        slots = [EMPTY] * min(_number(row.find(f"{W}trPr/{W}gridBefore"), 0), MAX_COLSPAN)
        above = rows[-1] if rows else []
        for place, cell in enumerate((child for child in _unwrap(row) if child.tag == f"{W}tc"), 1):
            width = min(max(1, _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)), MAX_COLSPAN)
            slot = Slot(join_lines(list(_lines(cell, book))), f"{path} row {number} cell {place}")
            if _goes_on(cell) and len(slots) < len(above):
                slot = above[len(slots)]
            slots += [slot] * width
            if len(slots) > MAX_SLOTS:
                raise GridTooLargeError(f"{len(slots)} columns")
        rows.append(slots)
        if len(rows) * max(map(len, rows[-1:])) > MAX_SLOTS:
            raise GridTooLargeError(f"{len(rows)} rows")
    width = max(map(len, rows), default=0)
    if width * len(rows) > MAX_SLOTS:
        raise GridTooLargeError(f"{len(rows)} rows of {width} columns")
    return tuple(tuple(row + [EMPTY] * (width - len(row))) for row in rows if row)


def _goes_on(cell: Any) -> bool:
    """Whether a cell only goes on with the one above it."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _lines(element: Any, book: _Book) -> Iterator[str]:
    """The lines of a paragraph or cell: cut at breaks and at the paragraphs inside."""
    buffer: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, item in walker:
        if item.tag in _SKIPPED or (item.tag == f"{W}r" and _is_hidden(item)):
            if event == "start":
                walker.skip_subtree()
        elif item.tag in _BREAKS:
            if event == "start" or item.tag == f"{W}p":
                text = _fold(buffer)
                buffer = []
                if text:
                    yield text
            if event == "start" and item.tag == f"{W}p":
                style = read_own_style(item, book.styles)
                buffer = [book.numbering.next_number(style.number, style.depth)] if style.number else []
        elif event == "start" and item.tag == f"{W}t":
            buffer.append(item.text or "")
        elif event == "start" and item.tag in (f"{W}tab", f"{W}noBreakHyphen"):
            buffer.append(" " if item.tag == f"{W}tab" else "-")
    text = _fold(buffer)
    if text:
        yield text


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val", "1") not in ("0", "false", "off")


def _fold(pieces: list[str]) -> str:
    return fold(fold_radicals("".join(pieces)))


def _number(element: Any, default: int) -> int:
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else default
