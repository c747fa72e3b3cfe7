"""From a home page to the list, on made-up portals that link it in every way but the plain one."""

from collections.abc import Mapping

import pytest

from crawler.catalogue import Portal
from spiders.discovery import Candidate, Discovery, Finding
from spiders.pages import Page
from spiders.reach import Reach
from tests.spiders.walks import row

HOME = "http://mzt.example.gov.cn/"
AGENCY = "云岭省民政厅"
NEWS = "".join(f'<li><a href="/gzdt/t2023010{n}_{n}.html">要闻{n}</a></li>' for n in range(1, 9))
LIST = "".join(row(year, f"./t{year + 1}0120_{year}.html") for year in (2023, 2022, 2021))


class Searched:
    """What a search asked for and found."""

    def __init__(self, pages: Mapping[str, str | bytes], home: str = HOME, most: int = 40) -> None:
        self.asked: list[str] = []
        self.lists: list[str] = []
        self.findings: dict[str, Finding] = {}
        self.search = Discovery(Reach.of(Portal("x", AGENCY, "provincial", home)), home, AGENCY, most)
        self.search.meet(Candidate(home))
        while candidate := self.search.take():
            self.asked.append(candidate.url)
            body = pages.get(candidate.url.removeprefix(home.rstrip("/")) or "/")
            if body is not None:
                self._read(Page(candidate.url, body.encode() if isinstance(body, str) else body), candidate)
        if fallback := self.search.take_fallback():
            self.lists.append(fallback.url)

    def _read(self, page: Page, candidate: Candidate) -> None:
        finding = self.findings[page.url] = self.search.read(page, candidate)
        if finding.is_list:
            self.lists.append(page.url)


def home(*links: str) -> str:
    return f"<html><head><title>{AGENCY}</title></head><body><div>{' '.join(links)}</div><ul>{NEWS}</ul></body></html>"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("政府信息公开年报", "/a/b/"),
        ("信息公开年报", "/col/col1229430123/index.html"),
        ("年度报告", "/gk/12/list.htm"),
        ("年报", "/List.aspx?id=7"),
        ("政府信息公开工作年度报告", "/channels/1045.html"),
        ("<img src=x.png alt='政府信息公开年报'>", "/x/"),
        ("更多&gt;&gt;", "/zfxxgk/zfxxgknb/"),
        ("查看", "/xxgk/gknb/index.shtml"),
        ("点击", "/xxgk/ndbg/"),
    ],
)
def test_list_is_found_by_words_or_by_path(text: str, path: str) -> None:
    assert Searched({"/": home(f'<a href="{path}">{text}</a>'), path: LIST}).lists == [HOME.rstrip("/") + path]


def test_list_is_found_behind_the_disclosure_column_in_few_requests() -> None:
    menu = '<a href="/zfxxgk/zn/">政府信息公开指南</a><a href="/zfxxgk/fd/">法定主动公开内容</a>'
    menu += '<a href="nb/">政府信息公开年报</a>'
    others = [f'<a href="/zt/{n}/">专题{n}</a>' for n in range(60)]
    found = Searched({"/": home(*others, '<a href="/zfxxgk/">政府信息公开</a>'), "/zfxxgk/": menu, "/zfxxgk/nb/": LIST})
    assert found.asked == [HOME, f"{HOME}zfxxgk/", f"{HOME}zfxxgk/nb/"]
    assert found.lists == [f"{HOME}zfxxgk/nb/"]


@pytest.mark.parametrize(
    "stub",
    [
        '<meta http-equiv="Refresh" content="0; URL=\'/main/\'">',
        "<script>window.location.href='/main/';</script>",
        '<script>top.location.replace("/main/")</script>',
        '<frameset><frame src="/main/"></frameset>',
        '<a href="/main/">进入网站</a>',
        "<div onclick=\"location.href='/main/'\">进入首页</div>",
    ],
)
def test_splash_page_leads_on(stub: str) -> None:
    pages = {"/": stub, "/main/": home('<a href="/nb/">政府信息公开年报</a>'), "/nb/": LIST}
    assert Searched(pages).lists == [f"{HOME}nb/"]


def test_menu_written_by_script_is_read() -> None:
    script = "<script>document.write('<a href=\"/nb1/\">政府信息公开年报<\\/a>')</script>"
    nodes = '{id: 1, name: "政府信息公开年报", url: "/nb2/"}, {id: 2, name: "指南", url: "/zn/"}'
    tree = f"<script>var nodes = [{nodes}]</script>"
    assert Searched({"/": home(script), "/nb1/": LIST}).lists == [f"{HOME}nb1/"]
    assert Searched({"/": home(tree), "/nb2/": LIST}).lists == [f"{HOME}nb2/"]


def test_column_type_makes_a_list_of_what_nobody_named_so() -> None:
    column = f'<head><META NAME="columntype" CONTENT="信息公开年报"></head>{row(2023, "/a/20231.html")}'
    pages = {
        "/": home('<a href="/xxgk/">信息公开</a>'),
        "/xxgk/": '<a href="/xxgk/q7/">其他</a><a href="/gk/3/">公开</a>',
    }
    assert Searched(pages | {"/gk/3/": column}).lists == [f"{HOME}gk/3/"]


def test_gbk_page_is_read() -> None:
    pages = {"/": home('<a href="/nb/">政府信息公开年报</a>').encode("gbk"), "/nb/": LIST.encode("gbk")}
    assert Searched(pages).lists == [f"{HOME}nb/"]


def test_two_lists_are_both_found_and_one_address_of_each() -> None:
    links = '<a href="/nb/">政府信息公开年报</a><a href="/nb/index.html">年报</a><a href="/lnnb/">历年年报</a>'
    found = Searched({"/": home(links), "/nb/": LIST + links, "/lnnb/": LIST + links})
    assert found.lists == [f"{HOME}nb/", f"{HOME}lnnb/"]
    assert len(found.asked) == 3


@pytest.mark.parametrize(
    "text", ["财政年报", "网站工作年度报表", "法治政府建设年度报告", "统计年报", "政府信息公开年报制度"]
)
def test_yearly_reports_on_something_else_are_no_list(text: str) -> None:
    rows = "".join(f'<li><a href="/t2023_{n}000{n}.html">2023年{text}{n}</a></li>' for n in range(5))
    assert Searched({"/": home(f'<a href="/other/">{text}</a>'), "/other/": rows}).lists == []


def test_box_of_reports_on_the_home_page_is_not_the_list_but_better_than_nothing() -> None:
    box = "".join(row(year, f"/t{year + 1}0120_{year}.html") for year in (2023, 2022))
    assert Searched({"/": home(box)}).lists == [HOME]
    assert Searched({"/": home(box, '<a href="/nb/">年报</a>'), "/nb/": LIST}).lists == [f"{HOME}nb/"]


def test_other_agencies_hosts_are_left_alone() -> None:
    links = '<a href="http://www.example.gov.cn/zfxxgk/nb/">政府信息公开年报</a><a href="http://x.com/nb/">年报</a>'
    assert Searched({"/": home(links)}).asked[:1] == [HOME]
    assert all(url.startswith(HOME) for url in Searched({"/": home(links)}).asked)


def test_hosts_below_the_home_page_s_name_are_its_own() -> None:
    reach = Reach.of(Portal("x", AGENCY, "municipal", "https://www.hd.gov.cn/"))
    assert reach.owns("http://hdzfxxgk.hd.gov.cn/nb/")
    assert not reach.owns("http://www.gov.cn/")
    assert reach.owns("http://www.hd.gov.cn:8080/")
    assert not reach.owns("http://other.hd.gov.cn:8080/")
    assert not reach.owns("http://fake-hd.gov.cn/")


def test_portal_without_any_link_is_asked_where_platforms_lie() -> None:
    found = Searched({"/": "<div id=app></div><script src=/app.js></script>", "/zfxxgk/zfxxgknb/": LIST})
    assert found.lists == [f"{HOME}zfxxgk/zfxxgknb/"]
    assert len(found.asked) <= 8


def test_search_ends_at_its_bound() -> None:
    pages = {f"/xxgk/{n}/": f'<a href="/xxgk/{n + 1}/">信息公开</a>' * 3 for n in range(200)}
    links = [f'<a href="/xxgk/{n * 10}/">信息公开{n}</a>' for n in range(20)]
    found = Searched(pages | {"/": home(*links)}, most=15)
    assert len(found.asked) == 15
    assert found.lists == []


def test_list_in_a_frame_of_a_named_page_is_found() -> None:
    frame = '<html><body><iframe src="/inner/list.jsp?c=5" width=700></iframe></body></html>'
    pages = {"/": home('<a href="/nb/">信息公开年报</a>'), "/nb/": frame, "/inner/list.jsp?c=5": LIST}
    assert Searched(pages).lists == [f"{HOME}inner/list.jsp?c=5"]


def test_years_below_a_named_page_are_found() -> None:
    years = "".join(f'<li><a href="/nb/{year}/">{year}年</a></li>' for year in (2023, 2022))
    pages = {"/": home('<a href="/nb/">政府信息公开年报</a>'), "/nb/": f"<ul>{years}</ul>"}
    pages |= {f"/nb/{year}/": row(year, f"/nb/{year}/t{year + 1}0120_1.html") for year in (2023, 2022)}
    assert Searched(pages).lists == [f"{HOME}nb/2023/", f"{HOME}nb/2022/"]


def test_on_loopback_a_port_is_a_host_of_its_own() -> None:
    reach = Reach.of(Portal("x", AGENCY, "municipal", "http://127.0.0.1:8701/"))
    assert reach.owns("http://127.0.0.1:8701/nb/")
    assert not reach.owns("http://127.0.0.1:8702/nb/")
    assert not reach.owns("http://127.0.0.1/nb/")


def test_further_pages_of_a_list_are_left_to_its_walk() -> None:
    pager = '<a href="index_1.html">2</a><a href="?month=-1">&lt;</a><a href="?month=1">&gt;</a>'
    found = Searched({"/": home('<a href="/xxgk/nb/">年报</a>'), "/xxgk/nb/": LIST + pager})
    assert found.asked == [HOME, f"{HOME}xxgk/nb/"]


def test_one_page_under_several_names_of_its_host_is_asked_once() -> None:
    names = ("https://www.mzt.example.gov.cn", "http://www.mzt.example.gov.cn", "https://mzt.example.gov.cn")
    links = "".join(f'<a href="{name}/xxgk/nb/">年报</a>' for name in names)
    found = Searched({"/": home(links, '<a href="/xxgk/nb/index.html">年报</a>')}, most=4)
    assert sum("/xxgk/nb/" in url for url in found.asked) == 1


def test_page_that_waits_may_get_a_better_name() -> None:
    links = '<a href="/gkmlpt/index">政府信息公开</a><a href="/gkmlpt/index#3047">年报</a>'
    found = Searched({"/": home(links), "/gkmlpt/index": '<script src="/gkmlpt/tree.js"></script>'})
    assert found.asked == [HOME, f"{HOME}gkmlpt/index"]
    assert found.lists == [f"{HOME}gkmlpt/index"]


def test_column_whose_file_is_a_word_is_no_article() -> None:
    pages = {"/": home('<a href="/sl/zfxxgk/zfxxgk.shtml">公开</a>'), "/sl/zfxxgk/zfxxgk.shtml": LIST}
    pages["/sl/zfxxgk/zfxxgk.shtml"] = '<a href="/sl/c1022/list.shtml">信息公开年报</a>'
    assert Searched(pages | {"/sl/c1022/list.shtml": LIST}).lists == [f"{HOME}sl/c1022/list.shtml"]


def test_shell_that_is_linked_by_name_is_the_list() -> None:
    shell = '<div id="app"></div><script src="/static/app.js"></script>'
    found = Searched({"/": home('<a href="/xxgk/report.html">信息公开年报</a>'), "/xxgk/report.html": shell})
    assert found.lists == [f"{HOME}xxgk/report.html"]


@pytest.mark.parametrize(
    "menu",
    [
        '<select><option value="/zn/">指南</option><option value="/a/b/">信息公开年报</option></select>',
        '<h3>信息公开年报 <a href="/a/b/">更多&gt;&gt;</a></h3><ul><li>…</li></ul>',
        '<div class="t"><b>政府信息公开年报</b></div><div><a href="/a/b/"><img src="more.png"></a></div>',
        '<frameset><frame src="/top.html"><frame src="/none.html"></frameset>',
        '<div id="menu"></div><script src="/js/menu.js"></script>',
    ],
)
def test_menu_without_plain_links_leads_on(menu: str) -> None:
    pages = {
        "/": home('<a href="/gk/">政务公开</a>'),
        "/gk/": menu,
        "/top.html": '<a href="/a/b/">信息公开年报</a>',
        "/js/menu.js": "var menu = [{name: '指南', url: '/zn/'}, {name: '信息公开年报', url: '/a/b/'}];",
        "/a/b/": LIST,
    }
    assert Searched(pages).lists == [f"{HOME}a/b/"]


def test_list_on_another_host_is_named_and_not_asked() -> None:
    found = Searched({"/": home('<a href="http://www.elsewhere.gov.cn/gkmlpt/index">政府信息公开年报</a>')}, most=3)
    assert not [url for url in found.asked if "elsewhere" in url]
    assert found.search.elsewhere == "政府信息公开年报 leads to http://www.elsewhere.gov.cn/gkmlpt/index"
