from pipelines.parse.reading import read_report
from pipelines.report import Finding
from tests.parse.printing import (
    appeals_rows,
    disclosure_rows,
    fill_appeals,
    fill_disclosure,
    fill_requests,
    make_block,
    make_document,
    request_body,
    request_header,
)


def findings(printed: dict[str, str], form: str = "2021", year: int | None = None) -> dict[str, Finding]:
    blocks = [
        make_block(disclosure_rows(form, fill_disclosure(form) | printed), 1),
        make_block(request_header() + request_body(form, fill_requests(form) | printed), 2),
        make_block(appeals_rows(fill_appeals() | printed), 3),
    ]
    return {finding.id: finding for finding in read_report(make_document(blocks, year)).findings}


def test_all_zero_report() -> None:
    assert "all-zero" in findings({})
    assert "all-zero" not in findings({"requests.new.natural": "1"})


def test_all_blank_report() -> None:
    blank = dict.fromkeys([*fill_requests("2021"), *fill_disclosure("2021"), *fill_appeals()], "")
    assert "all-blank" in findings(blank)


def test_blank_totals_over_filled_parts() -> None:
    found = findings({"requests.granted.total": "", "requests.granted.natural": "3", "requests.partial.total": "—"})
    assert found["blank-total"].cells == ("requests.granted.total", "requests.partial.total")


def test_form_of_another_year() -> None:
    assert "form-mismatch" in findings({}, "2021", 2020)
    assert "form-mismatch" not in findings({}, "2021", 2022)
    assert "form-mismatch" not in findings({}, "2021")


def test_broken_identity_tells_its_arithmetic() -> None:
    found = findings({"review.upheld": "10"})["broken-identity"]
    assert found.severity == "error"
    assert "0" in found.text
    assert "10" in found.text
    assert "review.upheld" in found.cells


def test_suspicious_magnitudes() -> None:
    for odd in ({"requests.new.natural": "20231231"}, {"disclosure.penalty.decisions": "-4"}, {"review.total": "0.5"}):
        found = findings(odd)["suspicious-magnitude"]
        assert found.cells == tuple(odd)
    assert "suspicious-magnitude" not in findings({"disclosure.licence.items_delta": "减7"}, "2019")


def test_torn_digits_and_text_are_told() -> None:
    assert findings({"requests.new.natural": "1 2"})["torn-digits"].cells == ("requests.new.natural",)
    assert findings({"requests.new.natural": "无"})["text-cell"].severity == "info"


def test_rows_that_the_page_lacks() -> None:
    blocks = [make_block(request_header() + request_body("2021", fill_requests("2021"))[:-1])]
    found = {finding.id: finding.text for finding in read_report(make_document(blocks, form="2021")).findings}
    assert found["missing-row"] == "no row carried_out in the requests table"
    assert found["missing-table"] == "no cell of the appeals table could be read"
