"""Whatever a server sends, a family reads it without an error, and a walk over it ends."""

from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.attachments import find_attachments
from spiders.discovery import Candidate, judge_page
from spiders.families import FAMILIES, recognise_family
from spiders.families.base import Turn
from spiders.pages import Page
from spiders.parts import find_images, find_inner_pages
from spiders.walking import Walk
from spiders.years import find_year_lists

PIECES = (
    "<a href='",
    "'>",
    "</a>",
    "2022年政府信息公开年度报告",
    "下一页",
    "2",
    "<li>",
    "</li>",
    "<tr><td>",
    "</table>",
    "<!--",
    "createPageHTML(3, 0, 'index', 'html')",
    "var countPage = 9 var currentPage = 0",
    "/gkmlpt/api/",
    "SID: '7'",
    "dataproxy.jsp?",
    "<datastore><record><![CDATA[",
    "]]></record>",
    "totalRecord: 99",
    "perPage: 0",
    "{unitid: 1, columnid: 2}",
    "?page=2",
    "&amp;",
    '{"total": 3, "articles": [{"url": "/a", "title": 3}]}',
    '{"articles": [1, null]}',
    "[]",
    "\x00",
    "http://[",
    "２",
    "²",
    "\ud800",
    "<script>",
    "</script>",
    "<option value='",
    "__doPostBack('a','2')",
    "<form><input name=__VIEWSTATE><input name=page value=1>",
    "function go(n){location.href='a_'+n+'.html'}",
    "$.post('/list', {page: n, sid: ",
    "fetch(`/api?page=${n}",
    "/common/search/0123456789abcdef?page=1",
    "/jpaas-publish-server/front/page/build/unit",
    "queryData=\"{'pageId':'1'}\"",
    "getgovinfolist siteGuid='1' categorynum='2'",
    "var data = [{title: '",
    "', url: '/a/1'},",
    "<meta http-equiv=refresh content='0;url=",
    "<iframe src='",
    "<option>2022年</option>",
    "viewer.html?file=",
)
BODIES = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=25).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)


@given(body=BODIES | st.binary(max_size=300), name=st.sampled_from(sorted(FAMILIES)))
@settings(max_examples=300, deadline=None)
def test_any_answer_is_read(body: bytes, name: str) -> None:
    page = Page("http://www.example.gov.cn/col/col1/index.html", body)
    recognise_family(page)
    find_attachments(page)
    find_images(page)
    find_inner_pages(page)
    find_year_lists(page, page.links)
    judge_page(page, Candidate(page.url))
    walk, turn = Walk(FAMILIES[name]), Turn(page.url)
    for _ in range(20):
        step = walk.read(page, turn)
        if step.turn is None:
            return
        turn = step.turn
    raise AssertionError("the same page again and again does not end the walk")


def test_deeply_nested_page_is_read() -> None:
    body = b"<div>" * 3000 + "<a href='a.html'>2022年政府信息公开年度报告</a>".encode()
    assert len(Page("http://www.example.gov.cn/", body).links) <= 1


def test_thousands_of_equal_links_are_read_in_time() -> None:
    body = "<div>" + "<a href='a.html'>报告</a>" * 20000 + "</div>"
    assert len(Page("http://www.example.gov.cn/", body.encode()).links) == 20000
