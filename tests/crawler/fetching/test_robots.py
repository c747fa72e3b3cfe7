from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.fetching.robots import is_robots
from tests.commands import crawl_urls, read_lines
from tests.loopback import Answer, Asked, serving


@pytest.mark.parametrize("body", [b"User-agent: *\nDisallow: /", b"\xef\xbb\xbf# comment", b""])
def test_text_is_robots_txt(body: bytes) -> None:
    assert is_robots(Response("http://a.gov.cn/robots.txt", body=body))


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><p>Disallow: /", b"\xef\xbb\xbf \r\n<html>"])
def test_page_in_its_place_is_none(body: bytes) -> None:
    assert not is_robots(Response("http://a.gov.cn/robots.txt", body=body))


@pytest.mark.parametrize("status", [202, 403, 404, 412, 503])
def test_error_is_none_whatever_its_body(status: int) -> None:
    assert not is_robots(Response("http://a.gov.cn/robots.txt", status=status, body=b"User-agent: *\nDisallow: /"))


def test_robots_txt_that_leads_off_scope_is_not_followed_and_forbids_nothing(tmp_path: Path) -> None:
    elsewhere: list[Asked] = []
    with serving({"/robots.txt": Answer(b"User-agent: *\nDisallow: /", "text/plain")}, elsewhere) as other:
        away = Answer(b"", status=302, headers={"Location": f"{other}/robots.txt"})
        with serving({"/robots.txt": away, "/a.html": Answer("<p>通知</p>".encode())}) as address:
            done = crawl_urls(tmp_path, [f"{address}/a.html"])
    assert (done.returncode, elsewhere) == (0, [])
    assert [line["url"] for line in read_lines(tmp_path / "live-documents.jsonl")] == [f"{address}/a.html"]
