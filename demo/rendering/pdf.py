"""A small PDF writer: Chinese text and ruled tables over pages, as an office's own export looks.

The font is not embedded: PDF 32000-1, 9.7.5.2 lists the character collections and CMaps (here ``UniGB-UCS2-H`` over
Adobe-GB1) that every reader knows. Rows are never cut; a cell that spans rows over a page break loses its text on the
second page, which is how the labels of published reports get lost.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from demo.rendering.layout import Box, Item, Line, Table

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 72
_ROOM = _WIDTH - 2 * _MARGIN
_SMALL = 8.0  # type size in tables, points
_HEAD_ROOM = 120  # a table begins where its head and some rows fit
_LABEL_COLUMNS = (40, 62, 132)  # of the requests table; its numbers share the rest


@dataclass
class _Sheet:
    """Pages under way: drawing operators, and how far down the last page is filled."""

    pages: list[list[str]] = field(default_factory=list)
    y: float = 0

    def turn(self) -> None:
        number = len(self.pages) + 1
        self.pages.append([])
        self.y = _HEIGHT - _MARGIN
        self.text(_WIDTH / 2 - 14, 40, f"- {number} -", 10)

    def need(self, height: float) -> None:
        """Turn the page unless so much room is left."""
        if not self.pages or self.y - height < _MARGIN:
            self.turn()

    def text(self, x: float, y: float, text: str, size: float) -> None:
        code = text.encode("utf-16-be").hex()
        self.pages[-1].append(f"BT /F {size} Tf {x:.1f} {y:.1f} Td <{code}> Tj ET")

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        self.pages[-1].append(f"{x:.1f} {y:.1f} {width:.1f} {height:.1f} re S")

    def line(self, x: float, y: float, width: float, page: int = -1) -> None:
        self.pages[page].append(f"{x:.1f} {y:.1f} m {x + width:.1f} {y:.1f} l S")


def write_pdf(title: str, items: Sequence[Item]) -> bytes:
    """A PDF 1.4 file of a report: the title, then its lines and tables; the same input gives the same bytes."""
    sheet = _Sheet()
    _draw_line(sheet, Line(title, heading=True), size=18, indent=0)
    for item in items:
        if isinstance(item, Line):
            _draw_line(sheet, item, size=14, indent=28)
        else:
            _draw_table(sheet, item)
    return _assemble(["\n".join(page) for page in sheet.pages])


def _advance(character: str, size: float) -> float:
    """ASCII is half as wide: see ``/W`` in ``_assemble``."""
    return size / 2 if character.isascii() else size


def _wrap(text: str, size: float, room: float, indent: float = 0) -> Iterator[str]:
    """Lines that fit into ``room`` points; the first begins ``indent`` points in."""
    line, used = "", indent
    for character in text:
        if used + _advance(character, size) > room and line:
            yield line
            line, used = "", 0
        line, used = line + character, used + _advance(character, size)
    yield line


def _draw_line(sheet: _Sheet, line: Line, size: float, indent: float) -> None:
    for number, text in enumerate(_wrap(line.text, size, _ROOM, indent)):
        sheet.need(size * 1.7)
        sheet.y -= size * 1.7
        sheet.text(_MARGIN + (0 if number else indent), sheet.y, text, size)


@dataclass
class _Ruling:
    """A table under way: its columns' edges, and the cells that span on (column → columns, rows still to cover)."""

    sheet: _Sheet
    edges: Sequence[float]
    spanning: dict[int, tuple[int, int]] = field(default_factory=dict)

    def place(self, row: Sequence[Box]) -> list[tuple[int, Box]]:
        """Each cell of a row with its first column, past what spans down from above."""
        placed, at = [], 0
        for box in row:
            while at in self.spanning:
                at += self.spanning[at][0]
            placed.append((at, box))
            at += box.columns
        return placed

    def across(self, at: int, columns: int) -> tuple[float, float]:
        """The left edge and the width of a cell, in points."""
        left, right = self.edges[at], self.edges[at + columns]
        return _MARGIN + left, right - left

    def room(self, height: float) -> float:
        """Room for one row, on a new page if need be (spanning cells are closed and opened again); its top."""
        sheet, before, bottom = self.sheet, len(self.sheet.pages), self.sheet.y
        sheet.need(height)
        if len(sheet.pages) > before:
            for at, (columns, _) in self.spanning.items():
                left, width = self.across(at, columns)
                sheet.line(left, bottom, width, page=-2)
                sheet.line(left, sheet.y, width)
        sheet.y -= height
        return sheet.y + height

    def go_on(self, top: float, height: float) -> None:
        """The sides of spanning cells beside one row, and the lower edge of those that end with it."""
        for at, (columns, rows) in sorted(self.spanning.items()):
            left, width = self.across(at, columns)
            for x in (left, left + width):
                self.sheet.pages[-1].append(f"{x:.1f} {top - height:.1f} m {x:.1f} {top:.1f} l S")
            if rows == 1:
                self.sheet.line(left, top - height, width)
                del self.spanning[at]
            else:
                self.spanning[at] = (columns, rows - 1)


def _draw_table(sheet: _Sheet, table: Table) -> None:
    ruling = _Ruling(sheet, _edges(table.columns))
    sheet.y -= 8
    sheet.need(_HEAD_ROOM)
    for row in table.rows:
        _draw_row(ruling, row)
    sheet.y -= 8


def _draw_row(ruling: _Ruling, row: Sequence[Box]) -> None:
    sheet, placed = ruling.sheet, ruling.place(row)
    texts = [list(_wrap(box.text, _SMALL, ruling.across(at, box.columns)[1] - 6)) for at, box in placed]
    deepest = max((len(text) for text, (_, box) in zip(texts, placed, strict=True) if box.rows == 1), default=1)
    height = max(18, deepest * _SMALL * 1.25 + 8)
    top = ruling.room(height)
    for text, (at, box) in zip(texts, placed, strict=True):
        left, width = ruling.across(at, box.columns)
        for number, piece in enumerate(text):
            sheet.text(left + 3, top - 11 - number * _SMALL * 1.25, piece, _SMALL)
        if box.rows == 1:
            sheet.frame(left, top - height, width, height)
        else:
            sheet.line(left, top, width)
            ruling.spanning[at] = (box.columns, box.rows)
    ruling.go_on(top, height)


def _edges(columns: int) -> list[float]:
    """The x of every column's left edge, and of the last one's right."""
    widths = [_ROOM / columns] * columns
    if columns == 10:
        widths = [*_LABEL_COLUMNS, *[(_ROOM - sum(_LABEL_COLUMNS)) / 7] * 7]
    return [sum(widths[:number]) for number in range(columns + 1)]


def _assemble(contents: Sequence[str]) -> bytes:
    """Objects, cross-reference table and trailer around the pages' operators."""
    first = 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 /W [1 95 500] "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    for number, content in enumerate(contents):
        body = zlib.compress(content.encode("ascii"), 9)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] "
            f"/Resources << /Font << /F 3 0 R >> >> /Contents {first + 2 * number + 1} 0 R >>".encode()
        )
        head = f"<< /Length {len(body)} /Filter /FlateDecode >>\nstream\n".encode()
        objects.append(head + body + b"\nendstream")
    return _number_objects(objects)


def _number_objects(objects: Sequence[bytes]) -> bytes:
    written, offsets = b"%PDF-1.4\n%\xe5\xbc\x80\xe5\x8d\xb7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode() + trailer.encode()
