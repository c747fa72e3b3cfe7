from pipelines.document import Block
from pipelines.parse.reading import read_report
from pipelines.report import Report
from tests.parse.printing import (
    Span,
    disclosure_rows,
    fill_disclosure,
    fill_requests,
    flatten,
    make_block,
    make_document,
    make_text_block,
    paragraph,
    request_body,
    request_header,
    spans,
)


def read(*blocks: Block) -> Report:
    return read_report(make_document(blocks))


def values(report: Report) -> dict[str, str]:
    return {cell.id: cell.raw for cell in report.cells if cell.id.startswith("disclosure.")}


def count_up(form: str) -> dict[str, str]:
    return {identifier: str(number) for number, identifier in enumerate(fill_disclosure(form), 1)}


def test_both_forms_are_read_whole() -> None:
    for form, cells in (("2021", 10), ("2019", 22)):
        printed = count_up(form)
        report = read(make_block(disclosure_rows(form, printed)))
        assert values(report) == printed
        assert len(printed) == cells
        assert not report.unmapped


def test_amount_has_the_unit_of_its_header() -> None:
    report = read(make_block(disclosure_rows("2021", fill_disclosure("2021", "7.5"))))
    assert report.cells[-1].id == "disclosure.fees.amount"
    assert (report.cells[-1].value, report.cells[-1].unit) == (7.5, "10k_yuan")


def test_amount_without_any_unit_is_a_finding() -> None:
    report = read(make_block(disclosure_rows("2019", fill_disclosure("2019", "7"))))
    assert report.cells[-1].unit is None
    assert [(f.id, f.cells) for f in report.findings if f.id == "unit-unknown"] == [
        ("unit-unknown", ("disclosure.procurement.amount",))
    ]


def test_drifting_columns_are_told_by_their_number() -> None:
    printed = count_up("2019")
    rows = disclosure_rows("2019", printed)
    for row in rows:
        if row[0].text in ("行政许可", "行政处罚"):
            row[1:] = spans([span.text for span in row[1:]], [2, 1, 1])
        elif row[0].text == "信息内容" and len(row) == 4:
            row[1:] = spans([span.text for span in row[1:]], [1, 2, 1])
    assert values(read(make_block(rows))) == printed


def test_header_cut_off_by_a_page_holds_on() -> None:
    printed = count_up("2021")
    rows = disclosure_rows("2021", printed)
    report = read(make_block(rows[:6]), paragraph("第 3 页 共 9 页"), make_block(rows[6:], 2))
    assert values(report) == printed


def test_row_outside_the_form_is_kept() -> None:
    printed = count_up("2021")
    rows = disclosure_rows("2021", printed)
    rows.insert(9, [Span("行政检查"), Span("12", 3)])
    report = read(make_block(rows))
    assert values(report) == printed
    assert [(row.label, row.values) for row in report.extra_rows] == [("行政检查", ("12",))]


def test_damaged_header_is_known_by_its_place() -> None:
    printed = count_up("2019")
    rows = disclosure_rows("2019", printed)
    rows[1][1] = Span("本作量")
    assert values(read(make_block(rows))) == printed


def test_row_with_more_values_than_columns_is_refused() -> None:
    printed = count_up("2021")
    rows = disclosure_rows("2021", printed)
    licence = next(row for row in rows if row[0].text == "行政许可")
    licence[1:] = spans(["5", "6", "7"])
    report = read(make_block(rows))
    assert "disclosure.licence.decisions" not in values(report)
    assert any("licence" in item.tried for item in report.unmapped)


def test_bars_with_a_blank_value_keep_its_place() -> None:
    printed = count_up("2019") | {"disclosure.penalty.items_prev": ""}
    report = read(make_text_block([[span.text for span in row] for row in disclosure_rows("2019", printed)]))
    assert values(report) == printed


def test_mixture_of_forms_is_mapped_table_by_table() -> None:
    disclosure, requests = count_up("2019"), fill_requests("2021", "3")
    blocks = (
        make_block(disclosure_rows("2019", disclosure)),
        make_block(request_header() + request_body("2021", requests), 2),
    )
    report = read(*blocks)
    assert report.document.form == "2019"
    assert {cell.id: cell.raw for cell in report.cells} == disclosure | requests


def test_lines_are_read_with_texts_as_values() -> None:
    printed = count_up("2019") | {
        "disclosure.licence.items_delta": "减少 28",
        "disclosure.licence.decisions": "企业类674件;个人类69535件",
        "disclosure.procurement.amount": "14.4万元",
    }
    report = read(*(paragraph(line) for line in flatten(disclosure_rows("2019", printed))))
    assert values(report) == printed


def test_row_that_lost_a_value_in_lines_is_refused_alone() -> None:
    printed = count_up("2021") | {"disclosure.rules.repealed": ""}
    report = read(*(paragraph(line) for line in flatten(disclosure_rows("2021", printed))))
    assert values(report) == {name: text for name, text in printed.items() if ".rules." not in name}
    assert [item.tried for item in report.unmapped] == [
        "disclosure table printed in lines: row rules has 2 of 3 values"
    ]


def test_lines_are_refused_whole_where_a_row_that_lost_a_value_is_unknown() -> None:
    rows = disclosure_rows("2021", count_up("2021"))
    rows.insert(3, spans(["规章以外的文件", "1", "2", ""]))
    report = read(*(paragraph(line) for line in flatten(rows)))
    assert not values(report)
    assert "2 of 3 values" in report.unmapped[0].tried


def test_article_beside_its_rows_is_no_label() -> None:
    rows = [
        [Span("第二十条第（五）项", 1, 2), Span("信息内容"), Span("本年处理决定数量")],
        [Span("行政许可"), Span("12")],
    ]
    report = read(make_block(rows))
    assert values(report) == {"disclosure.licence.decisions": "12"}
    assert not report.extra_rows


def test_values_whose_label_is_lost_are_refused() -> None:
    rows = disclosure_rows("2021", count_up("2021"))
    rows[2][0] = Span("")
    report = read(make_block(rows))
    assert "disclosure.rules.issued" not in values(report)
    assert [item.tried for item in report.unmapped] == ["values without a label"]
