"""Word files (Office Open XML) as blocks, read from the package itself.

Paths are ``paragraph 12`` and ``table 2 row 3 cell 4``, counted from 1; a cell's number is its place among the cells
that the row's markup has. Deleted text, field codes and the fallbacks of drawings are left out.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipelines.clean.elements import fold, join_lines
from pipelines.clean.files.errors import FileError
from pipelines.clean.grids import EMPTY, MAX_COLSPAN, MAX_SLOTS, GridTooLargeError
from pipelines.clean.page import Part
from pipelines.clean.radicals import fold_radicals
from pipelines.document import Grid, Slot

_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, EOFError)
MAX_XML = 64 * 2**20  # bytes of the unpacked document
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset((f"{_W}del", f"{_W}instrText", f"{_W}delText", f"{_W}moveFrom", _FALLBACK))
_BREAKS = frozenset((f"{_W}br", f"{_W}cr", f"{_W}p"))
_WRAPPERS = frozenset((f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag", f"{_W}customXml", f"{_W}moveTo"))
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read_docx(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a Word file in reading order. Raises ``FileError`` and ``GridTooLargeError``."""
    root = _read_root(payload)
    body = root.find(f"{_W}body")
    if body is None:
        raise FileError("unreadable")
    return tuple(_read_blocks(body))


def _read_root(payload: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as package:
            entry = package.getinfo("word/document.xml")
            if entry.file_size > MAX_XML:
                raise FileError("too-large")
            with package.open(entry) as stream:
                source = stream.read(MAX_XML + 1)
    except (*_BROKEN, NotImplementedError, RuntimeError) as error:
        raise FileError("unreadable") from error
    if len(source) > MAX_XML:
        raise FileError("too-large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, recover=True
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.LxmlError as error:
        raise FileError("unreadable") from error
    if root is None:
        raise FileError("unreadable")
    return root


def _read_blocks(body: Any) -> Iterator[Part]:
    paragraphs = tables = 0
    for element in _unwrap(body):
        if element.tag == f"{_W}p":
            paragraphs += 1
            level = _level(element)
            for text in _lines(element):
                yield Part("heading" if level else "paragraph", text, path=f"paragraph {paragraphs}", level=level)
        elif element.tag == f"{_W}tbl":
            tables += 1
            grid = _read_grid(element, f"table {tables}")
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


def _read_grid(table: Any, path: str) -> Grid:
    rows: list[list[Slot]] = []
    for number, row in enumerate((child for child in _unwrap(table) if child.tag == f"{_W}tr"), 1):
        slots = [EMPTY] * min(_number(row.find(f"{_W}trPr/{_W}gridBefore"), 0), MAX_COLSPAN)
        above = rows[-1] if rows else []
        for place, cell in enumerate((child for child in _unwrap(row) if child.tag == f"{_W}tc"), 1):
            width = min(max(1, _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)), MAX_COLSPAN)
            slot = Slot(join_lines(list(_lines(cell))), f"{path} row {number} cell {place}")
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue" and len(slots) < len(above):
                slot = above[len(slots)]
            slots += [slot] * width
        rows.append(slots)
        if len(rows) * max(map(len, rows[-1:])) > MAX_SLOTS:
            raise GridTooLargeError(f"{len(rows)} rows")
    width = max(map(len, rows), default=0)
    if width * len(rows) > MAX_SLOTS:
        raise GridTooLargeError(f"{len(rows)} rows of {width} columns")
    return tuple(tuple(row + [EMPTY] * (width - len(row))) for row in rows if row)


def _lines(element: Any) -> Iterator[str]:
    """The lines of a paragraph or cell: cut at breaks and at the paragraphs inside."""
    buffer: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, item in walker:
        if item.tag in _SKIPPED:
            if event == "start":
                walker.skip_subtree()
        elif item.tag in _BREAKS:
            if event == "start" or item.tag == f"{_W}p":
                text = fold(fold_radicals("".join(buffer)))
                buffer = []
                if text:
                    yield text
        elif event == "start" and item.tag == f"{_W}t":
            buffer.append(item.text or "")
        elif event == "start" and item.tag in (f"{_W}tab", f"{_W}noBreakHyphen"):
            buffer.append(" " if item.tag == f"{_W}tab" else "-")
    text = fold(fold_radicals("".join(buffer)))
    if text:
        yield text


def _level(paragraph: Any) -> int:
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if outline is not None:
        return min(_number(outline, 9), 9) % 9 + 1 if _number(outline, 9) < 9 else 0
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    match = _HEADING.search(style.get(f"{_W}val", "")) if style is not None else None
    return int(match.group(1)) if match else 0


def _number(element: Any, default: int) -> int:
    value = element.get(f"{_W}val", "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else default
