import pytest
from scrapy.http import Response

from crawler.robots import is_robots


@pytest.mark.parametrize("body", [b"User-agent: *\nDisallow: /", b"\xef\xbb\xbf# comment", b""])
def test_text_is_robots_txt(body: bytes) -> None:
    assert is_robots(Response("http://a.gov.cn/robots.txt", body=body))


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><p>Disallow: /", b"\xef\xbb\xbf \r\n<html>"])
def test_page_in_its_place_is_none(body: bytes) -> None:
    assert not is_robots(Response("http://a.gov.cn/robots.txt", body=body))


@pytest.mark.parametrize("status", [202, 403, 404, 412, 503])
def test_error_is_none_whatever_its_body(status: int) -> None:
    assert not is_robots(Response("http://a.gov.cn/robots.txt", status=status, body=b"User-agent: *\nDisallow: /"))
