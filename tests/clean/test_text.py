"""Plain text, Markdown, charsets, dates, agencies and titles."""

import pytest

from pipelines.clean.agencies import complete_agency, find_level, find_region
from pipelines.clean.charset import decode
from pipelines.clean.chrome import line_kind
from pipelines.clean.cleaning import clean_capture
from pipelines.clean.dates import find_date, find_url_date, starts_with_date
from pipelines.clean.facts import read_facts
from pipelines.clean.identity import is_credit_code
from pipelines.clean.page import Part
from pipelines.clean.plaintext import read_lines
from pipelines.clean.radicals import fold_radicals
from pipelines.clean.titles import find_year, is_report_title, read_title
from tests.clean.capturing import capture


def test_lines_with_bars_are_a_table_and_keep_every_cell() -> None:
    (table,) = read_lines("a | 1 | |\nb | 2 | 3\n")
    assert [[slot.text for slot in row] for row in table.grid] == [["a", "1", "", ""], ["b", "2", "3", ""]]
    assert (table.path, table.grid[1][0].path) == ("line 1", "line 2")


def test_markdown_tables_lose_their_frame_and_rule() -> None:
    (table,) = read_lines("| 项目 | 数量 |\n|---|:---:|\n| **甲** | 3 |\n", markdown=True)
    assert [[slot.text for slot in row] for row in table.grid] == [["项目", "数量"], ["甲", "3"]]


def test_lines_with_tabs_are_a_table_and_an_indent_is_none() -> None:
    parts = read_lines("\t2022年，我局认真做好工作。\n甲\t1\t\n\t\t乙\n")
    assert [part.kind for part in parts] == ["paragraph", "table"]
    assert [[slot.text for slot in row] for row in parts[1].grid] == [["甲", "1", ""], ["", "", "乙"]]


def test_one_cell_a_line_stays_paragraphs() -> None:
    assert [part.kind for part in read_lines("规章\n\n  0\n\n 12\n")] == ["paragraph"] * 3


def test_a_line_that_names_an_image_is_an_image() -> None:
    assert [part.kind for part in read_lines("图解01.png\n说明: 表1申请情况\n全文如下。")] == [
        "image",
        "image",
        "paragraph",
    ]


def test_markdown_marks_are_taken_off() -> None:
    heading, paragraph = read_lines("## **一、总体情况**\n**一是**做好工作。", markdown=True)
    assert (heading.kind, heading.text, paragraph.text) == ("heading", "一、总体情况", "一是做好工作。")


@pytest.mark.parametrize(
    ("payload", "charset"),
    [
        ("政府信息公开".encode("gb18030"), "gb18030"),
        ("\ufeff公开".encode(), "utf-8"),
        ("公开".encode("utf-16"), "utf-16-le"),
        ("政府信息公开工作的年度报告".encode() * 9 + b"\xe6", "utf-8"),
        (("<html>" + "政府信息" * 30).encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_the_bytes_decide_the_charset(payload: bytes, charset: str) -> None:
    decoded = decode(payload, "text/html; charset=iso-8859-1")
    assert decoded is not None
    assert decoded.charset == charset


def test_a_lone_byte_puts_nothing_else_out_of_step() -> None:
    text = "<p>三、收到和处理政府信息公开申请情况，共收到12件。</p><p>下一步，加强学习培训。</p>"
    whole = text.encode("gb18030")
    for at in (0, 7, whole.index("申请".encode("gb18030"))):
        decoded = decode(whole[:at] + b"\x81" + whole[at:], "text/html; charset=gb2312")
        assert decoded is not None
        assert (decoded.text.replace("\ufffd", ""), decoded.charset, decoded.broken) == (text, "gb18030", 1)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("发布日期：2023-1-9 10:20", "2023-01-09"),
        ("二〇二三年一月二十八日", "2023-01-28"),
        ("2023年1月31日", "2023-01-31"),
        ("20230131", "2023-01-31"),
        ("２０２３年２月３日", "2023-02-03"),
        ("2023-02-30", None),
        ("2020120", None),
    ],
)
def test_dates_are_read_as_printed(text: str, date: str | None) -> None:
    assert find_date(text) == date


@pytest.mark.parametrize("line", ["2023-01-29 办公室", "（2023年1月29日）", "2023-01-29 10:00:00"])
def test_a_line_under_the_title_begins_with_a_date(line: str) -> None:
    assert starts_with_date(line)


@pytest.mark.parametrize("line", ["（2011年1月1日起施行）", "2022年1月1日，我局召开会议", "2022年1月至12月"])
def test_a_date_in_a_sentence_is_no_line_under_the_title(line: str) -> None:
    assert not starts_with_date(line)


def test_addresses_tell_their_day() -> None:
    assert find_url_date("http://a.gov.cn/x/202301/t20230118_1.html") == "2023-01-18"
    assert find_url_date("http://a.gov.cn/art/2023/1/9/art_1_2.html") == "2023-01-09"
    assert find_url_date("http://a.gov.cn/info/1061/123.htm") is None


@pytest.mark.parametrize(
    ("agency", "level", "region"),
    [
        ("湖南省水利厅", "provincial", "430000"),
        ("上海市人民政府办公厅", "provincial", "310000"),
        ("长沙市岳麓区民政局", "county", None),
        ("贵阳市教育局", "municipal", "520100"),
        ("湖南镇人民政府", "township", None),
        ("应急管理部", "ministry", "100000"),
        ("广州市天河区石牌街道办事处", "township", None),
        ("某县乡村振兴局", "county", None),
        ("青山示范区管理委员会", "other", None),
    ],
)
def test_an_agency_s_name_tells_its_level(agency: str, level: str, region: str | None) -> None:
    assert (find_level(agency), find_region(agency, find_level(agency))) == (level, region)


def test_an_agency_without_its_place_is_completed_from_the_text() -> None:
    text = "我局落实《长沙市岳麓区人民政府关于加强年度公开工作的意见》各项任务"
    assert complete_agency("区民政局", text) == "长沙市岳麓区民政局"


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("青禾市民政局2022年政府信息公开工作年度报告", "青禾市民政局", 2022),
        ("2019年青禾市人民政府办公室政府信息公开工作年度报告", "青禾市人民政府办公室", 2019),
        ("青禾市民政局政府信息公开年报（2021年度）", "青禾市民政局", 2021),
        ("二〇二〇年政务公开工作报告", None, 2020),
    ],
)
def test_a_title_says_whose_report_of_which_year(title: str, agency: str | None, year: int) -> None:
    facts = read_title(title)
    assert is_report_title(title)
    assert (facts.agency, facts.year) == (agency, year)
    assert find_year(title) == year


def test_a_notice_about_reports_is_no_report_s_title() -> None:
    assert not is_report_title("关于印发政府信息公开工作年度报告格式的通知")


def test_the_info_box_is_read_from_cells_lines_and_bars() -> None:
    lines = ["索 引 号：", "002/2023-1", "发布日期：2023-01-29 来源：办公室 浏览次数：", "发布机构青禾市民政局"]
    box = read_facts({}, [Part("paragraph", line) for line in lines]).box
    assert box == {
        "index_number": "002/2023-1",
        "published": "2023-01-29",
        "source": "办公室",
        "agency": "青禾市民政局",
    }


def test_doubled_and_empty_meta_values_are_mended() -> None:
    meta = {"articletitle": "年度报告年度报告", "pubdate": "", "contentsource": "无"}
    assert read_facts(meta, []).meta == {"title": "年度报告"}


@pytest.mark.parametrize("line", ["12", "-18", "+3", "0", "无。", "一、总体情况", "-", "减7"])
def test_cells_and_headings_are_no_machinery(line: str) -> None:
    assert line_kind(line) in ("", "tool") if line == "-" else line_kind(line) == ""


@pytest.mark.parametrize("code", ["91350100M000100Y43"])
def test_a_credit_code_has_both_check_digits(code: str) -> None:
    assert is_credit_code(code)
    assert not is_credit_code(code[:-1] + ("4" if code[-1] == "3" else "3"))


def test_radicals_become_characters() -> None:
    assert fold_radicals("⼈⺠政府⻔⼾") == "人民政府门户"


def test_what_the_page_does_not_say_the_context_says() -> None:
    context = {"agency": "青禾市民政局", "level": "municipal", "region": "990100"}
    document = clean_capture(capture("<h1>2022年政府信息公开年报</h1><p>全年公开信息3条。</p>", context=context))
    assert (document.identity.agency, document.identity.origins["agency"]) == ("青禾市民政局", "context")
    assert document.identity.region == "990100"
