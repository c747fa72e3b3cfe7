"""What several captures say together: versions, addresses, withdrawals, whose a capture is, sums over years."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.sightings import Sighting
from tests.store.making import FACTS, Made, fill, gone, read_rows, write_prose

PAGE = "http://www.yunling.gov.cn/art/301.html"
MIRROR = "http://mirror.gov.cn/301.html"
PDF = "http://www.yunling.gov.cn/art/301.pdf"


def told(folder: Path, *captures: Made | Sighting) -> Path:
    path = folder / "told.db"
    fill(path, captures)
    return path


def findings(path: Path, identifier: str) -> list[dict[str, Any]]:
    return read_rows(path, "select * from report_findings where id = ? order by agency, year, place", (identifier,))


def versions(path: Path) -> list[tuple[int, str, str | None]]:
    rows = read_rows(path, "select number, since, change from versions order by agency, year, number")
    return [(row["number"], row["since"][:10], row["change"]) for row in rows]


def states(path: Path) -> dict[str, str]:
    return {row["url"]: row["state"] for row in read_rows(path, "select url, state from manifestations")}


def test_page_its_pdf_and_its_copy_elsewhere_are_one_version(tmp_path: Path) -> None:
    pdf = Made("2", PDF, media_type="application/pdf", via=PAGE, layout="pdf", facts={**FACTS, "review.total": None})
    path = told(tmp_path, Made("1"), pdf, Made("3", MIRROR, "2024-02-20", layout="mirror"))
    assert versions(path) == [(1, "2024-01-20", None)]
    roles = read_rows(path, "select url, role from manifestations order by first_seen, url")
    assert [(row["url"], row["role"]) for row in roles] == [(PAGE, "page"), (PDF, "attachment"), (MIRROR, "copy")]


def test_changed_number_at_one_address_is_a_version_and_a_finding_with_its_cells(tmp_path: Path) -> None:
    path = told(tmp_path, Made("1"), Made("2", day="2024-03-02", facts={**FACTS, "requests.new.total": 19}))
    assert versions(path) == [(1, "2024-01-20", None), (2, "2024-03-02", "numbers")]
    (found,) = findings(path, "revised-numbers")
    assert found["cells"] == '["requests.new.total"]'
    assert found["captures"] == '["<urn:uuid:1>", "<urn:uuid:2>"]'
    assert "requests.new.total 18 → 19" in found["text"]


def test_changed_sentence_is_a_version_of_the_text(tmp_path: Path) -> None:
    longer = write_prose("own") + "另有一条需要说明的情况已经补充在这里。"
    path = told(tmp_path, Made("1"), Made("2", day="2024-03-02", prose=longer))
    assert versions(path)[1:] == [(2, "2024-03-02", "text")]
    assert findings(path, "revised-text")
    assert not findings(path, "revised-numbers")


def test_replacement_at_another_address_comes_after_what_it_replaces(tmp_path: Path) -> None:
    other = Made("0", "http://www.yunling.gov.cn/art/999.html", "2024-05-01T07:00:00Z", published="2024-04-30")
    newer = Made(**{**vars(other), "facts": {**FACTS, "review.total": 5}})
    path = told(tmp_path, newer, Made("1", day="2024-05-01T08:00:00Z"))  # the list shows the newer one first
    assert versions(path) == [(1, "2024-05-01", None), (2, "2024-05-01", "numbers")]
    assert "review.total 1 → 5" in findings(path, "revised-numbers")[0]["text"]


def test_body_that_returns_to_what_it_was_is_the_old_version_again(tmp_path: Path) -> None:
    changed = Made("2", day="2024-03-02", facts={**FACTS, "review.total": 9})
    path = told(tmp_path, Made("1"), changed, Made("3", day="2024-04-02"))
    assert [number for number, _, _ in versions(path)] == [1, 2]
    assert read_rows(path, "select version from report_captures order by record_id") == [
        {"version": n} for n in (1, 2, 1)
    ]


@pytest.mark.parametrize("status", [404, 410])
def test_vanished_page_is_a_withdrawal_with_both_captures_as_proof(tmp_path: Path, status: int) -> None:
    path = told(tmp_path, Made("1"), gone("2", PAGE, "2024-06-01", status), gone("3", PAGE, "2024-07-01", status))
    (report,) = read_rows(path, "select state, withdrawn_at from reports")
    assert report == {"state": "withdrawn", "withdrawn_at": "2024-06-01T08:00:00Z"}
    (found,) = findings(path, "withdrawn")
    assert (found["severity"], found["captures"]) == ("error", '["<urn:uuid:1>", "<urn:uuid:2>"]')
    assert str(status) in found["text"]


def test_soft_404_after_having_been_a_report_is_a_withdrawal(tmp_path: Path) -> None:
    path = told(tmp_path, Made("1"), Made("2", day="2024-06-01", kind="rejected", rejected="soft-404"))
    assert states(path) == {PAGE: "gone"}
    assert read_rows(path, "select reason from withdrawals") == [{"reason": "soft-404"}]


@pytest.mark.parametrize("reason", ["refusal", "truncated", "login", "empty-shell"])
def test_answer_that_says_nothing_of_the_page_withdraws_nothing(tmp_path: Path, reason: str) -> None:
    path = told(tmp_path, Made("1"), Made("2", day="2024-06-01", kind="rejected", rejected=reason))
    assert states(path) == {PAGE: "present"}


def test_page_missing_before_it_was_a_report_is_no_withdrawal(tmp_path: Path) -> None:
    path = told(tmp_path, gone("0", PAGE, "2024-01-02"), Made("1"))
    assert read_rows(path, "select * from withdrawals") == []


def test_report_that_still_stands_elsewhere_is_not_withdrawn(tmp_path: Path) -> None:
    path = told(tmp_path, Made("1"), Made("2", MIRROR), gone("3", PAGE, "2024-06-01"))
    assert read_rows(path, "select state from reports") == [{"state": "published"}]
    assert findings(path, "address-gone")
    assert not findings(path, "withdrawn")


def test_file_beside_a_vanished_page_does_not_keep_the_report_published(tmp_path: Path) -> None:
    pdf = Made("2", PDF, media_type="application/pdf", via=PAGE, layout="pdf")
    path = told(tmp_path, Made("1"), pdf, gone("3", PAGE, "2024-06-01"))
    assert read_rows(path, "select state from reports") == [{"state": "withdrawn"}]


def test_page_that_comes_back_was_withdrawn_for_a_time(tmp_path: Path) -> None:
    path = told(tmp_path, Made("1"), gone("2", PAGE, "2024-06-01"), Made("3", day="2024-07-01"))
    assert read_rows(path, "select state from reports") == [{"state": "published"}]
    assert read_rows(path, "select returned_at from withdrawals") == [{"returned_at": "2024-07-01T08:00:00Z"}]
    assert findings(path, "withdrawn-for-a-time")


def test_carried_requests_are_held_against_the_year_before(tmp_path: Path) -> None:
    before = {**FACTS, "requests.carried_out.total": 2, "requests.carried_out.natural": 3}
    last = Made("1", "http://www.yunling.gov.cn/2022", year=2022, facts=before, prose=write_prose("2022"))
    path = told(tmp_path, last, Made("2"))
    rows = read_rows(path, "select * from yearly_identities where year = 2023 and id like 'I7%' order by id")
    assert [(row["id"], row["result"], row["left"], row["right"]) for row in rows] == [
        ("I7.natural", "broken", 2, 3),
        ("I7.total", "holds", 2, 2),
    ]
    assert rows[0]["cells"] == (
        '[["<urn:uuid:2>", "requests.carried_in.natural"], ["<urn:uuid:1>", "requests.carried_out.natural"]]'
    )
    assert [found["severity"] for found in findings(path, "broken-identity") if "I7" in found["text"]] == ["error"]


def test_acts_in_force_roll_forward_as_a_warning(tmp_path: Path) -> None:
    before = {**FACTS, "disclosure.normative.in_force": 11}
    last = Made("1", "http://www.yunling.gov.cn/2022", year=2022, facts=before, prose=write_prose("2022"))
    path = told(tmp_path, last, Made("2"))
    (row,) = read_rows(path, "select * from yearly_identities where year = 2023 and id = 'I8.normative'")
    assert (row["standing"], row["result"], row["left"], row["right"]) == ("weak", "broken", 12, 13)
    assert [found["severity"] for found in findings(path, "broken-identity") if "I8" in found["text"]] == ["warning"]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (None, "no report of the year before"),
        ({"requests.carried_out.total": None}, "a cell without a number"),
        ({}, "a cell that its form does not print"),
    ],
)
def test_identity_without_an_operand_is_not_evaluable(tmp_path: Path, before: Any, reason: str) -> None:
    captures = [Made("2")]
    if before is not None:
        facts = {"requests.granted.total": 1.0, **before}
        captures.append(Made("1", "http://a.gov.cn/", year=2022, facts=facts, prose=write_prose("2022")))
    path = told(tmp_path, *captures)
    (row,) = read_rows(path, "select result, reason from yearly_identities where year = 2023 and id = 'I7.total'")
    assert row == {"result": "not evaluable", "reason": reason}


def test_agencies_of_one_name_in_two_places_are_two(tmp_path: Path) -> None:
    other = {"facts": {**FACTS, "requests.new.total": 90}, "prose": write_prose("other")}
    one = Made("1", "http://a.gov.cn/", agency="朝阳区人民政府", region="110105")
    two = Made("2", "http://b.gov.cn/", agency="朝阳区人民政府", region="220104", **other)  # type: ignore[arg-type]
    rows = read_rows(told(tmp_path, one, two), "select agency from reports order by agency")
    assert [row["agency"] for row in rows] == ["朝阳区人民政府@110105", "朝阳区人民政府@220104"]


def test_copy_on_a_portal_of_another_region_is_of_the_same_agency(tmp_path: Path) -> None:
    path = told(tmp_path, Made("1", region="990100"), Made("2", MIRROR, region="990223"), Made("3", PDF, region=None))
    assert read_rows(path, "select agency from reports") == [{"agency": "云岭省应急管理厅"}]


def test_file_without_a_title_belongs_to_the_report_that_it_repeats(tmp_path: Path) -> None:
    nameless = Made("2", "http://files.gov.cn/7", agency=None, year=None, layout="x")
    path = told(tmp_path, Made("1"), nameless)
    assert read_rows(path, "select record_id, twin from belongings where twin is not null") == [
        {"record_id": "<urn:uuid:2>", "twin": "<urn:uuid:1>"}
    ]
    assert read_rows(path, "select addresses, versions from reports") == [{"addresses": 2, "versions": 1}]


def test_page_that_only_the_catalogue_names_is_a_copy_where_text_and_numbers_agree(tmp_path: Path) -> None:
    guest = Made("2", MIRROR, agency="石桥市生态环境局", origin="context", layout="x")
    path = told(tmp_path, Made("1"), guest)
    assert read_rows(path, "select agency, addresses from reports") == [{"agency": "云岭省应急管理厅", "addresses": 2}]


def test_two_addresses_of_one_version_that_disagree_are_a_finding(tmp_path: Path) -> None:
    pdf = Made("2", PDF, media_type="application/pdf", via=PAGE, layout="pdf", facts={**FACTS, "review.total": 3})
    (found,) = findings(told(tmp_path, Made("1"), pdf), "copies-disagree")
    assert "review.total 1 → 3" in found["text"]
