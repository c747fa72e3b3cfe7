"""The demo's truth agrees with itself: numbers with identities, prose with numbers, one seed with one truth."""

import re
from itertools import pairwise

import pytest

from demo.cast import AGENCIES
from demo.form import APPLICANTS, cell_ids
from demo.sums import find_sums
from demo.truth import Report, make_reports

SEEDS = (1, 2, 77)


def reports_of(seed: int) -> list[Report]:
    return list(make_reports(seed))


def values_of(report: Report) -> dict[str, int | float | None]:
    return {cell.id: cell.value for cell in report.cells}


@pytest.mark.parametrize("seed", SEEDS)
def test_identities_hold_unless_a_report_is_broken_on_purpose(seed: int) -> None:
    for report in reports_of(seed):
        assert bool(report.broken) == bool(report.look.breaks), report.title


@pytest.mark.parametrize("seed", SEEDS)
def test_two_reports_break_a_review_total_and_a_handled_total(seed: int) -> None:
    broken = {item.id.partition(".")[0] for report in reports_of(seed) for item in report.broken}
    assert {"I1", "I2", "I4"} <= broken


def test_a_printed_zero_total_is_broken_with_its_operands() -> None:
    report = next(r for r in reports_of(1) if any(b.cell == "review.total" for b in r.look.breaks))
    found = next(item for item in report.broken if item.id == "I4")
    assert found.total == 0
    assert found.parts == sum(
        values_of(report)[f"review.{name}"] or 0 for name in ("upheld", "corrected", "other", "pending")
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_year_carries_in_is_what_the_year_before_carried_out(seed: int) -> None:
    by_agency: dict[str, list[Report]] = {}
    for report in reports_of(seed):
        by_agency.setdefault(report.agency.id, []).append(report)
    pairs = [
        (before, after)
        for reports in by_agency.values()
        for before, after in pairwise(reports)
        if before.cells and after.cells and "blank_cells" not in before.look.quirks
    ]
    assert len(pairs) > 10
    for before, after in pairs:
        for who in APPLICANTS:
            carried = values_of(before)[f"requests.carried_out.{who}"]
            assert values_of(after)[f"requests.carried_in.{who}"] == carried


def test_blank_operands_make_a_sum_not_evaluable() -> None:
    report = next(r for r in reports_of(1) if r.has("blank_cells"))
    results = {item.id: item.result for item in report.sums}
    assert results["I3.denied.secret"] == "not evaluable"
    assert results["I1.total"] == "holds"


def test_narrative_reports_have_prose_and_no_cells() -> None:
    narrative = [report for report in reports_of(1) if report.form == "narrative"]
    assert narrative
    assert all(not report.cells and not find_sums(report.form, report.cells) for report in narrative)


@pytest.mark.parametrize("seed", SEEDS)
def test_prose_states_the_numbers_of_the_table(seed: int) -> None:
    for report in reports_of(seed):
        if not report.cells or report.look.breaks:
            continue
        prose = "".join(paragraph for section in report.sections for paragraph in section.paragraphs)
        received = re.search(r"(?:新收|共收到)政府信息公开申请(\d+)件", prose)
        assert received
        assert int(received[1]) == values_of(report)["requests.new.total"]


def test_every_cell_of_the_form_is_there_once_and_in_order() -> None:
    assert (len(cell_ids("2021")), len(cell_ids("2019"))) == (10 + 175 + 15, 22 + 161 + 15)
    for report in reports_of(1):
        assert tuple(cell.id for cell in report.cells) == cell_ids(report.form)


def test_one_seed_one_truth_and_another_seed_another() -> None:
    assert reports_of(5) == reports_of(5)
    assert reports_of(5) != reports_of(6)


def test_numbers_do_not_depend_on_who_else_is_in_the_cast() -> None:
    alone = make_reports(1, AGENCIES[-1:])
    assert alone == tuple(report for report in make_reports(1) if report.agency == AGENCIES[-1])
