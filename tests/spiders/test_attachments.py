import pytest

from spiders.attachments import find_attachments
from spiders.pages import Page

URL = "http://www.example.gov.cn/nb/202301/t20230118_123.html"


def found(markup: str) -> list[str]:
    return [link.url for link in find_attachments(Page(URL, markup.encode()))]


@pytest.mark.parametrize("suffix", ["pdf", "doc", "docx", "xls", "xlsx", "wps", "ofd", "zip", "PDF"])
def test_file_beside_the_article_is_an_attachment(suffix: str) -> None:
    assert found(f'<div class="TRS_Editor"><a href="./P02023.{suffix}">附件</a></div>') == [
        f"http://www.example.gov.cn/nb/202301/P02023.{suffix}"
    ]


def test_download_endpoints_are_told_by_the_file_that_they_name() -> None:
    address = "/module/download/downfile.jsp?classid=0&filename=ab12.pdf"
    assert found(f'<a href="{address}">报告</a>') == [f"http://www.example.gov.cn{address}"]


def test_download_endpoint_without_a_file_name_is_told_by_its_text() -> None:
    assert found('<a href="/system/_content/download.jsp?id=9">2022年度报告.docx</a>')
    assert not found('<a href="/system/_content/download.jsp?id=9">下载中心</a>')


def test_file_shown_in_a_viewer_is_an_attachment() -> None:
    markup = '<iframe src="/pdfjs/web/viewer.html?file=/files/nb2022.pdf"></iframe><embed src="b.pdf">'
    assert found(markup) == ["http://www.example.gov.cn/files/nb2022.pdf", "http://www.example.gov.cn/nb/202301/b.pdf"]


def test_files_in_the_foot_are_not() -> None:
    markup = '<a href="a.pdf">附件</a><div class="page-footer"><a href="help.pdf">使用帮助</a></div>'
    assert found(markup) == ["http://www.example.gov.cn/nb/202301/a.pdf"]


def test_file_linked_twice_is_one_attachment() -> None:
    assert len(found('<a href="a.pdf">附件</a><a href="./a.pdf">下载</a>')) == 1


def test_pages_are_no_files() -> None:
    assert found('<a href="next.html">下一篇</a><a href="/download/">下载专区</a>') == []


@pytest.mark.parametrize("href", ["a.%70df", "a.p\ndf", "x?f=a.%64oc", "a.pdf?v=1", "A%2EPDF", " a.zip ", "a.xls#p2"])
def test_file_is_found_however_its_address_is_written(href: str) -> None:
    assert len(found(f'<a href="{href}">附件</a><a href="list.html">目录</a>')) == 1
