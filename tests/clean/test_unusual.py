"""Report pages written in unusual ways: the document is that of the plain page."""

import html
import re

import pytest

from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from pipelines.parse.reading import read_report
from tests.clean.capturing import capture
from tests.clean.made import SECTIONS, Report, Table, draw_table, make_report
from tests.clean.quirks import draw_items


def _made() -> Report:
    report = make_report(77, 2022)
    report.items += [] if report.agency in report.items else [report.agency, "2023年1月20日"]
    return report


REPORT = _made()
BODY = draw_items(REPORT)
TABLES = "".join(map(draw_table, REPORT.tables))


def _page(body: str) -> str:
    head = f"<h1>{REPORT.title}</h1><div>发布日期：2023-01-20 来源：{REPORT.agency}</div>"
    menu = "<div><a href=/>首页</a><a href=/zwgk/>政务公开</a></div>"
    foot = "<div>版权所有：某某县人民政府 ICP备12345678号</div>"
    return f"<html><head><title>{REPORT.title}</title></head><body>{menu}{head}{body}{foot}</body></html>"


def _read(body: str) -> Document:
    return clean_capture(capture(_page(body)))


def _draw(line: str = "<p>{}</p>", table: str = "{}") -> str:
    return "".join(
        line.format(item) if isinstance(item, str) else table.format(draw_table(item)) for item in REPORT.items
    )


def _blocks(document: Document) -> list[object]:
    return [block.text or [[slot.text for slot in row] for row in block.grid] for block in document.blocks]


def _cells(document: Document) -> dict[str, object]:
    return {cell.id: (cell.raw, cell.value) for cell in read_report(document).cells}


_ONCE, _FIGURES = _blocks(_read(BODY)), _cells(_read(BODY))
_LONG = "".join(item for item in REPORT.lines[:5] if item not in SECTIONS)
_WAYS = {
    "tables for large and for small screens": _draw(table="<div class=pc>{0}</div><div class=wap>{0}</div>"),
    "all tables again at the end": f"<div>{BODY}</div><div class=print>{TABLES}</div>",
    "a watermark behind each line": _draw("<p>{}</p><div class=watermark>某县政府网</div>"),
    "a summary of sentences": f"<div>摘要：{_LONG}</div><div>{BODY}</div>",
    "sounds above the characters": BODY.replace("规章", "<ruby>规章<rt>guizhang</rt></ruby>"),
    "elements of the page's own": f"<my-body>{_draw('<my-line>{}</my-line>')}</my-body>",
    "for readers without scripts": f"<noscript>{BODY}</noscript>",
    "a template": f"<template>{BODY}</template>",
    "a template in a script": f"<div id=a></div><script id=b type='text/html'>{BODY}</script>",
    "the value of a control": f"<textarea id=a style='display:none'>{html.escape(BODY)}</textarea>",
    "the source of a frame": f'<iframe srcdoc="{html.escape(BODY)}"></iframe>',
    "also the source of a frame": f'<div>{BODY}</div><iframe srcdoc="{html.escape(BODY)}"></iframe>',
    "figures in pieces": re.sub(r"(?<=\d)(\d)(?=[^<>]*<)", r"<wbr>\1", BODY),
}


@pytest.mark.parametrize("way", _WAYS)
def test_a_report_is_read_as_if_it_were_written_plainly(way: str) -> None:
    document = _read(_WAYS[way])
    assert _blocks(document) == _ONCE
    assert _cells(document) == _FIGURES


def test_sections_that_are_rows_of_one_table_are_sections() -> None:
    inside = re.sub(r"</?(?:table|tbody)[^>]*>", "", _draw("<tr><td colspan=10>{}</td></tr>"))
    document = _read(f"<table border=1>{inside}</table>")
    assert _blocks(document) == _ONCE
    assert _cells(document) == _FIGURES
    assert len({block.path for block in document.blocks}) == len(document.blocks)


def test_a_path_leads_through_what_holds_the_body() -> None:
    document = _read(_WAYS["the value of a control"])
    assert {block.path.split("/")[3] for block in document.blocks} == {"textarea"}


@pytest.mark.parametrize("between", ["\t", " | "])
def test_tables_of_a_preformatted_text_are_tables(between: str) -> None:
    lines = [
        item if isinstance(item, str) else "\n".join(between.join(cell.text for cell in row) for row in item)
        for item in REPORT.items
    ]
    document = _read(f"<pre>{html.escape(chr(10).join(lines))}</pre>")
    assert _cells(document) == _FIGURES
    assert {block.path for block in document.blocks} == {"/html/body/pre"}


def test_control_characters_in_what_holds_the_body_are_left_out() -> None:
    document = _read(f"<textarea>&lt;body&gt;\x01\x0e{html.escape(BODY)}</textarea>")
    assert _blocks(document) == _ONCE


def test_an_element_of_the_page_s_own_in_a_sentence_cuts_nothing() -> None:
    document = _read(BODY.replace("全年", "<x-tip>全年</x-tip>"))
    assert _blocks(document) == _ONCE


def test_tables_of_another_report_stay_equal_as_they_are() -> None:
    other = draw_items(make_report(78, 2021))
    zeros = "<table>" + ("<tr>" + "<td>0</td>" * 7 + "</tr>") * 3 + "</table>"
    document = _read(f"{BODY}{zeros}<h1>{REPORT.title.replace('2022', '2021')}</h1>{other}{zeros}")
    assert sum({slot.text for row in block.grid for slot in row} == {"0"} for block in document.blocks) == 2


def _mark(table: Table, marker: str) -> str:
    return draw_table(table).replace(">行政许可<", f">行政许可{marker}<")


@pytest.mark.parametrize(
    "marker", ["①", "<sup>①</sup>", "<sup>1</sup>", "<a href=#n1><sup>[1]</sup></a>", "*", "（1）"]
)
def test_a_label_with_the_mark_of_a_footnote_is_that_label(marker: str) -> None:
    body = "".join(f"<p>{item}</p>" if isinstance(item, str) else _mark(item, marker) for item in REPORT.items)
    assert _cells(_read(body)) == _FIGURES


def test_a_raised_figure_is_no_digit_of_the_number_before_it() -> None:
    value = str(_FIGURES["disclosure.licence.decisions"][1])  # type: ignore[index]  # raw text and value
    raised = BODY.replace(f">{value}<", f">{value}<sup>1</sup><")
    assert _cells(_read(raised))["disclosure.licence.decisions"] == (f"{value}¹", int(value))
