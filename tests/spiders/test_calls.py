"""Calls that a script makes, however it puts them together; nothing is run."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from spiders.calls import find_calls
from spiders.categories import find_category
from spiders.families.base import Turn
from spiders.families.endpoints import find_scripts
from spiders.families.hanweb import Hanweb
from spiders.pages import Page
from tests.spiders.walks import row, titles, walk_list, walk_server

URL = "http://www.example.gov.cn/nb/list.html?deptcode=NY"


def page(script: str, body: str = "") -> Page:
    return Page(URL, f"{body}<script>{script}</script>".encode())


@pytest.mark.parametrize(
    "script",
    [
        "const code='ab', SITE='57'; const q=new URLSearchParams({code:code,siteId:SITE,page:n}); fetch('/search?'+q)",
        "const SITE='57'; fetch('/search?' + new URLSearchParams({code: 'ab', siteId: SITE, page: n}))",
        "let code='ab', siteId='57'; axios.get('/search', {params: {code, siteId, page}})",
        "var f=new FormData();f.append('code','ab');f.append('siteId', 57); f.append('page', n); $.post('/search', f)",
        "var d = {code: 'ab', siteId: '57', page: 1}; $.ajax({url: '/search', data: $.param(d)})",
        "var code=encodeURIComponent('ab'); $.get('/search?code='+encodeURIComponent('ab')+'&siteId=57&page='+n)",
    ],
)
def test_values_are_found_wherever_the_script_keeps_them(script: str) -> None:
    (call,) = find_calls(page(script))
    assert (call.values["code"], call.values["siteId"], "page" in call.values) == ("ab", "57", True)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$('#siteId').val()", "34"),
        ("$(\"input[name='siteId']\").val()", "34"),
        ("document.getElementById('siteId').value", "34"),
        ("$('#box').attr('data-channel')", "77"),
        ("getQueryString('deptcode')", "NY"),
    ],
)
def test_values_are_looked_up_where_the_script_would_look(expression: str, value: str) -> None:
    body = '<input type="hidden" id="siteId" name="siteId" value="34"><div id="box" data-channel="77"></div>'
    (call,) = find_calls(page(f"$.get('/list', {{id: {expression}, page: n}})", body))
    assert call.values["id"] == value


def test_fields_of_a_data_proxy_are_looked_up_in_its_inputs() -> None:
    inputs = "".join(f'<input type=hidden id="{name}" value="{name}-1">' for name in ("columnid", "unitid"))
    script = "$.post('/module/web/jpage/dataproxy.jsp', {columnid: $('#columnid').val(), unitid: $('#unitid').val()})"
    turn = Hanweb().find_turn(page(script, inputs), Turn(URL))
    assert turn is not None
    assert dict(turn.form) == {"columnid": "columnid-1", "unitid": "unitid-1"}


def test_category_in_a_tree_that_is_parsed_from_text() -> None:
    tree = '[{"cate_id":4471,"cate_name":"信息公开年报"},{"cate_id":9,"cate_name":"公开指南"}]'
    assert find_category(page(f"var tree = JSON.parse('{tree}');")) == "4471"


def test_scripts_of_an_application_are_read_and_libraries_are_not() -> None:
    sources = ("/static/app.js", "/static/statistics.js", "/jquery/core.js", "/js/list.js")
    body = "".join(f'<script src="{source}"></script>' for source in sources)
    assert [url.partition(".cn")[2] for url in find_scripts(page("", body))] == ["/js/list.js", "/static/app.js"]


def test_pager_that_only_the_first_page_bears_holds_for_the_others() -> None:
    folder = "http://www.example.gov.cn/nb/"
    years = list(range(2023, 2011, -1))
    pages = {
        f"{folder}index_{number}.html" if number else folder: "".join(
            row(year, f"202301/t20230118_{year}.html") for year in years[number * 4 : number * 4 + 4]
        )
        for number in range(3)
    }
    pages[folder] += '<script>createPageHTML(3, 0, "index", "html")</script>'
    assert walk_list(folder, pages).titles == titles(*years)


@pytest.mark.parametrize(
    "script",
    [
        """$('#l').append("<a href='/show.html?id="+a.id+"'>"+a.title+"</a>")""",
        """location.href = '/show.html?id=' + row.id""",
        "<li v-for='a in rows'><a :href=\"'/show.html?id=' + a.id\">{{a.title}}</a></li>",
        'html += `<a href="/show.html?id=${item.id}">${item.title}</a>`',
    ],
)
def test_rows_without_addresses_get_those_that_the_script_would_make(script: str) -> None:
    years = list(range(2023, 2011, -1))

    def serve(turn: Turn) -> str:
        if "/api/" not in turn.url:
            return f"<div id=l></div><script>{script}; $.get('/api/list', {{cid: 'C9', page: n, rows: 10}})</script>"
        number = int(dict(parse_qsl(urlsplit(turn.url).query))["page"])
        found = [{"id": year, "title": titles(year)[0]} for year in years[(number - 1) * 10 : number * 10]]
        return json.dumps({"data": {"list": found, "count": len(years)}})

    walked = walk_server("http://www.example.gov.cn/nb.html", serve)
    assert walked.found == [f"http://www.example.gov.cn/show.html?id={year}" for year in years]
