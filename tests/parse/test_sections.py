import pytest

from pipelines.document import Block
from pipelines.parse.reading import read_report
from pipelines.parse.sections import find_sections
from tests.parse.printing import (
    Span,
    fill_requests,
    flatten,
    make_block,
    make_document,
    paragraph,
    request_body,
    request_header,
    spans,
)

SIX = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]


def found(*texts: str) -> list[tuple[str | None, str, str]]:
    return [(part.number, part.heading, part.text) for part in find_sections([paragraph(text) for text in texts])]


def test_text_is_whole_and_joined_by_lines() -> None:
    assert found(
        "前言。", "一、总体情况", "第一段。", "（一）公开。", "第二段。", "二、主动公开政府信息情况", "完。"
    ) == [
        ("一", "总体情况", "第一段。\n（一）公开。\n第二段。"),
        ("二", "主动公开政府信息情况", "完。"),
    ]


def test_heading_and_text_on_one_line_are_parted() -> None:
    assert found("六、其他需要报告的事项。本年度未收取信息处理费。") == [
        ("六", "其他需要报告的事项", "本年度未收取信息处理费。")
    ]


def test_numbers_stay_as_printed_when_they_repeat_or_restart() -> None:
    assert [number for number, _, _ in found("一、总体情况", "一、主动公开政府信息情况", "三、其他需要报告的事项")] == [
        "一",
        "一",
        "三",
    ]


def test_heading_without_a_number_is_known_by_its_words() -> None:
    assert found("总体情况", "正文。") == [(None, "总体情况", "正文。")]


def test_template_instructions_are_no_part_of_a_heading() -> None:
    assert found("一、总体情况(宋体加粗小四号字)")[0][1] == "总体情况"


def test_enumerated_sentence_of_the_prose_is_no_heading() -> None:
    assert (
        found("一、总体情况", "二、加强学习，提高认识。我局组织培训。")[0][2]
        == "二、加强学习，提高认识。我局组织培训。"
    )


def test_rows_of_a_table_in_lines_are_neither_headings_nor_text() -> None:
    lines = flatten(request_header() + request_body("2021", fill_requests("2021")))
    report = read_report(make_document([paragraph(text) for text in [SIX[2], *lines, SIX[3], "无。"]], form="2021"))
    assert [(part.number, part.text) for part in report.sections] == [("三", ""), ("四", "无。")]


def test_missing_section_is_a_finding() -> None:
    report = read_report(make_document([paragraph(text) for text in SIX[:5]], form="2021"))
    assert [f.text for f in report.findings if f.id == "missing-section"] == ["no section 六、其他需要报告的事项"]


def test_tables_are_left_out_of_the_text() -> None:
    blocks = [paragraph(SIX[0]), Block("table", "t"), paragraph("正文。")]
    assert [part.text for part in find_sections(blocks)] == ["正文。"]


def test_lines_of_a_list_of_contents_open_no_section() -> None:
    contents = [f"{line}……{page}" for page, line in enumerate(SIX, 1)]
    body = [text for line in SIX for text in (line, "正文。")]
    for listed in (["目录", *SIX], contents, ["\n".join(SIX)]):
        for preface in ([], ["前言。"]):
            assert [(number, text) for number, _, text in found(*listed, *preface, *body)] == [
                (line[0], "正文。") for line in SIX
            ]


def test_heading_printed_twice_opens_one_section() -> None:
    assert found("二、主动公开政府信息情况", "二、主动公开政府信息情况", "正文。") == [
        ("二", "主动公开政府信息情况", "正文。")
    ]


def test_section_without_text_is_kept() -> None:
    assert [number for number, _, _ in found(*SIX)] == list("一二三四五六")


def test_heading_cut_by_a_space_is_no_row_of_the_table() -> None:
    assert found("六、其他 需要报告的事项", "无。")[0][2] == "无。"


@pytest.mark.parametrize(
    "printed", ["第六部分　其他需要报告的事项", "第六部分、其他需要报告的事项", "六 其他需要报告的事项"]
)
def test_number_of_a_heading_is_known_in_other_prints(printed: str) -> None:
    assert found(printed, "无。") == [("六", "其他需要报告的事项", "无。")]


def test_heading_in_a_row_of_a_table_opens_a_section() -> None:
    rows = [spans([SIX[4]]), spans(["仍有不足。"]), spans([SIX[5]]), spans(["无。"])]
    rows = [[Span(row[0].text, 4)] for row in rows]
    parts = list(find_sections([paragraph(SIX[0]), paragraph("正文。"), make_block([spans(list("甲乙丙丁")), *rows])]))
    assert [(part.number, part.text) for part in parts] == [("一", "正文。"), ("五", "仍有不足。"), ("六", "无。")]


def test_caption_of_a_table_opens_no_section() -> None:
    table = make_block([[Span("主动公开政府信息情况", 2)], spans(["规章", "3"])])
    parts = list(find_sections([paragraph(SIX[1]), table, paragraph("完。")]))
    assert [(part.number, part.text) for part in parts] == [("二", "完。")]
