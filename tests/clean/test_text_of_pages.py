"""Text as a reader sees it: line breaks of the source, Word's settings, copies on busy pages, notes at the end."""

import re

import pytest

from pipelines.clean.agencies import find_level
from pipelines.clean.cleaning import clean_capture
from pipelines.clean.titles import is_heading_of_site, read_title
from pipelines.document import Document
from tests.clean.capturing import capture
from tests.clean.made import make_report
from tests.clean.quirks import draw_items


def read(body: str, head: str = "", url: str = "http://www.example.gov.cn/x.html") -> Document:
    return clean_capture(capture(f"<html><head>{head}</head><body>{body}</body></html>", url))


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.kind in ("heading", "paragraph")]


def test_a_line_break_of_the_source_between_chinese_is_no_space() -> None:
    document = read("<p>六、其他需要\n\t报告的事项</p><p>本年度公开 信息\r\n  12 件，\n较上年 in\ntotal 增加。</p>")
    assert texts(document) == ["六、其他需要报告的事项", "本年度公开 信息 12 件，较上年 in total 增加。"]


def test_a_line_break_in_a_cell_or_heading_is_no_space() -> None:
    row = "<tr><td>行政\n规范性文件</td><td><p>现行\n有效件数</p></td></tr>"
    document = read(f"<h3>二、主动\n公开情况</h3><table>{row * 3}</table>")
    table = next(block for block in document.blocks if block.kind == "table")
    assert [slot.text for slot in table.grid[0]] == ["行政规范性文件", "现行有效件数"]
    assert texts(document) == ["二、主动公开情况"]


@pytest.mark.parametrize("opening", ["<pre>", "<div style='white-space: pre-wrap'>"])
def test_a_line_break_of_preformatted_text_is_one(opening: str) -> None:
    lines = ["一、总体情况", "本年度我局认真做好信息公开工作，成效明显。", "二、主动公开情况"]
    assert texts(read(opening + "\n".join(lines))) == lines


def test_words_settings_are_no_text() -> None:
    settings = "<xml><o:p>Normal</o:p><w:x>7.8 磅</w:x></xml>"
    assert texts(read(f"{settings}<p>本年度我局认真做好信息公开工作，成效明显。</p>")) == [
        "本年度我局认真做好信息公开工作，成效明显。"
    ]


def test_an_unclosed_xml_element_hides_no_page() -> None:
    assert len(texts(read("<xml><p>本年度我局认真做好信息公开工作，成效明显。</p>"))) == 1


def test_interleaved_copies_are_found_beside_a_column_of_news() -> None:
    report = make_report(3)
    twice = "".join(
        f"<p>{line}</p><div style='display:none'><p>{line}</p></div>" for line in report.lines if len(line) > 30
    )
    news = "".join(
        f"<p>近日，望川市第{n}批农村饮水工程通过验收，惠及沿线群众{n}千余人，受到各方好评。</p>" for n in range(40)
    )
    document = read(f"<div>{news}</div><div><h1>{report.title}</h1>{twice}</div>")
    said = texts(document)
    assert all(said.count(line) == 1 for line in report.lines if len(line) > 30)


def test_one_table_an_article_stays_one_table_an_article() -> None:
    tables = "".join(
        f"<table><tr><td colspan='4'>第二十条第（{n}）项</td></tr>"
        f"<tr><td>信息内容</td><td>{a}</td><td>{b}</td><td>{c}</td></tr>"
        f"<tr><td>{label}</td><td>1</td><td>2</td><td>3</td></tr></table>"
        for n, label, a, b, c in (
            ("一", "规章", "甲", "乙", "丙"),
            ("五", "行政许可", "丁", "戊", "己"),
            ("六", "行政处罚", "庚", "辛", "壬"),
        )
    )
    document = read(f"<p>二、主动公开政府信息情况</p>{tables}")
    assert [len(block.grid) for block in document.blocks if block.kind == "table"] == [3, 3, 3]


def test_a_table_of_several_articles_goes_on_in_the_next() -> None:
    def rows(*articles: tuple[str, str]) -> str:
        return "".join(
            f"<tr><td colspan='3'>第二十条第（{n}）项</td></tr><tr><td>{label}</td><td>1</td><td>2</td></tr>"
            for n, label in articles
        )

    pieces = rows(("一", "规章"), ("五", "行政许可")), rows(("六", "行政处罚"), ("八", "行政事业性收费"))
    document = read("<p>二、主动公开政府信息情况</p>" + "".join(f"<table>{piece}</table>" for piece in pieces))
    assert [len(block.grid) for block in document.blocks if block.kind == "table"] == [8]


def test_a_note_behind_the_editor_s_line_is_kept() -> None:
    body = (
        "<p>本年度我局认真做好信息公开工作，成效明显。</p><p>【编辑：李四】</p><p>（此件公开发布）</p><p>友情链接</p>"
    )
    assert texts(read(body))[-1] == "（此件公开发布）"


def test_about_is_no_part_of_an_agency_s_name() -> None:
    facts = read_title("关于青禾市审计局2023年度政府信息公开工作情况的年度报告")
    assert (facts.agency, facts.year) == ("青禾市审计局", 2023)


def test_a_township_has_the_code_of_its_county() -> None:
    head = "<title>云雾镇人民政府2022年政府信息公开工作年度报告</title><meta name='SiteIDCode' content='4301040001'>"
    identity = read("<p>本年度我镇认真做好信息公开工作，成效明显。</p>", head).identity
    assert (identity.level, identity.region) == ("township", "430104")


def test_a_party_office_has_the_level_of_its_place() -> None:
    assert find_level("中共青岛市委机构编制委员会办公室") == "municipal"


@pytest.mark.parametrize(
    ("line", "expected"), [("青禾市民政局", True), ("青禾市人民政府门户网站", True), ("我市召开防汛工作推进会", False)]
)
def test_the_name_of_an_agency_or_portal_is_no_title(line: str, expected: bool) -> None:
    assert is_heading_of_site(line) is expected


def test_a_body_in_one_hidden_string_goes_whole() -> None:
    report = make_report(4)
    drawn = draw_items(report)
    string = "".join(re.sub(r"<[^>]+>", " ", drawn).split())
    menu = "<ul><li>总体情况</li><li>其他需要报告的事项</li></ul>"
    document = read(
        f"{menu}<h1>{report.title}</h1><div>{drawn}</div><div id='readtext' style='display:none'>{string}</div>"
    )
    assert [text for text in texts(document) if len(text) > 400] == []
    assert [len(item.text) > 400 for item in document.dropped] == [True]
    assert texts(document) == list(report.lines)


@pytest.mark.parametrize("number", range(6))
def test_each_repeat_names_a_block_that_is_there(number: int) -> None:
    report = make_report(number)
    drawn = draw_items(report)
    line = f"<p>{report.title}</p><p>2024-02-07 办公室</p>"
    document = read(f"<div>{line}{drawn}</div><p>【编辑：李四】</p><div class='wap'>{line}{drawn}</div>")
    there = {block.path for block in document.blocks}
    assert document.dropped
    assert {item.kept for item in document.dropped} <= there


def test_a_break_opportunity_does_not_keep_a_paragraph_open() -> None:
    """For the parser all that follows a <wbr> lies in it; links behind the last paragraph took it along."""
    lines = [
        "一、总体情况",
        "本年度我局认真做好<wbr>信息公开工作，成效明显。",
        "二、主动公开情况",
        "全年公开信息四百二十三条，<wbr>办理按期。",
    ]
    links = "".join(f"<li><a href='/{n}.html'>某县召开水利工作座谈会部署全年任务（{n}）</a></li>" for n in range(5))
    document = read("".join(f"<p>{line}" for line in lines) + f"<div><h3>解读材料链接</h3><ul>{links}</ul></div>")
    assert texts(document) == [line.replace("<wbr>", "") for line in lines]
