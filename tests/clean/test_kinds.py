"""What a page is: only what its own body holds decides, not the links and images around it."""

import pytest

from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from tests.clean.capturing import capture
from tests.clean.made import make_report
from tests.clean.quirks import draw_items

_AGENCY = "青禾市水利局"
_RELATED = "".join(
    f"<li><a href='/{number}.html'>{_AGENCY}{number}年政府信息公开工作年度报告</a><span>{number + 1}-01-20</span></li>"
    for number in range(2015, 2022)
)
_FOOT = "<div class='foot'><img src='/ewm.png' width='90'></div>"
_TAIL = f"<div class='box'><h3>相关信息</h3><ul>{_RELATED}</ul></div>{_FOOT}"
_GUIDE = (
    "<p>为了便于公民、法人和其他组织获取本机关的政府信息，编制本指南。</p><p>一、主动公开</p>"
    "<p>本机关负责主动公开机构职能、规划计划、财政信息等政府信息。</p><p>二、依申请公开</p>"
    "<p>受理机构为本机关办公室，办公地址为人民路1号，办公时间为工作日。</p>"
)


def read(body: str, title: str, head: str = "", tail: str = _TAIL) -> Document:
    menu = "<div class='nav'><a href='/'>首页</a><a href='/a'>政务公开</a><a href='/b'>办事服务</a></div>"
    page = f"<html><head><title>{title}</title>{head}</head><body>{menu}<h1>{title}</h1>{body}{tail}</body></html>"
    return clean_capture(capture(page))


@pytest.mark.parametrize("frame", ["<div id='zoom'>{}</div>", "<div class='zw'>{}</div>", "<table><tr><td>{}</table>"])
def test_links_beside_an_article_make_no_list_of_it(frame: str) -> None:
    document = read(frame.format(_GUIDE), f"{_AGENCY}政府信息公开指南")
    assert (document.kind, document.rejected) == ("other", None)


def test_reports_with_a_summary_each_are_a_list() -> None:
    rows = "".join(
        f"<div><h3><a href='/{year}.html'>{_AGENCY}{year}年政府信息公开工作年度报告</a></h3>"
        f"<p>根据条例规定，现公布{year}年度报告。本报告由总体情况等六个部分组成，所列数据的统计期限自1月1日起至12月31日止。</p></div>"
        for year in range(2012, 2024)
    )
    assert read(rows, "信息公开年报", tail="").kind == "list"


@pytest.mark.parametrize(
    "row", ["<li><a href='{0}.html'>{0}年年报</a> {1}-01-09</li>", "<p><a href='{0}'>{0}年度</a>[{1}-1-9]</p>"]
)
def test_short_titles_with_a_year_are_rows(row: str) -> None:
    rows = "".join(row.format(year, year + 1) for year in range(2012, 2024))
    assert read(f"<ul>{rows}</ul>", "信息公开年报", tail="").kind == "list"


def test_a_column_whose_rows_come_by_script_is_a_list() -> None:
    head = "<meta name='ColumnType' content='信息公开年报'><meta name='ColumnName' content='年报'>"
    assert read("<div id='rows'></div><script>load()</script>", "信息公开年报", head, tail="").kind == "list"


def test_a_list_has_no_year_or_date_of_its_rows() -> None:
    identity = read(f"<ul>{_RELATED}</ul>", "信息公开年报", tail="").identity
    assert (identity.title, identity.year, identity.published) == ("信息公开年报", None, None)


@pytest.mark.parametrize(
    "body", ["<p>年报正在编制中，敬请期待。</p>", "<iframe src='/pdf/web/viewer.html?file=/d/P1.pdf'></iframe>"]
)
def test_an_image_beside_the_body_makes_no_image_report(body: str) -> None:
    assert read(f"<div id='zoom'>{body}</div>", f"{_AGENCY}2022年政府信息公开工作年度报告", tail=_FOOT).rejected is None


@pytest.mark.parametrize(
    "viewer",
    [
        "<iframe src='/pdfjs/web/viewer.html?file=%2Fd%2FP1.pdf#page=1'></iframe>",
        "<object data='/d/P1.pdf' type='application/pdf'></object>",
        "<embed src='/d/P1.pdf'>",
        "<object><param name='src' value='/d/P1.pdf'></object>",
    ],
)
def test_a_file_shown_in_a_viewer_is_an_attachment(viewer: str) -> None:
    document = read(f"<div id='zoom'>{viewer}</div>", f"{_AGENCY}2022年政府信息公开工作年度报告", tail="")
    assert [item.url for item in document.attachments] == ["http://www.example.gov.cn/d/P1.pdf"]


@pytest.mark.parametrize(
    "words",
    [
        "对不起，您所访问的信息已经删除或尚未发布。",
        "您访问的内容不存在或已被下线",
        "抱歉，该文章已下线！",
        "您要查看的页面可能已被移动，或者暂时不可用。",
        "信息不存在或已删除",
        "找不到相关页面",
    ],
)
def test_a_missing_page_is_told_by_its_words(words: str) -> None:
    page = f"<html><body><a href='/'>首页</a><h3>{words}</h3><p>版权所有：{_AGENCY}</p></body></html>"
    assert clean_capture(capture(page)).rejected == "soft-404"


def test_a_foot_drawn_as_a_table_is_no_body() -> None:
    rows = "".join(
        f"<tr><td>{line}</td><td></td></tr>"
        for line in ("主办：青禾市水利局", "网站标识码：9901020001 云ICP备05000001号")
    )
    assert read(f"<div>{_RELATED}</div>", "信息公开年报", tail=f"<table class='about'>{rows}</table>").kind == "list"


_HOT = (
    "<div class='rdgz'><h3>热点关注</h3><div><a href='#'><h4>望川市召开农村饮水安全工作推进会</h4></a>"
    "<p>近日，望川市召开农村饮水安全工作推进会，会议通报了有关情况，部署了下一步工作。</p></div></div>"
)


def test_an_excerpt_beside_the_body_is_not_in_it_and_a_linked_law_is() -> None:
    report = make_report(6)
    link = "<a href='/law.html'>《中华人民共和国政府信息公开条例》</a>"
    law = f"<p>根据{link}第五十条的规定，现向社会公布本机关年度报告。</p>"
    share = "<p><a href='#'>分享到微信朋友圈或者新浪微博</a></p>"
    page = f"<div><div><h2>{report.title}</h2>{share}<div>{law}{draw_items(report)}</div></div>{_HOT}</div>"
    said = [block.text for block in clean_capture(capture(page)).blocks if block.kind in ("heading", "paragraph")]
    assert said[0].startswith("根据《中华人民共和国政府信息公开条例》")
    assert said[1:] == list(report.lines)
