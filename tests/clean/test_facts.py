"""The lines in front of a body: labels with their values, wherever they touch, and whatever stands above them."""

import pytest

from pipelines.clean.cleaning import clean_capture
from pipelines.clean.facts import split_line
from pipelines.document import Document
from tests.clean.capturing import capture
from tests.clean.made import make_report
from tests.clean.quirks import draw_items

_TEASERS = (
    "<h3>要闻</h3><p>近日，望川市召开水利工作座谈会，总结上半年工作，部署下半年任务。</p>"
    "<p>本报讯：青禾江综合整治工程昨日开工，预计明年年底全部建成投用。</p>"
)


def read(head: str, before: str = "", joint: str = "") -> Document:
    report = make_report(5)
    body = f'<div class="TRS_Editor">{draw_items(report)}</div>'
    copy = f"{joint}{body}" if joint else ""
    page = f"<html><body>{before}<div><h1>{report.title}</h1>{head}{body}{copy}</div></body></html>"
    return clean_capture(capture(page, "http://www.example.gov.cn/x.html"))


@pytest.mark.parametrize(
    "line",
    [
        "<span>发布时间：2024-02-07</span><span>来源：办公室</span>",
        "<span>来源：办公室</span><span>发布时间：2024-02-07</span><span>浏览次数：3</span>",
        "<p>2024年02月07日来源： 办公室【字体：大中小】</p>",
        "<p>发布日期：2024-02-07 10:20来源：办公室浏览次数：</p>",
        "<p>来　源：办公室 打印 关闭　日 期：2024-02-07</p>",
        "<div>2024-02-07<em>来源：</em><b>办公室</b><a href='#'>收藏</a></div>",
        "<p>【信息时间：2024-02-07 08:30:12】【来源：办公室】</p>",
    ],
)
def test_labels_that_touch_keep_their_own_values(line: str) -> None:
    identity = read(line).identity
    assert (identity.published, identity.source) == ("2024-02-07", "办公室")


def test_news_above_the_article_does_not_hide_its_box() -> None:
    box = "<table><tr><td>索引号：</td><td>0102/2024-7</td><td>发布日期：</td><td>2024-02-07</td></tr></table>"
    document = read(box, before=_TEASERS)
    assert (document.identity.index_number, document.identity.published) == ("0102/2024-7", "2024-02-07")
    assert document.identity.title == make_report(5).title


def test_the_box_of_a_dropped_copy_is_read() -> None:
    box = "<ul><li><b>索引号：</b><span>0102/2024-7</span></li><li><b>来源：</b><span>办公室</span></li></ul>"
    document = read("", joint=box)
    assert document.dropped
    assert (document.identity.index_number, document.identity.source) == ("0102/2024-7", "办公室")


def test_the_signature_of_the_first_copy_is_no_date_of_publication() -> None:
    report = make_report(5)
    signed = f"{draw_items(report)}<p>{report.agency}</p><p>2024年1月2日</p>"
    page = f"<div>{signed}</div><div><p>{report.title}</p><p>2024-02-07</p>{signed}</div>"
    identity = clean_capture(capture(page, "http://www.example.gov.cn/x.html")).identity
    assert (identity.published, identity.origins["published"]) == ("2024-02-07", "info-box")


def test_a_column_s_name_in_a_menu_is_no_title() -> None:
    menu = "<div class='left-menu'><h2>政府信息公开</h2><a href='#'>指南</a></div>"
    page = f"<html>{menu}<div class='TRS_Editor'>{draw_items(make_report(5))}</div></html>"
    assert clean_capture(capture(page)).identity.title is None


def test_a_label_of_the_first_copy_outranks_a_bare_date_above_the_second() -> None:
    report = make_report(5)
    body = draw_items(report)
    line = "<div>发文时间：2024-02-18</div>"
    first = f"<div>{body}<p>2024年1月2日</p></div>"
    page = f"<h1>{report.title}</h1>{line}{first}<p>查看全文</p><p>2024-01-02</p><div>{body}</div>"
    assert clean_capture(capture(page, "http://www.example.gov.cn/x.html")).identity.published == "2024-02-18"


def test_a_source_ends_where_a_counter_touches_it() -> None:
    assert dict(split_line("来源：青汀县渡口管理局已有6568人阅读"))["来源"] == "青汀县渡口管理局"


@pytest.mark.parametrize("behind", ["已有1048人阅读", "缩小字体 还原 放大字体", "【大 中 小】"])
def test_a_value_ends_where_the_page_s_machinery_begins(behind: str) -> None:
    assert dict(split_line(f"来源：青汀县渡口管理局 {behind}"))["来源"] == "青汀县渡口管理局"


@pytest.mark.parametrize(
    ("box", "day"),
    [
        ("<p><b>成 文 日 期：</b>2024-01-09</p><p><b>公开日期：</b>2024-02-07 16:20</p>", "2024-02-07"),
        (
            "<li><span>成文日期</span><em>2024-01-09</em></li><li><span>公开日期</span><em>2024-02-07 16:20</em></li>",
            "2024-02-07",
        ),
        ("<div>缩小字体 还原 放大字体 | 来源：办公室 | 发布时间：2024-02-07 10:12 | 点击：5338次</div>", "2024-02-07"),
        ("<div>已有7126人阅读发布日期：2024-02-07 来源：办公室</div>", "2024-02-07"),
        ("<dl><dt>成 文 日 期：</dt><dd>2024-01-09</dd></dl>", "2024-01-09"),
    ],
)
def test_the_day_of_publication_is_told_from_the_day_of_writing(box: str, day: str) -> None:
    document = read(box)
    assert document.identity.published == day
    assert "2024" not in document.blocks[0].text


def test_the_day_in_the_address_is_nearer_to_publication_than_the_day_of_writing() -> None:
    body = f'<div class="TRS_Editor">{draw_items(make_report(5))}</div>'
    page = f"<html><body><dl><dt>成文日期：</dt><dd>2024-01-09</dd></dl>{body}</body></html>"
    identity = clean_capture(capture(page, "http://www.example.gov.cn/nb/202402/t20240207_12.html")).identity
    assert (identity.published, identity.origins["published"]) == ("2024-02-07", "url")


def test_a_short_label_without_a_colon_is_no_body() -> None:
    blocks = read("<ul><li><span>文号</span><em>无</em></li><li><span>主题词</span><em>年报</em></li></ul>").blocks
    assert "文号" not in "".join(block.text for block in blocks)


def test_a_source_ends_where_buttons_touch_it() -> None:
    line = "发稿时间：2024-02-07 稿件来源：青汀县渡口管理局缩小字体 还原 放大字体"
    assert dict(split_line(line))["稿件来源"] == "青汀县渡口管理局"


def test_the_source_s_office_is_an_office_of_the_agency_that_the_catalogue_names() -> None:
    page = "<html><head><meta name='ContentSource' content='{}'></head><h1>2022年政府信息公开工作年度报告</h1>{}</html>"
    body = "".join(f"<p>{text}</p>" for text in ("一、总体情况", "本年度我单位认真做好信息公开工作，成效明显。" * 2))
    known = {"agency": "桐岗县四川乡人民政府", "level": "township"}
    office, other = (
        clean_capture(capture(page.format(name, body), context=known)).identity.agency
        for name in ("四川乡人民政府办公室", "麦渚县渡口管理局办公室")
    )
    assert (office, other) == ("桐岗县四川乡人民政府", "麦渚县渡口管理局办公室")


def test_the_site_s_code_is_the_region_of_a_page_that_names_no_agency() -> None:
    head = "<head><meta name='SiteIDCode' content='5107380001'></head>"
    body = "".join(f"<p>{text}</p>" for text in ("一、总体情况", "本年度我单位认真做好信息公开工作，成效明显。" * 2))
    page = f"<html>{head}<h1>2022年政府信息公开工作年度报告</h1>{body}</html>"
    assert clean_capture(capture(page)).identity.region == "510738"
