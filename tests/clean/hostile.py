"""Files made to hang, fill the memory of or crash whoever reads them: PDFs, packages, sheets, texts."""

import zlib
from collections.abc import Callable, Mapping

from tests.clean.filing import pack, run, word

_MEDIA = "/MediaBox [0 0 595 842]"
_HEAD = "<< /Type /Catalog /Pages 2 0 R >>"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FILES = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
}


def pdf(objects: Mapping[int, str | bytes], size: int | None = None) -> bytes:
    """A PDF of numbered objects; 1 is the catalogue unless it is given."""
    objects = {1: _HEAD, **objects}
    written, offsets = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        offsets[number] = len(written)
        written += b"%d 0 obj\n" % number + (body.encode() if isinstance(body, str) else body) + b"\nendobj\n"
    count = max(objects) + 1
    rows = "".join(
        f"{offsets.get(number, 0):010} 00000 {'n' if number in offsets else 'f'} \n" for number in range(count)
    )
    start = len(written)
    return (
        written
        + (
            f"xref\n0 {count}\n{rows}trailer\n<< /Size {size or count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
        ).encode()
    )


def stream(content: bytes, more: str = "", packed: bool = True) -> bytes:
    """A stream object, deflated."""
    body = zlib.compress(content, 9) if packed else content
    return (
        f"<< /Length {len(body)} {'/Filter /FlateDecode' if packed else ''} {more} >>\nstream\n".encode()
        + body
        + b"\nendstream"
    )


def page(content: bytes, resources: str = "", **more: bytes) -> bytes:
    """A PDF of one page with that content."""
    return pdf({
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R {_MEDIA} /Resources << {resources} >> /Contents 4 0 R >>",
        4: stream(content),
        **{int(name[1:]): body for name, body in more.items()},
    })  # fmt: skip


def _forms() -> bytes:
    """Forms that draw the next ten times each: 10^9 in the end."""
    forms = {
        f"o{10 + n}": stream(
            b"/F Do " * 10,
            f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F {11 + n} 0 R >> >>",
        )
        for n in range(9)
    }
    last = stream(b"0 0 m 9 9 l S", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return page(b"/F Do", "/XObject << /F 10 0 R >>", **forms, o19=last)


def _font(cmap: bytes) -> bytes:
    return page(
        b"BT /F 12 Tf 72 700 Td <00010002> Tj ET",
        "/Font << /F 5 0 R >>",
        o5=b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R "
        b"/DescendantFonts [7 0 R] >>",
        o6=stream(cmap),
        o7=b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /W [0 2000000000 500] "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
    )


def sheet(rows: str, more: str = "") -> bytes:
    """A workbook of one sheet."""
    xml = f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData>{more}</worksheet>'
    return pack({**_FILES, "xl/worksheets/sheet1.xml": xml})


def _text_cell(place: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>甲</t></is></c>'


def _pages() -> bytes:
    kids = f"<< /Type /Pages /Kids [{'3 0 R ' * 50_000}] /Count 50000 >>"
    return pdf({2: kids, 3: f"<< /Type /Page /Parent 2 0 R {_MEDIA} >>"})


def _corners() -> bytes:
    return sheet(f'<row r="1">{_text_cell("A1")}</row><row r="1048576">{_text_cell("XFD1048576")}</row>')


def _merged() -> bytes:
    ranges = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return sheet(f'<row r="1">{_text_cell("A1")}</row>', ranges)


def _cells() -> bytes:
    return sheet("".join(f'<row r="{number}">{"<c><v>1</v></c>" * 100}</row>' for number in range(1, 10_001)))


def _word_table(rows: str) -> bytes:
    return word(f"<w:tbl>{rows}</w:tbl>")


_HELVETICA = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
_SPACE = b"1 begincodespacerange <0000> <ffffffff> endcodespacerange "
_ROW = "<w:tr>" + ("<w:tc>" + run("1") + "</w:tc>") * 10 + "</w:tr>"
_SPAN = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999"/></w:tcPr></w:tc></w:tr>'
_RTF_ROW = b"\\intbl b\\cell" * 900 + b"\\row"
# Name → what makes it, and the file's name.
HOSTILE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "pdf-forms": (_forms, "a.pdf"),
    "pdf-deflate-bomb": (lambda: page(b" " * 100_000_000), "a.pdf"),
    "pdf-operators": (lambda: page(b"0 0 9 9 re S\n" * 3_000_000), "a.pdf"),
    "pdf-nested-arrays": (lambda: page(b"[" * 2_000_000), "a.pdf"),
    "pdf-kids-loop": (lambda: pdf({2: "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"}), "a.pdf"),
    "pdf-many-pages": (_pages, "a.pdf"),
    "pdf-cmap-range": (lambda: _font(_SPACE + b"1 beginbfrange <00000000> <ffffffff> <0041> endbfrange"), "a.pdf"),
    "pdf-cid-range": (lambda: _font(b"1 begincidrange <00000000> <ffffffff> 1 endcidrange"), "a.pdf"),
    "pdf-length-loop": (lambda: page(b"", "", o9=b"<< /Length 9 0 R >>\nstream\nx\nendstream"), "a.pdf"),
    "pdf-huge-text": (lambda: page(b"BT /F 12 Tf (" + b"a" * 2_000_000 + b") Tj ET", _HELVETICA), "a.pdf"),
    "docx-cells": (lambda: _word_table(_ROW * 40_000), "a.docx"),
    "docx-spans": (lambda: _word_table(_SPAN * 300), "a.docx"),
    "docx-paragraphs": (lambda: word(run("甲") * 300_000), "a.docx"),
    "docx-tables-in-tables": (
        lambda: word("<w:tbl><w:tr><w:tc>" * 80 + run("甲") + "</w:tc></w:tr></w:tbl>" * 80),
        "a.docx",
    ),
    "xlsx-far-corner": (_corners, "a.xlsx"),
    "xlsx-merged": (_merged, "a.xlsx"),
    "xlsx-cells": (_cells, "a.xlsx"),
    "rtf-groups": (lambda: b"{\\rtf1 " + b"{" * 3_000_000, "a.rtf"),
    "rtf-words": (lambda: b"{\\rtf1 " + b"\\b\\par" * 4_000_000, "a.rtf"),
    "rtf-cells": (lambda: b"{\\rtf1 \\trowd" + b"\\cellx1" * 900 + _RTF_ROW * 900, "a.rtf"),
}
