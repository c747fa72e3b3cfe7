"""What is no page, and what is too much of one: named, quickly, with its media type."""

import time

import pytest

from pipelines.clean.charset import decode
from pipelines.clean.cleaning import clean_capture
from tests.clean.capturing import capture

_LINE = "本年度我局认真做好信息公开工作，成效明显。"


@pytest.mark.parametrize(
    ("payload", "header", "name", "media"),
    [
        (b"wOF2" + bytes(90), "text/html", "a.woff2", "font/woff2"),
        (b"\x00\x01\x00\x00\x00\x10" + bytes(90), "application/octet-stream", "a.ttf", "font/ttf"),
        (b"ID3\x03" + bytes(90), "audio/mpeg", "a.mp3", "audio/mpeg"),
        (b"\xff\xf3\x40\xc0" * 30, "audio/mpeg", "a.mp3", "audio/mpeg"),
        (b"BZh91AY" + bytes(90), "text/html", "a.bz2", "application/x-bzip2"),
        (b"a{color:red}", "text/css", "a.css", "text/css"),
        (b"", "text/css", "a.css", "text/css"),
        (b"\xff\xfe\x81\x00var", "application/javascript", "a.js", "application/javascript"),
        (b"var a=1;", "text/plain", "a.js?v=2", "text/javascript"),
        (b'{"total":1}', "application/json", "api", "application/json"),
        (b"<urlset><url/></urlset>", "text/xml", "sitemap.xml", "text/xml"),
        (b"<svg></svg>", "image/svg+xml", "a.svg", "image/svg+xml"),
    ],
)
def test_a_file_that_is_no_text_is_something_else(payload: bytes, header: str, name: str, media: str) -> None:
    document = clean_capture(capture(payload, f"http://www.example.gov.cn/{name}", header))
    assert (document.kind, document.rejected, document.media_type) == ("other", None, media)


@pytest.mark.parametrize("payload", [b"Rar!\x1a\x07\x00" + bytes(90), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90)])
def test_a_file_that_may_be_the_report_is_an_attachment(payload: bytes) -> None:
    assert clean_capture(capture(payload, "http://www.example.gov.cn/a.doc")).kind == "attachment"


def test_a_page_sent_as_an_image_is_a_page() -> None:
    page = f"<!DOCTYPE html><html><body><h1>通知</h1><p>{_LINE}</p></body></html>"
    assert clean_capture(capture(page, "http://www.example.gov.cn/a.png", "image/png")).media_type == "text/html"


def test_what_is_rejected_names_its_media_type() -> None:
    assert clean_capture(capture(b"%PDF-1.7\nbroken")).media_type == "application/pdf"
    assert clean_capture(capture(b"%PDF-1.7\nbroken", problem="truncated")).media_type == "application/pdf"
    assert clean_capture(capture(bytes(range(128, 256)) * 40 + b"\xff\xfe\x80" * 50)).media_type == "text/html"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<table>" + "<tr><td>1</td><td>2</td><td>3</td></tr>" * 40_000 + "</table>", "too-large"),
        ("<p>" + "好的工作。" * 600_000 + "</p>", "too-large"),
        ("<p>" + "<b>政</b>" * 600_000 + "</p>", "too-large"),
        (f"<p>{_LINE}</p>" * 80_000, "too-large"),
        ("信息公开<br>" * 80_000, "too-large"),
        ("<div>" * 5_000 + _LINE * 40 + "</div>" * 5_000, "unreadable"),
        ("<p>" + "<span>" * 5_000 + _LINE * 40, "unreadable"),
    ],
)
def test_a_page_beyond_all_bounds_is_rejected_at_once(page: str, reason: str) -> None:
    start = time.process_time()
    document = clean_capture(capture(f"<html><body>{page}</body></html>"))
    assert (document.kind, document.rejected) == ("rejected", reason)
    assert document.media_type == "text/html"
    assert time.process_time() - start < 2


def test_a_plain_text_beyond_all_bounds_is_rejected() -> None:
    assert clean_capture(capture(f"{_LINE}\n" * 90_000, content_type="text/plain")).rejected == "too-large"


def test_a_page_nested_as_deeply_as_the_parser_goes_is_read() -> None:
    page = "<div>" * 1_900 + f"<p>{_LINE}</p>" + "</div>" * 1_900
    assert [block.text for block in clean_capture(capture(f"<html><body>{page}</body></html>")).blocks] == [_LINE]


def test_bytes_that_break_off_everywhere_are_read_in_time_that_grows_with_their_number() -> None:
    payload = ("政".encode() * 8 + b"\xe6") * 40_000
    start = time.process_time()
    decode(payload, "text/html; charset=utf-8")
    assert time.process_time() - start < 2


_PROSE = "".join(
    f"<p>第{number}项工作由{number}号科室承担，全年公开信息{number}条，均已按期完成。</p>" for number in range(400)
)
_REPORT = (
    "<h1>青汀县渡口管理局2023年政府信息公开工作年度报告</h1><h2>一、总体情况</h2>"
    f"<p>{_LINE}</p><h2>二、主动公开政府信息情况</h2><table><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td>"
    "<td>现行有效件数</td></tr><tr><td>规章</td><td>0</td><td>0</td><td>7</td></tr></table>"
)
_NUMBERED = "".join(f"<p class=h>{_LINE * 30}{number}</p>" for number in range(800))
_WORN = {
    "attributes": _REPORT + "<p " + " ".join(f"a{number}=1" for number in range(60_000)) + ">",
    "attributes in quotes": _REPORT + "<p " + " ".join(f"a{number}='>'" for number in range(60_000)) + ">",
    "elements": "<div>" * 2 + "<p><b>" * 100_000,
    "links in a line": "".join(f"<a href=/{number}.html>关于某事的通知第{number}号</a>" for number in range(20_000)),
    "links in a table": "<table>"
    + f"<tr><td><a href=/a.html>关于某事的通知</a><td>2023-01-01<td>{_LINE}</tr>" * 5_000
    + "</table>",
    "hidden words": "".join(f"<i style='display:none'>x{number}</i>" for number in range(50_000)),
    "letters": "<p>" + "x" * 300_000,
    "images": "<p>" + "<img src=a.png>" * 30_000,
    "hidden strings": f"<style>.h{{display:none}}</style>{_NUMBERED}{_PROSE}",
    "pieces of a table": "".join(
        f"<table><tr><td>第{n}项<td>{n}<td>2<tr><td>第{n}目<td>{n}<td>2</table>" for n in range(1_800)
    ),
    "tables in cells": "<table><tr><td>1<td>2<td>" * 300 + "<table>" + "<tr><td>a<td>b<td>1<td>2</tr>" * 5_000,
    "cells that reach down": "<table><tr>" + "<td rowspan=65534>a" * 1_900 + "</tr>" + "<tr><td>1<td>2</tr>" * 5_000,
}


@pytest.mark.parametrize("name", _WORN)
def test_a_page_that_wears_readers_out_is_read_or_rejected_in_time(name: str) -> None:
    page = capture(f"<html><body>{_WORN[name]}</body></html>")
    start = time.process_time()
    document = clean_capture(page)
    assert time.process_time() - start < 2
    assert document.rejected in (None, "too-large")


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td colspan=1000 rowspan=65534>1<td>2</tr>" * 1_000,
        "".join(f"<tr><td colspan={1000 - n}>a<td colspan=1000 rowspan=65534>b</tr>" for n in range(1, 250)),
        ("<tr>" + "<td rowspan=65534>1" * 100 + "</tr>") * 300,
    ],
)
def test_a_report_survives_a_table_whose_spans_blow_it_up(table: str) -> None:
    start = time.process_time()
    document = clean_capture(capture(f"<html><body>{_REPORT}<table>{table}</table></body></html>"))
    assert time.process_time() - start < 2
    assert document.kind == "report"
    assert [slot.text for slot in document.blocks[3].grid[1]] == ["规章", "0", "0", "7"]
