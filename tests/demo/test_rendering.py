"""Pages say what the truth says, however they are dressed."""

import io
import re
from dataclasses import replace

import pdfplumber
import pytest
from lxml import html

from demo.cast import RENDERING_QUIRKS
from demo.panorama import ALL
from demo.portals import PORTALS, Portal, origin
from demo.printing import CELL_QUIRKS, RARE_QUIRKS
from demo.rendering.layout import Line, Table, lay_out
from demo.rendering.markup import write_body
from demo.rendering.page import CHROME
from demo.rendering.pdf import write_pdf
from demo.site import build_site
from demo.truth import Report, make_reports

REPORTS = make_reports(1)
PLAIN = next(report for report in REPORTS if report.look.quirks == () and report.form == "2021")


def text_of(markup: str) -> str:
    return "".join("".join(map(str, html.fromstring(f"<div>{markup}</div>").itertext())).split())


def dressed(*quirks: str, report: Report = PLAIN) -> Report:
    return replace(report, look=replace(report.look, quirks=quirks))


def body_text(report: Report) -> str:
    items = lay_out(report)
    boxes = [
        item.text if isinstance(item, Line) else "".join(b.text for row in item.rows for b in row) for item in items
    ]
    return "".join("".join(boxes).split())


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report.agency.id}-{report.year}")
def test_markup_neither_loses_nor_adds_a_character(report: Report) -> None:
    text = text_of(write_body(report))
    wanted = body_text(report)
    assert (text.replace("|", "") if report.has("bars") else text) == wanted


def test_word_noise_breaks_text_into_many_spans() -> None:
    assert write_body(dressed("word_noise")).count("<span") > 500


def test_a_table_cut_by_a_page_has_every_row_once() -> None:
    whole = [item for item in lay_out(PLAIN) if isinstance(item, Table)]
    cut = [item for item in lay_out(dressed("cut_by_page")) if isinstance(item, Table)]
    assert len(cut) == len(whole) + 1
    rows = [row[-7:] for table in cut[1:3] for row in table.rows if len(row) >= 8]
    assert rows == [row[-7:] for row in whole[1].rows if len(row) >= 8]


def test_official_tables_are_rectangles() -> None:
    for report in REPORTS:
        for table in (item for item in lay_out(report) if isinstance(item, Table)):
            if report.has("cut_by_page"):
                continue
            area = sum(box.columns * box.rows for row in table.rows for box in row)
            assert area == table.columns * len(table.rows), report.title


def test_drifting_columns_put_numbers_under_the_wrong_header() -> None:
    table = next(item for item in lay_out(dressed("drifting_columns")) if isinstance(item, Table))
    head, data = table.rows[1], table.rows[2]
    assert [box.columns for box in head] == [1, 1, 2, 1]
    assert [box.columns for box in data] == [1, 2, 1, 1]


def test_lost_characters_are_lost_from_labels_only() -> None:
    hurt = dressed("lost_label_characters")
    boxes = [b for item in lay_out(hurt) if isinstance(item, Table) for row in item.rows for b in row]
    sound = [b for item in lay_out(PLAIN) if isinstance(item, Table) for row in item.rows for b in row]
    changed = [(a, b) for a, b in zip(boxes, sound, strict=True) if a.text != b.text]
    assert changed
    assert all(b.label for _, b in changed)


def test_a_pdf_holds_the_whole_report() -> None:
    body = write_pdf(PLAIN.title, lay_out(PLAIN))
    with pdfplumber.open(io.BytesIO(body)) as pdf:
        text = "".join("".join((page.extract_text() or "").split()) for page in pdf.pages)
        tables = [table for page in pdf.pages for table in page.extract_tables()]
    text = re.sub(r"-\d+-", "", text)
    for section in PLAIN.sections:
        assert all("".join(paragraph.split()) in text for paragraph in section.paragraphs)
    assert [cell.raw for cell in PLAIN.cells[-15:]] in tables[-1]


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.id)
def test_the_same_seed_gives_the_same_bytes(portal: Portal) -> None:
    one, other = (build_site(portal, origin(portal), make_reports(4), 4) for _ in range(2))
    assert one.pages == other.pages


def test_no_report_says_what_chrome_says() -> None:
    for report in REPORTS:
        assert not [words for words in CHROME if words in body_text(report)], report.title


def test_every_quirk_is_played_by_some_report() -> None:
    looks = [look for portal in ALL for agency in portal.agencies for look in agency.looks]
    assert {quirk for look in looks for quirk in look.quirks} == {*CELL_QUIRKS, *RARE_QUIRKS, *RENDERING_QUIRKS}
