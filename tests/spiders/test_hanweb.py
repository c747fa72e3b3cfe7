from urllib.parse import parse_qs, parse_qsl, urlsplit

from spiders.families import recognise_family
from spiders.families.base import Turn
from spiders.families.hanweb import Hanweb, read_records
from spiders.pages import Page
from spiders.walking import Walk
from tests.spiders.walks import row, titles

LIST = "http://sthjt.example.gov.cn/col/col1229/index.html"
YEARS = list(range(2023, 1993, -1))


def records(years: list[int]) -> str:
    cut = "".join(
        f"<record><![CDATA[{row(year, f'/art/{year + 1}/1/20/art_1229_{year}.html')}]]></record>" for year in years
    )
    return f"<datastore><totalrecord>{len(YEARS)}</totalrecord><recordset>{cut}</recordset></datastore>"


def first_page(shown: int = 12) -> str:
    news = "{col:1,appid:1,webid:9,path:'/',columnid:77,unitid:'4001',webname:'某厅',permissiontype:0}"
    own = "{'col':'1','appid':1,webid:9,path:'/',columnid:1229,sourceContentType:1,unitid:'4002',webname:'某厅'}"
    return (
        f"<div><script>$('#4001').jpage({{perPage: 4, ajaxParam: {news}}})</script>"
        f"<script type='text/xml'>{records(YEARS[:shown])}</script>"
        f"<script>$('#4002').jpage({{perPage: 4, totalRecord: {len(YEARS)}, "
        f"proxyUrl: '/module/web/jpage/dataproxy.jsp', ajaxParam: {own}}})</script></div>"
    )


def walk_with(server: "type[RecordServer]", first: str) -> tuple[list[str], list[Turn]]:
    """Walk the list against a server that answers POSTs."""
    walk, turn, page = Walk(Hanweb()), Turn(LIST), Page(LIST, first.encode())
    found: list[str] = []
    turns: list[Turn] = []
    while True:
        step = walk.read(page, turn)
        found += [link.title for link in step.links if "年度报告" in link.title]
        if step.turn is None:
            return found, turns
        turn = step.turn
        turns.append(turn)
        page = Page(turn.url, server.answer(turn).encode())


class RecordServer:
    """Obeys ``startrecord``, as most do."""

    @staticmethod
    def answer(turn: Turn) -> str:
        query = {name: int(values[0]) for name, values in parse_qs(urlsplit(turn.url).query).items()}
        return records(YEARS[query["startrecord"] - 1 : query["endrecord"]])


class PageServer(RecordServer):
    """Obeys ``page`` alone, and answers anything else with page one."""

    @staticmethod
    def answer(turn: Turn) -> str:
        number = int(parse_qs(urlsplit(turn.url).query).get("page", ["1"])[0])
        return records(YEARS[(number - 1) * 4 : number * 4])


class GetServer(RecordServer):
    """Takes no POST."""

    @staticmethod
    def answer(turn: Turn) -> str:
        query = dict(parse_qsl(urlsplit(turn.url).query))
        if turn.form or query.get("unitid") != "4002":
            return "<html>405</html>"
        number = int(query["page"])
        return records(YEARS[(number - 1) * 4 : number * 4])


def test_server_that_takes_no_post_is_asked_by_get() -> None:
    found, turns = walk_with(GetServer, first_page())
    assert found == titles(*YEARS)
    assert "columnid=1229" in turns[-1].url


def test_records_behind_the_inline_ones_come_by_the_proxy() -> None:
    found, turns = walk_with(RecordServer, first_page())
    assert found == titles(*YEARS)
    assert turns[0].url.endswith("/module/web/jpage/dataproxy.jsp?startrecord=13&endrecord=16&perpage=4")


def test_parameters_are_those_of_the_page_s_own_column() -> None:
    _, turns = walk_with(RecordServer, first_page())
    assert dict(turns[0].form)["columnid"] == "1229"
    assert dict(turns[0].form)["unitid"] == "4002"


def test_server_that_obeys_only_page_is_walked_to_its_end() -> None:
    found, turns = walk_with(PageServer, first_page())
    assert found == titles(*YEARS)
    assert "startrecord" not in turns[-1].url


def test_list_without_inline_records_is_asked_from_its_beginning() -> None:
    found, turns = walk_with(RecordServer, first_page(shown=0))
    assert found == titles(*YEARS)
    assert "startrecord=1&" in turns[0].url


def test_parameters_are_read_from_an_address_too() -> None:
    address = "/module/web/jpage/dataproxy.jsp?page=1&amp;appid=1&amp;webid=9&amp;columnid=1229&amp;unitid=4002"
    page = Page(LIST, f'<nextgroup><![CDATA[<a href="{address}"></a>]]></nextgroup>'.encode())
    assert dict(Hanweb().find_fields(page)) == {"appid": "1", "webid": "9", "columnid": "1229", "unitid": "4002"}


def test_records_that_are_not_well_formed_are_cut_out_all_the_same() -> None:
    text = (
        "<recordset><record><![CDATA[<li><a href=a>甲 & 乙</a>]]></record><record>&lt;a href=b&gt;丙&lt;/a&gt;</record>"
    )
    assert read_records(text + "<record><![CDATA[<a href=c>丁</a>") == [
        "<li><a href=a>甲 & 乙</a>",
        "<a href=b>丙</a>",
        "<a href=c>丁</a>",
    ]


def test_family_is_recognised_by_the_proxy() -> None:
    assert recognise_family(Page(LIST, first_page().encode())).name == "hanweb"
