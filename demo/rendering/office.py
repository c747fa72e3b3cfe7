"""A report as a Word document or a workbook, spans included: what agencies attach to pages that hold but a link."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from demo.rendering.docx import MEDIA_TYPE as WORD
from demo.rendering.layout import Item, Line, Table

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MEMBER_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell in the grid: where it begins, what it spans, and whether a row is covered from above."""

    column: int
    columns: int
    rows: int
    text: str
    covered: bool = False


def write_word(title: str, items: Sequence[Item]) -> bytes:
    """A DOCX of the body: paragraphs, and tables whose cells span as the report's do."""
    body = "".join(_paragraph(item.text) if isinstance(item, Line) else _word_table(item) for item in items)
    document = f'{_XML}<w:document xmlns:w="{_WORD}"><w:body>{_paragraph(title)}{body}</w:body></w:document>'
    return _pack({"word/document.xml": document}, "word/document.xml", f"{WORD}.main+xml")


def write_workbook(title: str, items: Sequence[Item]) -> bytes:
    """An XLSX of one sheet: lines in the first column, an empty row around each table, ranges merged."""
    rows: list[str] = []
    merged: list[str] = []
    for item in (Line(title), *items):
        if isinstance(item, Line):
            rows.append(_sheet_row(len(rows) + 1, [(0, item.text)]))
            continue
        rows.append(_sheet_row(len(rows) + 1, []))
        first = len(rows)
        for at, line in enumerate(_place(item)):
            own = [cell for cell in line if not cell.covered]
            rows.append(_sheet_row(len(rows) + 1, [(cell.column, cell.text) for cell in own]))
            merged += [_range(first + at, cell) for cell in own if cell.rows > 1 or cell.columns > 1]
        rows.append(_sheet_row(len(rows) + 1, []))
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    ranges = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    sheet = f'{_XML}<worksheet xmlns="{_SHEET}"><sheetData>{"".join(rows)}</sheetData>{ranges}</worksheet>'
    book = (
        f'{_XML}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="年度报告" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    link = f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    members = {
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{link}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return _pack(members, "xl/workbook.xml", f"{WORKBOOK}.main+xml")


def _place(table: Table) -> Iterator[list[_Placed]]:
    """The rows of a table with every cell at its column, those that reach down from above included."""
    above: dict[int, _Placed] = {}
    for boxes in table.rows:
        line: list[_Placed] = []
        waiting, column = list(boxes), 0
        while column < table.columns and (waiting or column in above):
            if column in above:
                cell = above[column]
                line.append(_Placed(column, cell.columns, cell.rows - 1, "", covered=True))
            else:
                box = waiting.pop(0)
                line.append(_Placed(column, box.columns, box.rows, box.text))
            column += line[-1].columns
        above = {cell.column: cell for cell in line if cell.rows > 1}
        yield line


def _word_table(table: Table) -> str:
    rows = "".join(f"<w:tr>{''.join(_word_cell(cell) for cell in line)}</w:tr>" for line in _place(table))
    grid = "<w:gridCol/>" * table.columns
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_paragraph('')}"


def _word_cell(cell: _Placed) -> str:
    wide = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    high = "<w:vMerge/>" if cell.covered else '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
    return f"<w:tc><w:tcPr>{wide}{high}</w:tcPr>{_paragraph(cell.text)}</w:tc>"


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r></w:p>'


def _sheet_row(number: int, cells: Sequence[tuple[int, str]]) -> str:
    made = "".join(_sheet_cell(f"{_letter(column)}{number}", text) for column, text in cells if text)
    return f'<row r="{number}">{made}</row>'


def _sheet_cell(place: str, text: str) -> str:
    if text.isascii() and text.isdigit():
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text, quote=False)}</t></is></c>'


def _range(row: int, cell: _Placed) -> str:
    first = f"{_letter(cell.column)}{row + 1}"
    return f"{first}:{_letter(cell.column + cell.columns - 1)}{row + cell.rows}"


def _letter(column: int) -> str:
    return chr(ord("A") + column)  # tables of the form have ten columns, or fifteen


def _pack(members: Mapping[str, str], main: str, kind: str) -> bytes:
    """The package: its parts, what they are, and which is the first."""
    folder = main.split("/", 1)[0]
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    sheets = [name for name in members if "/worksheets/" in name]
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{each}"/>'
        for name, each in [(main, kind), *((name, f"{WORKBOOK.rsplit('.', 1)[0]}.worksheet+xml") for name in sheets)]
    )
    link = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{folder}/{main.rsplit("/", 1)[1]}"/>'
    parts = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{link}</Relationships>',
        **members,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, _MEMBER_DATE), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return file.getvalue()
