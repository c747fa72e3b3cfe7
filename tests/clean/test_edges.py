"""What stands around and between bodies: feet, share bars, lines of labels, repeats of single lines."""

import pytest

from pipelines.clean.chrome import line_kind
from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from tests.clean.capturing import capture

TITLE = "青汀县渡口管理局2022年政府信息公开工作年度报告"
_SECTIONS = (
    ("一、总体情况", "本报告按照有关条例编写，所列数据自2022年1月1日起至12月31日止，欢迎社会各界监督批评。"),
    ("二、主动公开政府信息情况", "全年主动公开政府信息四百二十三条，内容集中在就业补贴和工伤认定两个方面。"),
    ("三、收到和处理政府信息公开申请情况", "收到申请十二件，全部按期办结，没有发生行政复议和行政诉讼案件。"),
    ("五、存在的主要问题及改进情况", "主要问题是解读形式单一，以文字为主；下一步将丰富形式，做到一份文件配一张图。"),
)
LINES = [line for section in _SECTIONS for line in section]
SIGNED = ["青汀县渡口管理局", "2023年1月20日"]
BODY = "".join(f"<p>{line}</p>" for line in [*LINES, *SIGNED])
FOOT = "主办：青汀县渡口管理局门户网站办公室　技术支持：青汀大数据发展公司　备案5399　本站访问总量：8812345　免责声明"


def _read(inner: str) -> Document:
    return clean_capture(
        capture(f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{inner}</body></html>")
    )


def _texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


@pytest.mark.parametrize("mark", ["wz16", "page_wz", "position-text", "head"])
def test_a_class_of_a_paragraph_hides_no_section(mark: str) -> None:
    lines = "".join(f'<p class="{mark}"><b>{line}</b></p>' for line in [*LINES, *SIGNED])
    assert _texts(_read(f"<div>{lines}</div>")) == [*LINES, *SIGNED]


@pytest.mark.parametrize(
    "behind",
    [
        f"<div>{FOOT}</div>",
        f"<ul><li>该内容对您有帮助吗</li><li>满意</li></ul><div>{FOOT}</div>",
        f"<div><span>分享</span><span>朋友圈</span></div><p>手机扫码阅读本文</p><div>{FOOT}</div>",
        "<p>» 后一篇：没有了</p><p>[编辑 张三]</p>",
        "<p>暂无相关解读</p>",
        "<p>PREV <a href='#'>麦渚县2021年政府信息公开工作年度报告</a></p><p>NEXT 很抱歉没有了</p>",
    ],
)
def test_nothing_but_sentences_and_notes_follows_the_date_of_a_signature(behind: str) -> None:
    assert _texts(_read(BODY + behind)) == [*LINES, *SIGNED]


def test_a_translation_behind_the_signature_belongs_to_the_body() -> None:
    english = [
        "In the year the bureau published 42 items, and answered 7 letters of citizens.",
        "There was no lawsuit.",
    ]
    assert _texts(_read(BODY + "".join(f"<p>{line}</p>" for line in english)))[-2:] == english


def test_the_line_of_labels_of_a_second_report_goes_like_that_of_the_first() -> None:
    second = TITLE.replace("2022", "2021")
    label = "<p>发布单位：政务公开科 发布日期：2022-01-06 点击数：301</p>"
    texts = _texts(_read(f"{BODY}<h1>{second}</h1>{label}{BODY.replace('2022', '2021').replace('十二', '九')}"))
    assert second in texts
    assert not [text for text in texts if "点击数" in text]


def test_paragraphs_printed_twice_on_the_spot_take_their_short_lines_along() -> None:
    lines = "".join(f"<div><p>{line}</p></div><div class=m><p>{line}</p></div>" for line in [*LINES, *SIGNED])
    assert _texts(_read(f"<div>{lines}</div>")) == [*LINES, *SIGNED]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("欢迎光临青汀县人力资源和社会保障局门户网站！", "tool"),
        ("手机扫一扫阅读", "tool"),
        ("缩小字体 还原 放大字体", "tool"),
        ("缩小字体 还原 放大字体已有2418人阅读", "tool"),
        ("已有2418人阅读缩小字体还原放大字体打印本页", "tool"),
        ("已有2418人阅读了这份报告并提出意见。", ""),
        ("缩小字体 还原 放大字体已有2418人阅读稿件来源：青汀县办公室日期：2024-03-12 10:12:33", "info"),
        ("已有6351人阅读", "tool"),
        ("« 前一篇：没有了", "end"),
        ("[编辑 zhangl]", "end"),
        ("上网时间：2023-02-19 10:12 发布来源：本站 字体显示：大 正常 小", "info"),
        ("主办：青汀县渡口管理局　承办：办公室", "footer"),
        ("欢迎社会各界监督批评，我局将在今后工作中认真改进。", ""),
        ("已有3名工作人员持证上岗。", ""),
        ("缩小字体 还原 放大字体发布时间: 2024-02-14 10:12:33阅读量：9264发布来源：青汀县办公室", "info"),
        ("温馨提示：如遇页面无法显示，请更换浏览器后重试。", "tool"),
        ("分享 微博 朋友圈", "tool"),
        ("编辑部设在办公室，负责政府公报的编辑。", ""),
    ],
)
def test_a_line_is_known_for_what_it_is(line: str, kind: str) -> None:
    assert line_kind(line) == kind


def test_a_note_is_no_picture() -> None:
    note = "说明：因机构调整，原人事科职责划入办公室，相关统计口径自三月起作相应变化，特此说明。"
    assert ("paragraph", note) in [(block.kind, block.text) for block in _read(f"<p>{note}</p>{BODY}").blocks] or (
        "paragraph",
        note,
    ) in [(block.kind, block.text) for block in _read(BODY.replace("<p>五", f"<p>{note}</p><p>五")).blocks]


def test_a_figure_in_a_table_of_its_own_is_its_cells() -> None:
    rows = (("信息内容", "本年制发件数"), ("规章", "0"), ("行政规范性文件", "3"))
    wrapped = "".join(
        f"<tr><td>{label}</td><td><table><tr><td>{figure}</td></tr></table></td></tr>" for label, figure in rows
    )
    tables = [block for block in _read(f"{BODY}<table>{wrapped}</table>").blocks if block.kind == "table"]
    assert [[[slot.text for slot in row] for row in table.grid] for table in tables] == [[list(row) for row in rows]]


def test_the_day_of_publication_outranks_the_day_of_writing() -> None:
    box = "<dl><dt>发文日期：</dt><dd>2023-01-20</dd><dt>发 布 日 期：</dt><dd>2023-02-11</dd></dl>"
    assert _read(f"{box}{BODY}").identity.published == "2023-02-11"
    assert _read(f"{box.split('<dt>发 布')[0]}</dl>{BODY}").identity.published == "2023-01-20"


@pytest.mark.parametrize("notice", ["该文章未通过审核，暂时无法浏览", "该信息已被管理员撤下", "此页面暂无法打开"])
def test_a_page_that_says_that_it_is_gone_is_gone(notice: str) -> None:
    page = f"<body><ul><li><a href=/>首页</a></li></ul><div>{notice}</div><div>主办：青汀县渡口管理局</div></body>"
    assert clean_capture(capture(page)).rejected == "soft-404"


def test_a_body_that_a_script_is_to_reveal_is_the_body() -> None:
    foot = f"<div>{FOOT}</div>"
    assert _texts(_read(f"<div id=loading style='display:none'>{BODY}</div>{foot}")) == [*LINES, *SIGNED]


def test_sections_in_tabs_are_all_the_body() -> None:
    tabs = "".join(
        f"<div{' style=display:none' if number else ''}><p>{heading}</p><p>{text}</p></div>"
        for number, (heading, text) in enumerate(_SECTIONS)
    )
    assert _texts(_read(f"<div>{tabs}</div>")) == LINES


def test_hidden_sentences_beside_a_body_stay_hidden() -> None:
    hint = "<div style='display:none'><p>您的浏览器版本过低，请升级浏览器后再访问本网站的各项服务。</p></div>"
    assert _texts(_read(hint + BODY)) == [*LINES, *SIGNED]


@pytest.mark.parametrize("label", ["【内容摘要】", "摘要：", ""])
def test_an_excerpt_above_the_body_goes(label: str) -> None:
    excerpt = f"<div><b>{label}</b>{LINES[1]}{LINES[2]}{LINES[3][:20]}...</div>"
    lines = [LINES[1], LINES[2], LINES[3], *LINES[4:], *SIGNED]
    document = _read(excerpt + "".join(f"<p>{line}</p>" for line in lines))
    assert _texts(document) == lines
    assert document.dropped[0].kept == document.blocks[0].path


def test_a_file_behind_an_endpoint_in_a_viewer_is_an_attachment() -> None:
    address = "/module/download/downfile.jsp?classid=0&filename=000011b8.pdf"
    urls = [item.url for item in _read(f'{BODY}<iframe src="{address}"></iframe>').attachments]
    assert urls == [f"http://www.example.gov.cn{address}"]


def test_a_paragraph_broken_in_mid_sentence_keeps_its_first_line() -> None:
    lines = ["现将2022年我局政府信息公开工作有关情况报告如下，所列数据统", "计口径截至2022年底，欢迎社会各界监督。"]
    assert _texts(_read(f"<div><p>{'<br>'.join(lines)}</p>{BODY}</div>")) == [*lines, *LINES, *SIGNED]


def test_a_label_without_a_value_takes_no_line_of_the_body() -> None:
    first, second = (
        "为保障公众知情权，我局按照有关格式的通知",
        "条款，对全年公开工作作了回顾，现予公布，请社会各界监督。",
    )
    texts = _texts(_read(f"<dl><dt>文 号：</dt><dd></dd></dl><div><p>{first}<br>{second}</p>{BODY}</div>"))
    assert texts[:2] == [first, second]


def test_what_stands_behind_an_embedded_file_is_read() -> None:
    assert _texts(_read(f"<embed src='a.pdf'><div>{BODY}</div>")) == [*LINES, *SIGNED]


def test_a_broken_note_behind_the_signature_is_whole() -> None:
    note = ["说明：因机构调整，原规划财务科职责划入办公室，相关统计口径自3月17日起", "作相应变化，特此说明。"]
    assert _texts(_read(f"<div>{BODY}<p>{'<br>'.join(note)}</p></div><div>{FOOT}</div>"))[-2:] == note


def test_a_title_above_a_broken_paragraph_of_its_element_goes() -> None:
    lines = [TITLE, "本报告按照有关条例编写，所列数据自2022年1月1日起至12月31", "日止，欢迎社会各界监督批评。"]
    assert _texts(_read(f"<div><p>{'<br>'.join(lines)}</p>{BODY}</div>"))[:2] == lines[1:]


_NEWS = "".join(
    f"<li><a href='/{number}.html'>{text}</a>"
    for number, text in enumerate(
        (
            "某县召开水利工作座谈会部署全年任务",
            "关于印发水利应急预案的通知（最新版）",
            "局长走进直播间回应群众关切",
            "水利工程开工",
        )
    )
)


@pytest.mark.parametrize(
    "end",
    [
        f"<li>{SIGNED[0]}<li>{SIGNED[1]}<ul>{_NEWS}</ul></ul>",
        f"<li>{SIGNED[0]}<li>{SIGNED[1]}<div><h3>延伸阅读</h3><ul>{_NEWS}</ul></div></ul>",
        f"</ul><ul><li>{SIGNED[0]}</li><li>{SIGNED[1]}<div><ul>{_NEWS}</ul></div></ul>",
    ],
)
def test_a_list_of_links_in_an_unclosed_item_takes_no_text_along(end: str) -> None:
    items = "".join(f"<p>{heading}</p><ul><li>{text}</ul>" for heading, text in _SECTIONS[:3])
    heading, text = _SECTIONS[3]
    document = _read(f"<div>{items}<p>{heading}</p><ul><li>{text}{end}</div>")
    assert _texts(document) == [*LINES, *SIGNED]
