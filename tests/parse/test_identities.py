from pipelines.parse.identities import check_identities
from pipelines.parse.reading import read_report
from pipelines.report import Cell, Check
from tests.parse.printing import (
    appeals_rows,
    fill_appeals,
    fill_requests,
    make_block,
    make_document,
    paragraph,
    request_body,
    request_header,
)


def check(printed: dict[str, str], form: str = "2021") -> dict[str, Check]:
    from pipelines.parse.cells import read_text

    cells = {}
    for identifier, text in printed.items():
        reading = read_text(text)
        cells[identifier] = Cell(identifier, text, reading.value, reading.state, reading.unit, "p")
    return {item.id: item for item in check_identities(cells, form)}


def test_all_zero_report_holds_every_identity() -> None:
    checks = check(fill_requests("2021") | fill_appeals())
    assert len(checks) == 7 + 7 + 25 + 3
    assert {item.result for item in checks.values()} == {"holds"}
    assert {item.standing for name, item in checks.items() if name.startswith("I1.")} == {"official"}


def test_broken_identity_keeps_both_sides_and_operands() -> None:
    checks = check(fill_appeals() | {"review.upheld": "10", "review.corrected": "1"})
    broken = checks["I4"]
    assert (broken.result, broken.left, broken.right) == ("broken", 0, 11)
    assert broken.cells == ("review.total", "review.upheld", "review.corrected", "review.other", "review.pending")
    assert checks["I5"].result == "holds"


def test_blank_text_and_dash_make_it_not_evaluable() -> None:
    for odd in ("", "无", "-", "企业类1件;个人类2件"):
        checks = check(fill_appeals() | {"review.upheld": odd, "review.corrected": "5"})
        assert checks["I4"].result == "not evaluable"
        assert checks["I4"].right is None


def test_one_row_in_place_of_three_is_summed_once() -> None:
    printed = fill_requests("2019") | {"requests.other.natural": "2", "requests.handled_total.natural": "2"}
    for form in ("2021", "2019"):
        item = check(printed, form)["I2.natural"]
        assert (item.result, item.right) == ("holds", 2)
        assert "requests.other.natural" in item.cells
    assert check(fill_requests("2021"), "2019")["I2.natural"].result == "holds"


def test_missing_row_without_a_substitute_is_not_evaluable() -> None:
    printed = {name: text for name, text in fill_requests("2021").items() if ".denied.law." not in name}
    checks = check(printed)
    assert checks["I2.total"].result == "not evaluable"
    assert checks["I1.total"].result == "holds"
    assert "I3.denied.law" not in checks


def test_tables_that_are_not_there_have_no_identities() -> None:
    assert set(check(fill_appeals())) == {"I4", "I5", "I6"}


def test_figures_of_the_prose_are_held_against_the_table() -> None:
    printed = fill_requests("2021") | {"requests.new.natural": "275", "requests.new.total": "275"}
    blocks = [
        paragraph("2023年共收到政府信息公开申请258件，均已答复。"),
        make_block(request_header() + request_body("2021", printed)),
    ]
    report = read_report(make_document(blocks, form="2021"))
    item = next(check for check in report.identities if check.id == "I9.stated.requests.received")
    assert (item.standing, item.result, item.left, item.right) == ("weak", "broken", 258, 275)
    assert item.cells == ("requests.new.total",)


def test_reviews_of_other_matters_are_not_held_against_the_table() -> None:
    blocks = [paragraph("全年办理行政复议案件120件。"), make_block(appeals_rows(fill_appeals()))]
    report = read_report(make_document(blocks, form="2021"))
    assert [item.id for item in report.stated] == ["stated.review.total"]
    assert not [check for check in report.identities if check.id.startswith("I9")]
