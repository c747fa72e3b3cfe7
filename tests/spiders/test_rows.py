import pytest

from spiders.pages import Link, Page
from spiders.rows import (
    find_reports,
    is_annual_report,
    is_article,
    leads_to_annual_list,
    names_annual_list,
    report_year,
    title_year,
)
from spiders.years import find_year_lists

URL = "http://www.example.gov.cn/nb/202301/t20230118_123.html"


@pytest.mark.parametrize(
    "title",
    [
        "云岭省民政厅2022年政府信息公开工作年度报告",
        "2022年度政务公开工作报告",
        "石桥市应急局信息公开年报（2022年）",
        "政府信息公开2022年年度报告",
        "二〇二二年政府信息公开年度报告",
        "2022年年度报告",
        "市财政局2022年度报告",
        "2022年",
        "２０２２年政府信息公开工作 年度报告",
        "石桥市应急管理局2022年政府信…",
        "石桥市应急管理局2022年度...",
    ],
)
def test_report_is_told_by_its_title(title: str) -> None:
    link = Link(URL, title)
    assert is_annual_report(link)
    assert report_year(link) == 2022


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2022年度政府信息公开工作年度报告编制发布工作的通知",
        "一图读懂云岭省2022年政府信息公开工作年度报告",
        "2022年法治政府建设年度报告",
        "2022年度部门决算报告",
        "2022年国民经济和社会发展统计公报",
        "省厅召开2022年度工作会议",
        "政府信息公开指南",
        "2022年政府工作报告",
        "示范区2022年重点工作",
        "石桥市应急管理局2022年重点…",
        "石桥市应急管理局2022年度部门预…",
        "首页",
    ],
)
def test_other_rows_of_the_column_are_not(title: str) -> None:
    assert not is_annual_report(Link(URL, title, "2023-01-18"))


def test_menu_link_without_a_year_is_no_report() -> None:
    assert not is_annual_report(Link("http://www.example.gov.cn/zfxxgk/zfxxgknb/", "政府信息公开年报", "2023-01-18"))


def test_title_without_a_year_takes_the_year_before_its_date() -> None:
    assert (
        report_year(Link("http://www.example.gov.cn/info/1061/123.htm", "政府信息公开年度报告", "2023-01-18")) == 2022
    )
    assert report_year(Link(URL, "政府信息公开年度报告")) == 2022


def test_year_of_a_title_is_the_one_before_the_word_report() -> None:
    assert title_year("2023年1月发布：2022年政府信息公开年度报告") == 2022
    assert title_year("政府信息公开年度报告（2022）") == 2022


def test_years_choose_among_the_reports() -> None:
    links = [Link(f"{URL}?{year}", f"{year}年政府信息公开年度报告") for year in (2019, 2020, 2021, 2022)]
    chosen = find_reports(links, frozenset({2020, 2021}))
    assert [report_year(link) for link in chosen] == [2020, 2021]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.gov.cn/art/2023/1/29/art_123_456.html", True),
        ("http://a.gov.cn/info/1061/123.htm", True),
        ("http://a.gov.cn/c/2023-01-28/4655505.shtml", True),
        ("http://a.gov.cn/nb/report.pdf", True),
        ("http://a.gov.cn/show?id=7", True),
        ("http://a.gov.cn/col/col123/index.html", False),
        ("http://a.gov.cn/zfxxgk/zfxxgknb/", False),
        ("http://a.gov.cn/nb/index_2.html", False),
    ],
)
def test_articles_are_told_from_columns(url: str, *, expected: bool) -> None:
    assert is_article(url) is expected


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("云岭省民政厅政府信息公开工作年度报告", "http://a.gov.cn/info/1061/123.htm"),
        ("2022年度政府信息公开工作情况", URL),
        ("2022年", "http://a.gov.cn/XxgkAnnualReport/show/4412.html"),
        ("云岭省民政厅", "http://a.gov.cn/OpennessAnnualReport/show/4412.html"),
    ],
)
def test_target_tells_where_the_title_does_not(title: str, url: str) -> None:
    assert is_annual_report(Link(url, title))


def test_column_over_several_years_is_no_report() -> None:
    assert not is_annual_report(Link("http://a.gov.cn/nb/", "政府信息公开年报（2008—2023）"))
    assert names_annual_list("政府信息公开年报（2008—2023）")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/zfxxgk/zfxxgknb/", True),
        ("/ZFXXGK1/ZFXXGKNB1/", True),
        ("/zwgk_230/zfxxgknb/", True),
        ("/xxgknb.htm", True),
        ("/gk/ndbg/index.html", True),
        ("/module/xxgk/xxgkAnnualReport.jsp?area=11&fbtime=2022", True),
        ("/public/column/659?type=3&action=list", True),
        ("/public/column/659?type=4&action=list", False),
        ("/ningbo/", False),
        ("/nbgz/", False),
        ("/zfxxgk/", False),
    ],
)
def test_lists_are_told_by_their_path(path: str, *, expected: bool) -> None:
    assert leads_to_annual_list(f"http://a.gov.cn{path}") is expected


def test_years_are_lists_of_their_own_by_tab_or_by_menu() -> None:
    page = Page(
        "http://a.gov.cn/m/xxgkAnnualReport.jsp?area=1&fbtime=2023",
        "<select><option>2023</option><option>2022年".encode(),
    )
    assert find_year_lists(page, ()) == [
        "http://a.gov.cn/m/xxgkAnnualReport.jsp?area=1&fbtime=2023",
        "http://a.gov.cn/m/xxgkAnnualReport.jsp?area=1&fbtime=2022",
    ]
    tabs = (
        Link("http://a.gov.cn/public/column/65951?timeFrame=2022", "2022年"),
        Link("http://a.gov.cn/art_1.html", "2021年"),
    )
    column = Page("http://a.gov.cn/public/column/65951?type=3", b"")
    assert find_year_lists(column, tabs) == ["http://a.gov.cn/public/column/65951?timeFrame=2022"]
