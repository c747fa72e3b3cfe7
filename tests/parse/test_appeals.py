from pipelines.document import Block
from pipelines.parse.reading import read_report
from pipelines.report import Report
from tests.parse.printing import (
    APPEALS,
    RESULTS,
    Span,
    appeals_rows,
    fill_appeals,
    flatten,
    make_block,
    make_document,
    make_text_block,
    paragraph,
    spans,
)


def read(*blocks: Block) -> Report:
    return read_report(make_document(blocks, form="2021"))


def values(report: Report) -> dict[str, str]:
    return {cell.id: cell.raw for cell in report.cells}


def count_up() -> dict[str, str]:
    return {identifier: str(number) for number, identifier in enumerate(fill_appeals(), 1)}


def test_official_layout_is_read() -> None:
    assert values(read(make_block(appeals_rows(count_up())))) == count_up()


def test_damaged_header_is_read_by_position() -> None:
    rows = appeals_rows(count_up())
    rows[1:3] = [
        spans(["结果维持", "结果", "其他", "尚未", "总计", "未经复议直接起诉", "复议后起诉"], [1] * 5 + [5, 5])
    ]
    rows.insert(
        2, spans(["", "", "", "", "", "结果", "结果", "其他", "尚未", "总计", "结果", "结果", "其他", "尚未", "总"])
    )
    assert values(read(make_block(rows))) == count_up()


def test_row_on_the_next_page_is_read() -> None:
    rows = appeals_rows(count_up())
    assert values(read(make_block(rows[:3]), paragraph("- 4 -"), make_block(rows[3:], 2))) == count_up()


def test_row_with_a_label_and_blanks_is_read() -> None:
    printed = count_up() | {"review.other": "", "litigation_after_review.total": ""}
    rows = appeals_rows(printed)
    rows[0].insert(0, Span("项目", 1, 3))
    rows[3].insert(0, Span("件数"))
    assert values(read(make_block(rows))) == printed


def test_row_of_fourteen_values_is_refused() -> None:
    rows = appeals_rows(count_up())
    rows[3] = spans([str(number) for number in range(14)])
    report = read(make_block(rows))
    assert not report.cells
    assert "15 columns" in report.unmapped[0].tried


def test_review_and_litigation_in_two_tables() -> None:
    printed = count_up()
    names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    review = [[Span("行政复议", 5)], spans(names), spans([printed[f"review.{result}"] for result in RESULTS])]
    rest = [printed[f"{part}.{result}"] for part in APPEALS[1:] for result in RESULTS]
    litigation = [
        [Span("行政诉讼", 10)],
        spans(["未经复议直接起诉", "复议后起诉"], [5, 5]),
        spans(names * 2),
        spans(rest),
    ]
    assert values(read(make_block(review), paragraph("（二）行政诉讼"), make_block(litigation, 2))) == printed


def test_bars_are_read_and_empty_rows_passed_over() -> None:
    rows = [[span.text for span in row] for row in appeals_rows(count_up())]
    assert values(read(make_text_block([*rows, [""] * 15]))) == count_up()


def test_lines_are_read_only_when_fifteen_values_are_there() -> None:
    lines = flatten(appeals_rows(count_up()))
    assert values(read(*map(paragraph, lines))) == count_up()
    refused = read(*map(paragraph, lines[:-1]))
    assert not refused.cells
    assert "14 values instead of 15" in refused.unmapped[0].tried


def test_words_in_place_of_numbers_keep_their_places() -> None:
    printed = dict.fromkeys(fill_appeals(), "无")
    report = read(make_block(appeals_rows(printed)))
    assert values(report) == printed
    assert {cell.state for cell in report.cells} == {"text"}
    assert {check.result for check in report.identities} == {"not evaluable"}


def test_three_tables_are_told_by_their_heads() -> None:
    printed = count_up()
    names = ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼—复议后起诉")
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    blocks = [
        make_block([[Span(name, 5)], spans(results), spans([printed[f"{part}.{result}"] for result in RESULTS])], place)
        for place, (part, name) in enumerate(zip(APPEALS, names, strict=True), 1)
    ]
    report = read(*blocks)
    assert values(report) == printed
    assert not report.unmapped


def test_three_tables_without_heads_are_refused() -> None:
    printed = count_up()
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    rows = [spans([printed[f"{part}.{result}"] for result in RESULTS]) for part in APPEALS]
    report = read(*(make_block([spans(results), row], place) for place, row in enumerate(rows, 1)))
    assert not report.cells
    assert report.unmapped


def test_parts_as_rows_under_one_header() -> None:
    printed = count_up() | {f"litigation_direct.{result}": text for result, text in zip(RESULTS, "-----", strict=True)}
    printed |= {f"litigation_after_review.{result}": "" for result in RESULTS}
    labels = ("行政复议", "未经复议直接起诉", "复议后起诉")
    header = spans(["项目", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"])
    rows = [
        spans([label, *(printed[f"{part}.{result}"] for result in RESULTS)])
        for part, label in zip(APPEALS, labels, strict=True)
    ]
    assert values(read(make_block([header, *rows]))) == printed


def test_parts_as_columns_under_one_header() -> None:
    printed = count_up()
    header = [
        [Span("类型", 1, 2), Span("行政复议", 1, 2), Span("行政诉讼", 2)],
        spans(["未经复议直接起诉", "复议后起诉"]),
    ]
    labels = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    rows = [
        spans([label, *(printed[f"{part}.{result}"] for part in APPEALS)])
        for result, label in zip(RESULTS, labels, strict=True)
    ]
    assert values(read(make_block([*header, *rows]))) == printed


def test_header_in_one_long_line_is_no_prose() -> None:
    printed = count_up()
    names = " ".join(["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3)
    lines = ["行政复议 行政诉讼", "未经复议直接起诉 复议后起诉", names, " ".join(printed.values())]
    report = read(paragraph("四、政府信息公开行政复议、行政诉讼情况"), *map(paragraph, lines))
    assert values(report) == printed
    assert [part.text for part in report.sections] == [""]


def test_name_of_the_table_in_its_first_row_is_no_row_of_values() -> None:
    rows = [[span.text for span in row] for row in appeals_rows(count_up())]
    caption = ["复议诉讼情况表", *[""] * 14]
    assert values(read(make_text_block([caption, *rows]))) == count_up()
    drawn = [[Span("复议诉讼情况表", 15)], *appeals_rows(count_up())]
    assert values(read(make_block(drawn))) == count_up()


def test_line_of_words_below_the_header_is_no_row_of_values() -> None:
    rows = appeals_rows(count_up())
    note = [Span("单位：件"), *[Span("")] * 14]
    assert values(read(make_block([*rows[:3], note, *rows[3:]]))) == count_up()
