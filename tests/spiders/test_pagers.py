"""Pagers of static and posted pages: backwards numbers, postbacks, script, forms, menus; and that each of them ends."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from spiders.families.base import Turn
from tests.spiders.walks import Walked, row, titles, walk_list, walk_server

ORIGIN = "http://www.example.gov.cn"
YEARS = list(range(2023, 1993, -1))
FIVE = [YEARS[at : at + 6] for at in range(0, 30, 6)]


def rows(number: int, path: str = "/info/1061/{}.htm") -> str:
    return "".join(row(year, path.format(year)) for year in FIVE[number - 1]) if 1 <= number <= 5 else ""


def whole(walked: Walked) -> bool:
    return walked.titles == titles(*YEARS)


@pytest.mark.parametrize("pager", ["linked", "stated", "last"])
def test_vsb_pages_are_numbered_backwards(pager: str) -> None:
    def page(number: int) -> str:
        following = f"xxgknb/{5 - number}.htm" if number == 1 else f"{5 - number}.htm"
        more = {
            "linked": f'<a href="{following}">下页</a>' if number < 5 else "",
            "stated": f"<span>共30条 {number}/5 页</span>",
            "last": f'<a href="/xxgknb/{5 - number}.htm"><img src=next.png></a>' if number < 5 else "",
        }[pager]
        return f"<div class=v_news_content>{rows(number)}</div>{more}"

    answers = {f"{ORIGIN}/xxgknb.htm": page(1)}
    answers |= {f"{ORIGIN}/xxgknb/{5 - number + 1}.htm": page(number) for number in range(2, 6)}
    walked = walk_list(f"{ORIGIN}/xxgknb.htm", answers)
    assert whole(walked)
    assert (walked.family, walked.stopped) == ("vsb", None)
    assert walked.urls[1:] == [f"{ORIGIN}/xxgknb/{number}.htm" for number in (4, 3, 2, 1)]


@pytest.mark.parametrize(
    "pager",
    [
        "<a href=\"javascript:__doPostBack('ctl00$Pager','{next}')\">下一页</a>",
        '<a href="javascript:__doPostBack(&#39;ctl00$Pager&#39;,&#39;{next}&#39;)">{next}</a>',
        '<input type="submit" name="ctl00$Next" value="下一页">',
        '<a onclick="javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions(&quot;ctl00$Pager&quot;, '
        '&quot;{next}&quot;))" href="#">下一页</a>',
    ],
)
def test_postback_carries_the_state_of_the_page_before(pager: str) -> None:
    def serve(turn: Turn) -> str:
        sent = dict(turn.form)
        number = int(sent["__VIEWSTATE"]) + 1 if sent else 1
        if sent and "ctl00$Next" not in sent:
            assert (sent["__EVENTTARGET"], sent["__EVENTARGUMENT"]) == ("ctl00$Pager", str(number))
        if sent:
            assert (sent["__EVENTVALIDATION"], sent["ctl00$Word"], sent["ctl00$Size"]) == ("ok", "", "20")
            assert "ctl00$Search" not in sent
        return (
            '<form method="post" action="./List.aspx?id=7"><script>function __doPostBack(a,b){}</script>'
            f'<input type="hidden" name="__VIEWSTATE" value="{min(number, 5)}">'
            '<input type=hidden name=__EVENTVALIDATION value=ok><input type="text" name="ctl00$Word">'
            '<input type="submit" name="ctl00$Search" value="搜索">'
            '<select name="ctl00$Size"><option>10</option><option selected>20</option></select>'
            f"{rows(min(number, 5))}{pager.replace('{next}', str(number + 1))}</form>"
        )

    walked = walk_server(f"{ORIGIN}/List.aspx?id=7", serve)
    assert whole(walked)
    assert walked.family == "aspnet"
    assert walked.stopped == "page 6 brings no new row"


def test_asp_pages_with_plain_links_are_followed_by_them() -> None:
    def serve(turn: Turn) -> str:
        number = int(dict(parse_qsl(urlsplit(turn.url).query)).get("page", 1))
        following = f'<a href="InfoPublic.aspx?cid=3&page={number + 1}">下一页</a>' if number < 5 else ""
        return f"<form><input type=hidden name=__VIEWSTATE value=x>{rows(number)}{following}</form>"

    assert whole(walk_server(f"{ORIGIN}/InfoPublic.aspx?cid=3", serve))


@pytest.mark.parametrize("first", ["/showList/325.html", "/showList/325/page/1.html"])
def test_anhui_pages_are_counted_in_the_path(first: str) -> None:
    def serve(turn: Turn) -> str | None:
        match = re.search(r"/page/(\d+)", turn.url)
        number = min(int(match[1]) if match else 1, 5)
        return rows(number, "/OpennessAnnualReport/show/{}.html") + "<b>x</b>" * 5

    walked = walk_server(ORIGIN + first, serve)
    assert walked.family == "anhui"
    assert walked.titles == titles(*FIVE[0]), "a page with few rows is the last where nothing says that there are more"
    stated = walk_server(ORIGIN + first, lambda turn: f"{serve(turn)}<i>共5页</i>")
    assert whole(stated)


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="javascript:;" onclick="location.href=\'list_{next}.htm\'">下一页</a>',
        "<a href=\"javascript:window.location.href='list_{next}.htm'\">下一页</a>",
        '<script>function go(n){{location.href="list_"+n+".htm";}}</script><a href="javascript:go({next})">下一页</a>',
        '<script>function toPage(p){{ window.location = "list_" + (p) + ".htm" }}</script>'
        '<span onclick="toPage({next})">&gt;</span>',
        '<select onchange="location=this.value"><option value="list_{next}.htm">第{next}页</option></select>',
        '<div class="calendar"><a href="/rili?m=2">&gt;</a></div><a href="list_{next}.htm">&gt;</a>',
        '<a href="list_1.htm">上一页</a><a href="/other/">下一篇</a><a href="list_{next}.htm">[{next}]</a>',
        '<link rel="next" href="list_{next}.htm">',
        '<a href="//www.example.gov.cn/nb/list_{next}.htm">后页</a>',
    ],
)
def test_next_page_is_found_however_it_is_hidden(pager: str) -> None:
    def serve(turn: Turn) -> str | None:
        match = re.fullmatch(rf"{ORIGIN}/nb/(?:list_(\d+)\.htm)?", turn.url)
        number = int(match[1] or 1) if match else 0
        return (
            f"<ul>{rows(number)}</ul>{pager.format(next=number + 1) if number < 5 else ''}"
            if 1 <= number <= 5
            else None
        )

    walked = walk_server(f"{ORIGIN}/nb/", serve)
    assert whole(walked)
    assert len(walked.turns) == 5


@pytest.mark.parametrize("method", ["get", "post"])
def test_form_that_a_function_submits_turns_the_page(method: str) -> None:
    def serve(turn: Turn) -> str:
        sent = dict(parse_qsl(urlsplit(turn.url).query)) | dict(turn.form)
        number = int(sent.get("pageBean.pageNo", 1))
        assert number == 1 or sent["channel"] == "7"
        return (
            f'<form id="f" method="{method}" action="/nb/list.do"><input type=hidden name=channel value=7>'
            f'<input type=hidden name="pageBean.pageNo" value={number}></form>'
            "<script>function jump(n){ f.elements[0].value = n; f.submit(); }"
            f"</script>{rows(number)}<a href='javascript:jump({number + 1})'>下一页</a>"
        )

    assert whole(walk_server(f"{ORIGIN}/nb/list.do", serve))


def test_rows_in_a_script_s_variable_are_rows() -> None:
    objects = ",".join(f"{{id:{y}, 'title':'{titles(y)[0]}', linkUrl: '/c/{y}00.html', d: new Date()}}" for y in YEARS)
    assert whole(walk_list(f"{ORIGIN}/nb/", {f"{ORIGIN}/nb/": f"<script>var list = [{objects}];</script>"}))


def test_rows_that_open_by_a_handler_are_rows() -> None:
    items = "".join(
        f"<li onclick=\"window.open('/c/{y}00.html')\">{titles(y)[0]}<i>{y + 1}-01-02</i></li>" for y in YEARS
    )
    assert whole(walk_list(f"{ORIGIN}/nb/", {f"{ORIGIN}/nb/": f"<ul>{items}</ul>"}))


@pytest.mark.parametrize(
    "frame", ['<iframe src="in.html">', '<frameset><frame src="in.html">', "<iframe data-src=in.html>"]
)
def test_list_in_a_frame_is_walked_with_the_frame_s_own_family(frame: str) -> None:
    answers = {
        f"{ORIGIN}/nb/": frame,
        f"{ORIGIN}/nb/in.html": rows(1) + "<script>createPageHTML(2,0,'in','html')</script>",
    }
    answers[f"{ORIGIN}/nb/in_1.html"] = rows(2)
    walked = walk_list(f"{ORIGIN}/nb/", answers)
    assert walked.titles == titles(*FIVE[0], *FIVE[1])
    assert walked.family == "trs"


def test_addresses_that_change_with_each_answer_do_not_make_rows_new() -> None:
    def serve(turn: Turn) -> str:
        number = int(dict(parse_qsl(urlsplit(turn.url).query)).get("page", 1))
        return (
            rows(1, f"/info/1061/{{}}.htm;jsessionid={number}?t=0.{number}")
            + f'<a href="?page={number + 1}">下一页</a>'
        )

    walked = walk_server(f"{ORIGIN}/nb/", serve)
    assert len(walked.turns) == 2
    assert walked.stopped == "page 2 brings no new row"


def test_total_that_lies_low_is_found_out_by_a_full_last_page() -> None:
    def serve(turn: Turn) -> str | None:
        match = re.search(r"index_(\d+)", turn.url)
        number = int(match[1]) + 1 if match else 1
        years = [*YEARS[:24]][(number - 1) * 10 : number * 10]
        script = f'<script>createPageHTML(2, {number - 1}, "index", "html")</script>'
        return "".join(row(y, f"/info/1061/{y}.htm") for y in years) + script if years else None

    walked = walk_server(f"{ORIGIN}/nb/", serve)
    assert walked.titles == titles(*YEARS[:24])
    assert walked.stopped is None


def test_endless_reports_end_at_the_bound_and_say_so() -> None:
    def serve(turn: Turn) -> str:
        number = int(dict(parse_qsl(urlsplit(turn.url).query)).get("page", 1))
        return row(2020, f"/c/{number}00000.html") + f'<a href="?page={number + 1}">下一页</a>'

    walked = walk_server(f"{ORIGIN}/nb/", serve)
    assert len(walked.turns) == 1000
    assert walked.stopped == "the bound of 1000 pages is reached"


def test_several_screens_in_the_first_page_do_not_make_the_others_look_short() -> None:
    """Forty-five records inline, sixty stated, seventy-six there."""
    years = [*range(2023, 1947, -1)]
    fields = "{columnid: 88, unitid: 99, perPage: 15, totalRecord: 60}"

    def records(some: list[int]) -> str:
        return "".join(f"<record><![CDATA[{row(y, f'/art/2023/1/1/art_88_{y}.html')}]]></record>" for y in some)

    def serve(turn: Turn) -> str:
        query = dict(parse_qsl(urlsplit(turn.url).query))
        if not turn.form:
            return f"<datastore>{records(years[:45])}</datastore><script>jpage({fields}, 'dataproxy.jsp')</script>"
        return f"<datastore>{records(years[int(query['startrecord']) - 1 : int(query['endrecord'])])}</datastore>"

    assert walk_server(f"{ORIGIN}/col/col88/index.html", serve).titles == titles(*years)
