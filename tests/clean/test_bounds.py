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
