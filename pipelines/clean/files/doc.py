"""Word 97–2003 files (``.doc``, WPS Writer's ``.wps``) as blocks: paths as in a DOCX, ``table 2 row 3 cell 4``."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.clean.elements import fold, join_lines
from pipelines.clean.files.edges import EdgedCell, join_merged, lay_out_rows
from pipelines.clean.files.outcome import collect
from pipelines.clean.files.wordbinary import Paragraph, read_paragraphs
from pipelines.clean.page import Part
from pipelines.clean.radicals import fold_radicals
from pipelines.document import Slot

_IN_TABLE, _ROW_END, _DEPTH, _OUTLINE = 0x2416, 0x2417, 0x6649, 0x2640
_DEFINITION, _MERGE, _MERGE_DOWN = 0xD608, 0x5624, 0xD62B
_CELL, _BREAK = "\a", re.compile("[\x0b\x0c\x0e]")
_SIGNS = str.maketrans({"\x1e": "-", "\x1f": None, "\t": " ", "\xa0": " "} | {chr(code): None for code in range(1, 9)})


@dataclass(slots=True)
class _Table:
    """A table under way: its rows, the texts of the cells of the row at work, the lines of the cell at work."""

    number: int
    rows: list[list[EdgedCell]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def take(self, paragraph: Paragraph, lines: list[str]) -> None:
        """One paragraph of the table: a line of a cell, its last, or the end of a row."""
        if paragraph.flag(_ROW_END) and _depth(paragraph) <= 1:
            self.rows.append(self._close_row(paragraph))
            self.cells, self.lines = [], []
            return
        self.lines += lines
        if paragraph.mark == _CELL and _depth(paragraph) <= 1:
            self.cells.append(join_lines(self.lines))
            self.lines = []

    def _close_row(self, paragraph: Paragraph) -> list[EdgedCell]:
        edges, marks = _read_definition(paragraph)
        row = len(self.rows) + 1
        cells = []
        for place, text in enumerate(self.cells):
            left, right = edges[place : place + 2] if place + 1 < len(edges) else (place * 1000, place * 1000 + 1000)
            across, down = marks[place] if place < len(marks) else (0, 0)
            slot = Slot(text, f"table {self.number} row {row} cell {place + 1}")
            cells.append((EdgedCell(left, right, slot, above=down == 1), across))
        return join_merged(cells)

    def part(self) -> Part | None:
        """The table as a block."""
        rows = [row for row in self.rows if row]
        return Part("table", "", path=f"table {self.number}", grid=lay_out_rows(rows)) if rows else None


def read_doc(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a file in reading order. Raises ``FileError`` and ``GridTooLargeError``."""
    return collect(_read_blocks(payload))


def _read_blocks(payload: bytes) -> Iterator[Part]:
    table: _Table | None = None
    tables = paragraphs = 0
    for paragraph, text in _without_fields(read_paragraphs(payload)):
        lines = [line for line in (fold(fold_radicals(piece)) for piece in _BREAK.split(text)) if line]
        if paragraph.flag(_IN_TABLE) or _depth(paragraph) > 0:
            if table is None:
                tables += 1
                table = _Table(tables)
            table.take(paragraph, lines)
            continue
        if table is not None and (part := table.part()) is not None:
            yield part
        table = None
        paragraphs += 1
        level = _level(paragraph)
        for line in lines:
            yield Part("heading" if level else "paragraph", line, path=f"paragraph {paragraphs}", level=level)
    if table is not None and (part := table.part()) is not None:
        yield part


def _without_fields(paragraphs: Iterator[Paragraph]) -> Iterator[tuple[Paragraph, str]]:
    """Each paragraph with its text; of fields (``HYPERLINK …``, ``TOC …``) what they print and not what they say.

    A field may reach over paragraphs: ``depths`` holds, of each that is open, whether its instruction has ended.
    """
    open_fields: list[bool] = []
    for paragraph in paragraphs:
        text = paragraph.text
        if not open_fields and "\x13" not in text:
            yield paragraph, text.translate(_SIGNS)
            continue
        kept = []
        for character in text:
            if character == "\x13":
                open_fields.append(False)
            elif character == "\x14" and open_fields:
                open_fields[-1] = True
            elif character == "\x15" and open_fields:
                open_fields.pop()
            elif all(open_fields):
                kept.append(character)
        yield paragraph, "".join(kept).translate(_SIGNS)


def _depth(paragraph: Paragraph) -> int:
    operand = paragraph.properties.get(_DEPTH, b"")
    return int(struct.unpack("<i", operand)[0]) if len(operand) == 4 else int(paragraph.flag(_IN_TABLE))


def _level(paragraph: Paragraph) -> int:
    outline = paragraph.properties.get(_OUTLINE)
    if outline:
        return outline[0] + 1 if outline[0] < 9 else 0
    return paragraph.style if 0 < paragraph.style < 10 else 0


def _read_definition(paragraph: Paragraph) -> tuple[list[int], list[tuple[int, int]]]:
    """The edges of a row's cells in twips, and for each cell how it is merged across and down (MS-DOC 2.9.322)."""
    operand = paragraph.properties.get(_DEFINITION, b"")
    count = operand[0] if operand else 0
    if len(operand) < 1 + 2 * (count + 1):
        return [], []
    edges = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
    marks = []
    for place in range(count):
        at = 1 + 2 * (count + 1) + 20 * place
        bits = int.from_bytes(operand[at : at + 2], "little")
        marks.append((bits & 3, bits >> 5 & 3))
    merge = paragraph.properties.get(_MERGE)
    if merge and len(merge) == 2:
        for place in range(merge[0], min(merge[1], count)):
            marks[place] = (1 if place == merge[0] else 2, marks[place][1])
    return edges, marks
