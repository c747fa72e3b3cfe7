import pytest

from spiders.dates import find_date, find_url_date, read_instant
from spiders.pages import Page

URL = "http://www.example.gov.cn/nb/index.html"


def dates(markup: str) -> list[str | None]:
    return [link.date for link in Page(URL, markup.encode()).links]


def test_date_of_a_row_stands_beside_its_link() -> None:
    assert dates("<ul><li><a href=a>甲</a><i>2023-01-29</i></li><li><i>2022.02.01</i><a href=b>乙</a></li></ul>") == [
        "2023-01-29",
        "2022-02-01",
    ]


def test_two_rows_in_one_table_row_keep_their_own_dates() -> None:
    cells = "<td><a href=a>甲</a></td><td>2023-01-29</td><td><a href=b>乙</a></td><td>2022-01-30</td>"
    assert dates(f"<table><tr>{cells}</tr></table>") == ["2023-01-29", "2022-01-30"]


def test_second_link_in_a_row_does_not_hide_its_date() -> None:
    assert dates("<li><a href=a>报告</a> 2023年1月29日 <a href=a.pdf>下载</a></li>")[0] == "2023-01-29"


def test_date_inside_the_link_is_its_row_s_and_leaves_the_title() -> None:
    (link,) = Page(URL, "<li><a href=a><p>年度报告</p><span>2023-01-29</span></a></li>".encode()).links
    assert (link.title, link.date) == ("年度报告", "2023-01-29")


def test_quarter_in_a_title_is_no_date() -> None:
    assert dates("<div><a href=a>2022年1季度情况</a><a href=b>乙</a></div>") == [None, None]


def test_title_cut_short_is_read_from_its_attribute() -> None:
    (link,) = Page(URL, '<a href="a" title="某厅2022年政府信息公开年度报告">某厅2022年政府信…</a>'.encode()).links
    assert link.title == "某厅2022年政府信息公开年度报告"


def test_scripts_mail_and_fragments_are_no_links() -> None:
    markup = '<a href="javascript:void(0)">a</a><a href="mailto:a@b">b</a><a href="#top">c</a><a href="http://[">d</a>'
    assert Page(URL, markup.encode()).links == ()


def test_gbk_page_with_a_utf8_header_is_read() -> None:
    body = '<a href="a.html">某县2022年政府信息公开工作年度报告全文如下</a>'.encode("gbk")
    (link,) = Page(URL, body, "text/html; charset=utf-8").links
    assert link.title.startswith("某县2022年")


@pytest.mark.parametrize("body", [b"", b"   ", b"\x00\xff\xfe", b"%PDF-1.7"])
def test_body_without_markup_has_no_links(body: bytes) -> None:
    assert Page(URL, body).links == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发布日期：2023年1月9日", "2023-01-09"),
        ("[2023/01/09]", "2023-01-09"),
        ("09 2023-01", "2023-01"),
        ("2023-13-45", None),
        ("12023-01-091", None),
    ],
)
def test_dates_are_read_as_rows_print_them(text: str, expected: str | None) -> None:
    assert find_date(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.gov.cn/202302/t20230218_123.html", "2023-02-18"),
        ("http://a.gov.cn/art/2023/1/29/art_123_456.html", "2023-01-29"),
        ("http://a.gov.cn/2022/01-30/2393198.html", "2022-01-30"),
        ("http://a.gov.cn/c/2023-01-28/4655505.shtml", "2023-01-28"),
        ("http://a.gov.cn/yjgl/c112937/202002/7c32.shtml", "2020-02"),
        ("http://a.gov.cn/info/1061/123.htm", None),
    ],
)
def test_dates_are_read_from_addresses(url: str, expected: str | None) -> None:
    assert find_url_date(url) == expected


def test_instants_are_days_in_beijing() -> None:
    assert read_instant(1674925200) == "2023-01-29"  # 01:00 in Beijing is still the day before in Greenwich
    assert read_instant(1674925200000) == "2023-01-29"
    assert read_instant("2023-01-29 10:00:00") == "2023-01-29"
    assert read_instant(None) is None
