"""A report says the same in every format that offices save it in, and each cell knows its place."""

import re

import pytest

from demo.rendering.layout import Line, lay_out
from demo.truth import make_reports
from pipelines.clean.cleaning import clean_capture
from pipelines.clean.files.sheets import read_sheets
from pipelines.clean.media import find_binary_media
from pipelines.document import Block, Document
from tests.clean.capturing import capture
from tests.clean.filing import SPECIMENS
from tests.clean.hostile import sheet

_FORMATS = ("doc", "docx", "rtf", "odt", "xls", "xlsx", "ods")
REPORT = next(report for report in make_reports(1) if report.form == "2021" and report.look.quirks == ())


def document(suffix: str) -> Document:
    payload = (SPECIMENS / f"report.{suffix}").read_bytes()
    return clean_capture(capture(payload, "http://www.example.gov.cn/download?id=7", "application/octet-stream"))


def tables(found: Document) -> list[Block]:
    return [block for block in found.blocks if block.kind == "table"]


@pytest.mark.parametrize("suffix", _FORMATS)
def test_every_paragraph_is_there_once_and_in_order(suffix: str) -> None:
    wanted = [item.text for item in lay_out(REPORT) if isinstance(item, Line)]
    found = [block.text for block in document(suffix).blocks if block.kind != "table"]
    assert [re.sub(r"\s", "", text) for text in found if text != REPORT.title] == [
        re.sub(r"\s", "", text) for text in wanted
    ]


@pytest.mark.parametrize("suffix", _FORMATS)
def test_every_table_has_the_cells_of_the_page_it_was_saved_from(suffix: str) -> None:
    page = clean_capture(capture((SPECIMENS / "report.html").read_bytes()))
    wanted = [[[slot.text for slot in row] for row in block.grid] for block in tables(page)]
    assert [[[slot.text for slot in row] for row in block.grid] for block in tables(document(suffix))] == wanted


@pytest.mark.parametrize("suffix", _FORMATS)
def test_it_is_a_report_of_its_agency_and_year(suffix: str) -> None:
    found = document(suffix)
    identity = found.identity
    assert (found.kind, found.form, identity.agency, identity.year) == (
        "report",
        "2021",
        REPORT.agency.name,
        REPORT.year,
    )


@pytest.mark.parametrize(
    ("suffix", "path"),
    [
        ("doc", "table 2 row 4 cell 2"),
        ("docx", "table 2 row 4 cell 2"),
        ("rtf", "table 2 row 4 cell 2"),
        ("odt", "table 2 row 4 cell 2"),
        ("xls", "Sheet1!I29"),
        ("xlsx", "Sheet1!I29"),
        ("ods", "Sheet1!I29"),
    ],
)
def test_a_cell_names_its_place(suffix: str, path: str) -> None:
    row = tables(document(suffix))[1].grid[3]
    assert row[0].text.startswith("一、本年新收")
    assert row[3].path == path


@pytest.mark.parametrize("suffix", _FORMATS)
def test_the_format_is_told_by_the_content_alone(suffix: str) -> None:
    payload = (SPECIMENS / f"report.{suffix}").read_bytes()
    media = find_binary_media(payload, "http://www.example.gov.cn/report.pdf")
    assert (
        media
        == {
            "doc": "application/msword",
            "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "rtf": "application/rtf",
            "odt": "application/vnd.oasis.opendocument.text",
            "xls": "application/vnd.ms-excel",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "ods": "application/vnd.oasis.opendocument.spreadsheet",
        }[suffix]
    )


def test_a_merged_range_that_covers_a_text_of_another_leaves_no_row_without_text() -> None:
    cells = '<row r="2"><c r="A2" t="inlineStr"><is><t>甲</t></is></c></row>'
    below = '<row r="5"><c r="A5" t="inlineStr"><is><t>本年度没有收到申请。</t></is></c></row>'
    found = read_sheets(sheet(cells + below, '<mergeCells count="1"><mergeCell ref="A1:B3"/></mergeCells>'))
    assert [(part.kind, part.text) for part in found] == [("paragraph", "本年度没有收到申请。")]
