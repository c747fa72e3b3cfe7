"""Families whose lists come from an endpoint: each against a server made of a function, written in several ways."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from spiders.families.base import Turn
from tests.spiders.walks import Walked, row, titles, walk_server

ORIGIN = "http://www.example.gov.cn"
YEARS = list(range(2023, 1999, -1))


def asked(turn: Turn) -> dict[str, str]:
    """Query, form and JSON of a request in one."""
    values = dict(parse_qsl(urlsplit(turn.url).query, keep_blank_values=True)) | dict(turn.form)
    return values | (json.loads(turn.body) if turn.body else {})


def rows_of(number: int, size: int = 10, first: int = 1) -> list[int]:
    return YEARS[max(0, number - first) * size : max(0, number - first + 1) * size]


def as_objects(years: list[int], url: str = "/c/{}.html") -> list[dict[str, str]]:
    return [{"title": titles(year)[0], "url": url.format(year), "pubDate": f"{year + 1}-01-20"} for year in years]


def as_markup(years: list[int]) -> str:
    return "<ul>" + "".join(row(year, f"/c/content_{year}00.html") for year in years) + "</ul>"


def assert_whole(walked: Walked, family: str) -> None:
    assert walked.titles == titles(*YEARS)
    assert walked.family == family


@pytest.mark.parametrize(
    "script",
    [
        '$.ajax({url: "/igs/front/search.jhtml", data: {code: "ab12", siteId: 34, pageNumber: n, pageSize: 10}})',
        'var url = "/igs/front/search.jhtml?code=ab12&siteId=34&pageSize=10&pageNumber=" + n;',
        "fetch(`/igs/front/search.jhtml?code=${code}&siteId=34&pageNumber=${n}`); var code = 'ab12';",
    ],
)
def test_igs_search_is_asked_however_its_script_writes_it(script: str) -> None:
    def serve(turn: Turn) -> str | None:
        if "search.jhtml" not in turn.url:
            return f"<div id=list></div><script>{script}</script>"
        wish = asked(turn)
        if wish.get("code") != "ab12":
            return None
        return json.dumps({"page": {"content": as_objects(rows_of(int(wish["pageNumber"]))), "totalElements": 24}})

    assert_whole(walk_server(f"{ORIGIN}/zfxxgk/nb/", serve), "igs")


def test_jpaas_counts_its_pages_inside_the_parameter_alone() -> None:
    query = "{&quot;webId&quot;:&quot;9&quot;,&quot;pageId&quot;:&quot;p1&quot;,&quot;tplSetId&quot;:&quot;t&quot;}"
    page = f'<div data-url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{query}"></div>'

    def serve(turn: Turn) -> str | None:
        if "build/unit" not in turn.url:
            return page
        wish = asked(turn)
        assert (wish["webId"], wish["pageId"]) == ("9", "p1")
        number = json.loads(wish.get("paramJson", "{}")).get("pageNo", 1)
        return json.dumps({"data": {"html": as_markup(rows_of(number))}, "success": True})

    assert_whole(walk_server(f"{ORIGIN}/zfxxgk/nb/index.html", serve), "jpaas")


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("inline", [True, False])
def test_epoint_is_walked_whichever_number_its_pages_begin_with(first: int, *, inline: bool) -> None:
    values = 'var siteInfo = {"projectName": "/EWB_XZ", "siteGuid": "g-1"};'
    call = (
        "$.ajax({type:'post', url: siteInfo.projectName + '/rest/lightfrontaction/getgovinfolist', contentType:"
        " 'application/json', data: JSON.stringify({deptcode: '', categorynum: cat, siteGuid: siteInfo.siteGuid,"
        " pageIndex: i, pageSize: 10})})"
    )

    def serve(turn: Turn) -> str | None:
        if turn.url.endswith("site.js"):
            return values
        if "getgovinfolist" not in turn.url:
            own = f"<script>{values}</script>" if inline else '<script src="/js/site.js"></script>'
            return f"<ul id=l></ul>{own}<script>var cat = '003005'; {call}</script>"
        assert urlsplit(turn.url).path == "/EWB_XZ/rest/lightfrontaction/getgovinfolist"
        wish = asked(turn)
        assert (wish["categorynum"], wish["siteGuid"]) == ("003005", "g-1")
        number = max(first, int(wish["pageIndex"]))
        found = [{"infourl": f"/govxxgk/{y}0000.html", "realtitle": titles(y)[0]} for y in rows_of(number, first=first)]
        return json.dumps({"custom": {"total": 24, "data": found}})

    assert_whole(walk_server(f"{ORIGIN}/zwgk/list.html", serve), "epoint")


def test_epoint_takes_the_category_from_the_list_s_address() -> None:
    def serve(turn: Turn) -> str | None:
        if turn.body is None:
            return "<script>var siteGuid='g-2'; post('/EWB-FRONT/rest/lightfrontaction/getgovinfolist')</script>"
        wish = asked(turn)
        assert (wish["categorynum"], wish["siteGuid"]) == ("0077", "g-2")
        return json.dumps({"custom": {"data": as_objects(rows_of(int(wish["pageIndex"]), 20, 0))}})

    assert_whole(walk_server(f"{ORIGIN}/govInfoPub.html?categorynum=0077&deptcode=", serve), "epoint")


def test_lonsun_sends_the_year_that_the_list_s_address_names() -> None:
    call = (
        "$.get('/site/label/8888?labelName=publicInfoList&siteId=6&pageSize=15&pageIndex=' + i + '&organId=99&type=3')"
    )

    def serve(turn: Turn) -> str | None:
        if "/site/label/" not in turn.url:
            return f'<a href="?type=3&timeFrame=2019">2019年</a><div id=list></div><script>{call}</script>'
        wish = asked(turn)
        assert (wish["organId"], wish["type"], wish["timeFrame"]) == ("99", "3", "2023")
        return as_markup(rows_of(int(wish["pageIndex"]), 15))

    assert_whole(walk_server(f"{ORIGIN}/public/column/99?type=3&timeFrame=2023", serve), "lonsun")


def test_ucap_total_that_lies_low_is_not_believed() -> None:
    def serve(turn: Turn) -> str | None:
        if "/common/search/" not in turn.url:
            return "<script>get('/common/search/5ad7f285c40d4f478a7b43b9fcd67d70?_isJson=true&page=' + p)</script>"
        years = rows_of(int(asked(turn)["page"]))
        return json.dumps({"data": {"total": 10, "results": as_objects(years, "//www.example.gov.cn/c1/{}.shtml")}})

    walked = walk_server(f"{ORIGIN}/site/c115990/zfxxgk_list.shtml", serve)
    assert walked.titles[:20] == titles(*YEARS[:20])
    assert walked.found[0] == f"{ORIGIN}/c1/2023.shtml"
    assert walked.stopped is None


@pytest.mark.parametrize("script", ["createPageHTML('page-div',3,1,'zfxxgk_list','shtml',24)", ""])
def test_ucap_static_pages_are_numbered_from_two(script: str) -> None:
    def serve(turn: Turn) -> str | None:
        name = turn.url.rpartition("/")[2]
        number = {"zfxxgk_list.shtml": 1, "zfxxgk_list_2.shtml": 2, "zfxxgk_list_3.shtml": 3}.get(name)
        return f"{as_markup(rows_of(number))}<script>{script}</script><span>共3页</span>" if number else None

    assert_whole(walk_server(f"{ORIGIN}/site/c115990/zfxxgk_list.shtml", serve), "trs" if script else "ucap")


def test_xxgk_search_is_posted_page_by_page() -> None:
    page = (
        '<iframe src="/module/xxgk/tree.jsp?area=11330000X&standardXxgk=1"></iframe><script>'
        "function go(p){"
        "$.post('/module/xxgk/search.jsp', {infotypeId: 'A02', jdid: 2, area: '11330000X', divid: 'div9', currpage: p})"
        "}"
        "</script>"
    )

    def serve(turn: Turn) -> str | None:
        if "search.jsp" not in turn.url:
            return page
        wish = asked(turn)
        assert turn.form
        assert (wish["area"], wish["divid"]) == ("11330000X", "div9")
        return as_markup(rows_of(min(3, int(wish["currpage"]))))

    walked = walk_server(f"{ORIGIN}/col/col1229/index.html", serve)
    assert_whole(walked, "xxgk")
    assert len(walked.turns) == 5


@pytest.mark.parametrize(
    "call",
    [
        "$.post('/list/query', {channelId: 7, pageNo: n}, show)",
        "axios.get('/list/query', {params: {channelId: 7, pageNo: n}})",
        "$.ajax({url: '/list/query?channelId=7&pageNo=' + n, dataType: 'jsonp'})",
        "$.post('/list/query', 'channelId=7&pageNo=' + n)",
    ],
)
def test_list_of_unknown_software_is_asked_as_its_script_would(call: str) -> None:
    def serve(turn: Turn) -> str | None:
        if "/list/query" not in turn.url:
            return f"<div id=app></div><script>function load(n){{ {call} }}</script>"
        wish = asked(turn)
        assert wish["channelId"] == "7"
        text = json.dumps({"code": 0, "result": {"list": as_objects(rows_of(int(wish["pageNo"])))}})
        return f"callback({text});" if "jsonp" in call else text

    assert_whole(walk_server(f"{ORIGIN}/nb/index.html", serve), "ajax")


def test_endpoint_that_never_says_anything_ends_quietly() -> None:
    def serve(turn: Turn) -> str | None:
        if "/common/search/" not in turn.url:
            return "<script>get('/common/search/5ad7f285c40d4f478a7b43b9fcd67d70?page=1')</script>"
        return '{"data": {"total": 400, "results": []}}'

    walked = walk_server(f"{ORIGIN}/c1/list.shtml", serve)
    assert (walked.titles, walked.stopped) == ([], None)
    assert len(walked.turns) <= 4


def test_list_that_shows_ten_of_its_rows_is_asked_for_the_rest() -> None:
    def serve(turn: Turn) -> str:
        number = int(asked(turn).get("page", 1))
        more = "<script>$('#more').click(function(){ $.post('/more.do', {column: 9, page: p}, add) })</script>"
        return as_markup(rows_of(number)) + (more if not turn.form else "")

    assert_whole(walk_server(f"{ORIGIN}/nb/", serve), "ajax")


@pytest.mark.parametrize(
    "tree",
    [
        '[{"id": 10, "name": "政府信息公开年报"}]',
        "[{cat_id: 10, title: '年报', children: []}]",
        '{"list": [{"label": "政府信息公开年度报告", "value": "10"}]}',
    ],
)
def test_gkmlpt_category_is_found_in_any_tree(tree: str) -> None:
    def serve(turn: Turn) -> str | None:
        if "/api/all/" not in turn.url:
            return f"<div id=app></div><script>window.sid = '755'; var tree = {tree};</script>"
        if not turn.url.startswith(f"{ORIGIN}/gkmlpt/api/all/10?") or asked(turn).get("sid") != "755":
            return None
        return json.dumps({"total": 24, "articles": as_objects(rows_of(int(asked(turn)["page"])))})

    assert_whole(walk_server(f"{ORIGIN}/gkmlpt/index", serve), "gkmlpt")


def test_hanweb_parameters_spread_over_inputs_are_gathered() -> None:
    page = (
        '<input type=hidden id="columnid" value="1229"><script>var unitid = "77", webid = 4, appid = 1;'
        "jpage('/module/web/jpage/dataproxy.jsp')</script>"
    )

    def serve(turn: Turn) -> str | None:
        if "dataproxy" not in turn.url:
            return page
        wish = asked(turn)
        if (wish.get("unitid"), wish.get("columnid")) != ("77", "1229") or "startrecord" not in wish:
            return None
        years = YEARS[int(wish["startrecord"]) - 1 : int(wish["endrecord"])]
        return "".join(f"<record><![CDATA[{row(y, f'/art/{y}/1/2/art_1_{y}.html')}]]></record>" for y in years)

    assert_whole(walk_server(f"{ORIGIN}/col/col1229/index.html", serve), "hanweb")
