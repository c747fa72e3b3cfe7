"""What befalls reports is in their print and in their truth alike."""

from dataclasses import replace

import pytest

from demo.cast import Look
from demo.form import REVIEW_TABLES, cell_ids
from demo.mishaps import LOST_CELL, LOST_ROW
from demo.panorama import PANORAMA
from demo.printing import Break
from demo.rendering.layout import PICTURE, Item, Line, Table, lay_out
from demo.rendering.markup import TABLE_PICTURE, write_body
from demo.server import House
from demo.truth import Report, make_reports


def report_with(*quirks: str, misprints: tuple[Break, ...] = ()) -> Report:
    look = Look(2023, quirks=quirks, misprints=misprints, voice="1/2023")
    (report,) = make_reports(1, [replace(PANORAMA[0].agency, looks=(look,))])
    return report


def tables_of(report: Report) -> list[Table]:
    return [item for item in lay_out(report) if isinstance(item, Table)]


def results_of(report: Report) -> dict[str, str]:
    return {item.id: item.result for item in report.sums}


def house_of(number: int) -> House:
    return House(PANORAMA[number], 8701, 1)


def test_a_form_without_a_number_has_every_cell_blank_and_no_sum_to_check() -> None:
    report = report_with("all_blank")
    assert tuple(cell.id for cell in report.cells) == cell_ids("2021")
    assert {(cell.raw, cell.state) for cell in report.cells} == {("", "blank")}
    assert set(results_of(report).values()) == {"not evaluable"}


def test_a_lost_row_is_neither_printed_nor_in_the_truth() -> None:
    report, whole = report_with("lost_row"), report_with()
    lost = {cell.id for cell in whole.cells} - {cell.id for cell in report.cells}
    assert len(lost) == 7
    assert all(cell.startswith(LOST_ROW) for cell in lost)
    assert [len(table.rows) for table in tables_of(report)] == [
        len(table.rows) - (table.columns == 10) for table in tables_of(whole)
    ]
    assert "I3.rejected.publication" not in results_of(report)
    assert {results_of(report)[f"I2.{who}"] for who in ("natural", "total")} == {"not evaluable"}


def test_of_a_row_that_lost_a_number_no_cell_is_in_the_truth() -> None:
    report = report_with("lost_cell")
    assert not {cell.id.partition(".")[0] for cell in report.cells} & set(REVIEW_TABLES)
    assert len(report.unsure) == 14
    assert LOST_CELL not in {cell.id for cell in report.unsure}
    assert [box.text for box in tables_of(report)[-1].rows[-1]] == [cell.raw for cell in report.unsure]


def test_a_picture_stands_where_a_table_was() -> None:
    report = report_with("pictured_table")
    items: list[Item] = list(lay_out(report))
    assert sum(item == Line(PICTURE) for item in items) == 1
    assert len(tables_of(report)) == 2
    assert write_body(report).count(f'<img src="{TABLE_PICTURE}"') == 1
    assert house_of(0).days[0].answer(TABLE_PICTURE).media_type == "image/png"


@pytest.mark.parametrize(("quirk", "more"), [("lost_section", -1), ("corrected", 0)])
def test_sections_are_lost_or_corrected_and_no_number_with_them(quirk: str, more: int) -> None:
    report, whole = report_with(quirk), report_with()
    assert report.cells == whole.cells
    assert report.sections != whole.sections
    assert len(report.sections) == len(whole.sections) + more


def test_torn_digits_are_still_the_number() -> None:
    torn, whole = (
        {cell.id: cell for cell in report.cells}["disclosure.licence.decisions"]
        for report in (report_with("torn_digits"), report_with())
    )
    assert torn.value == whole.value
    assert torn.raw.replace(" ", "") == whole.raw != torn.raw


def test_a_pdf_has_its_misprints_to_itself() -> None:
    report = report_with("pdf", misprints=(Break("disclosure.penalty.decisions", off_by=40),))
    pairs = zip(report.cells, report.misprinted.cells, strict=True)
    changed = [(one.id, (two.value or 0) - (one.value or 0)) for one, two in pairs if one != two]
    assert changed == [("disclosure.penalty.decisions", 40)]
    assert report.misprinted.sums == report.sums


def test_a_page_is_gone_for_a_day_and_comes_back() -> None:
    house = house_of(47)
    gone = next(row.path for row in house.days[1].articles if row.status == "missing")
    assert [site.answer(gone).status for site in house.days] == [200, 404, 200]
    assert [gone in {row.path for row in site.articles if row.listed} for site in house.days] == [True, False, True]


def test_a_report_moves_and_leaves_a_notice_and_a_file_is_gone() -> None:
    before, after = house_of(11).days
    at = {row.report.year: row for row in before.articles if row.report}
    then = {row.report.year: row for row in after.articles if row.report}
    assert then[2022].path != at[2022].path
    assert at[2022].title in after.answer(then[2022].path).body.decode()
    assert "已重新排版" in after.answer(at[2022].path).body.decode()
    (file,) = at[2023].files
    assert [site.answer(file.path).status for site in (before, after)] == [200, 404]
    assert file.name in after.answer(then[2023].path).body.decode()
