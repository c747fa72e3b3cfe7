import pytest

from pipelines.document import Block, Slot
from tests.parse.printing import (
    COLUMNS,
    Span,
    count_up,
    fill_requests,
    make_block,
    make_grid,
    make_text_block,
    paragraph,
    read,
    request_body,
    request_header,
    request_labels,
    spans,
    values,
)


@pytest.mark.parametrize("form", ["2021", "2019"])
def test_official_layout_is_read_whole(form: str) -> None:
    printed = count_up(form)
    report = read(make_block(request_header() + request_body(form, printed)), form=form)
    assert values(report) == printed
    assert not report.unmapped
    assert not report.extra_rows


def test_cells_stand_in_the_order_of_the_form_with_their_own_paths() -> None:
    report = read(make_block(request_header() + request_body("2021", count_up("2021"))))
    assert [cell.id for cell in report.cells] == list(fill_requests("2021"))
    assert len({cell.path for cell in report.cells}) == 175
    assert report.cells[0].path == "/html/body/table[1]/tr[4]/td[2]"


def test_blank_cells_keep_their_place() -> None:
    printed = count_up("2021")
    for place, identifier in enumerate(printed):
        if place % 3:
            printed[identifier] = ""
    report = read(make_block(request_header() + request_body("2021", printed)))
    assert values(report) == printed
    assert {cell.state for cell in report.cells} == {"number", "blank"}


def test_columns_that_drift_by_their_spans_are_counted() -> None:
    printed = count_up("2019")
    body = request_body("2019", printed)
    for number, row in enumerate(body):
        widths = [1, 2, 1, 1, 1, 1, 1] if number % 2 else [1, 1, 1, 2, 1, 1, 1]
        row[-7:] = spans([span.text for span in row[-7:]], widths)
    assert values(read(make_block(request_header([2, 1, 1, 1, 1, 1, 1]) + body), form="2019")) == printed


def test_table_cut_by_pages_with_leading_cells_lost() -> None:
    printed = count_up("2021")
    grid = make_grid(request_header() + request_body("2021", printed))
    seen = {slot.path for row in grid[:11] for slot in row}
    rest = tuple(tuple(Slot("", f"x{c}") if s.path in seen else s for c, s in enumerate(row)) for row in grid[11:])
    report = read(Block("table", "a", grid=grid[:11]), paragraph("- 3 -"), Block("table", "b", grid=rest))
    assert values(report) == printed


def test_repeated_header_is_no_row() -> None:
    printed = count_up("2021")
    rows = request_header() + request_body("2021", printed)
    report = read(make_block(rows[:9]), make_block(request_header() + rows[9:], 2))
    assert values(report) == printed
    assert not report.extra_rows


def test_lost_spans_in_bars_leave_blanks_at_the_right() -> None:
    printed = count_up("2021")
    rows = [[span.text for span in row] for row in request_header() + request_body("2021", printed)]
    assert values(read(make_text_block(rows))) == printed


def test_blank_among_lost_spans_is_read_where_other_rows_show_the_place() -> None:
    printed = count_up("2021") | {"requests.denied.law.natural": "", "requests.denied.law.total": ""}
    rows = [[span.text for span in row] for row in request_header() + request_body("2021", printed)]
    report = read(make_text_block(rows))
    assert values(report) == printed
    assert next(cell for cell in report.cells if cell.id == "requests.denied.law.total").state == "blank"


def test_blank_that_nothing_places_is_refused() -> None:
    rows = [["一、本年新收政府信息公开申请数量", "", "", "5", "", "", "", "", "", "", ""]]
    header = [["申请人情况"], ["自然人", "法人或其他组织", "总计"]]
    report = read(make_text_block(header + rows))
    assert not values(report)
    assert [item.path for item in report.unmapped] == ["line 3"]


def test_damaged_labels_between_certain_rows_are_known_by_position() -> None:
    printed = count_up("2021")
    labels = request_labels("2021") | {
        "denied.law": "法",
        "rejected.repeat": "2.",
        "new": "数量",
        "handled_total": "计",
    }
    report = read(make_block(request_header() + request_body("2021", printed, labels)))
    assert values(report) == printed


def test_two_missing_labels_for_three_rows_are_refused() -> None:
    printed = count_up("2021")
    labels = request_labels("2021") | {"denied.law": "", "denied.third_party": ""}
    body = [row for row in request_body("2021", printed, labels) if not any("三安全" in span.text for span in row)]
    body[4][0] = Span("（三）不予公开", 1, 7)
    report = read(make_block(request_header() + body))
    got = values(report)
    assert not any(identifier.startswith(("requests.denied.law", "requests.denied.third")) for identifier in got)
    assert all(printed[identifier] == value for identifier, value in got.items())
    assert len(report.unmapped) == 2


def test_row_outside_the_form_is_kept_as_extra() -> None:
    printed = count_up("2021")
    body = request_body("2021", printed)
    body.insert(2, [Span("其中：涉及疫情的申请", 3), *spans([str(number) for number in range(7)])])
    report = read(make_block(request_header() + body))
    assert values(report) == printed
    assert [(row.table, row.label, row.values) for row in report.extra_rows] == [
        ("requests", "其中：涉及疫情的申请", tuple("0123456"))
    ]


def test_label_torn_over_two_rows_is_one_row() -> None:
    printed = count_up("2021")
    body = request_body("2021", printed)
    torn = next(number for number, row in enumerate(body) if "公开出版物" in row[-8].text)
    above = [Span("3.要求提供"), *spans([""] * 7)]
    body[torn][-8] = Span("公开出版物")
    rows = (
        make_grid(request_header() + body[:torn]),
        make_grid([above, body[torn]], "/c"),
        make_grid(body[torn + 1 :], "/d"),
    )
    report = read(*(Block("table", f"t{number}", grid=grid) for number, grid in enumerate(rows)))
    assert values(report) == printed


def test_second_table_with_other_numbers_is_refused_and_the_same_one_is_not() -> None:
    printed = count_up("2021")
    block = make_block(request_header() + request_body("2021", printed))
    other = printed | {"requests.granted.natural": "999"}
    again = read(block, make_block(request_header() + request_body("2021", printed), 2))
    assert values(again) == printed
    assert not again.unmapped
    different = read(block, make_block(request_header() + request_body("2021", other), 2))
    assert values(different) == printed
    assert "second requests table" in different.unmapped[0].tried


def test_row_without_its_last_cells_is_completed_by_blanks() -> None:
    printed = fill_requests("2021", "4")
    body = request_body("2021", printed)
    del body[6][-3:]
    report = read(make_block(request_header() + body))
    row = [cell for cell in report.cells if cell.id.startswith("requests.denied.safety.")]
    assert [cell.raw for cell in row] == ["4", "4", "4", "4", "", "", ""]
    assert [cell.id.rsplit(".", 1)[1] for cell in row] == list(COLUMNS)


def test_one_row_for_other_handling_is_read_in_a_2021_report() -> None:
    printed = count_up("2019")
    report = read(make_block(request_header() + request_body("2019", printed)), form="2021")
    assert values(report) == printed


def test_enumerator_in_a_cell_of_its_own_is_no_value() -> None:
    printed = count_up("2021")
    body = request_body("2021", printed)
    body[5].insert(0, Span("2."))
    body[5][1] = Span("其他法律行政法规禁止公开")
    report = read(make_block(request_header(label_columns=4) + body))
    assert values(report)["requests.denied.law.natural"] == printed["requests.denied.law.natural"]


def test_subtotal_above_its_parts_is_an_extra_row() -> None:
    printed = count_up("2021")
    body = request_body("2021", printed)
    first = next(number for number, row in enumerate(body) if "逾期不补正" in row[-8].text)
    body[first] = body[first][1:]
    body.insert(first, [Span("（六）其他处理", 2), *spans(["9"] * 7)])
    body[2][0] = Span(body[2][0].text, 1, 23)
    for row in body[first + 1 : first + 4]:
        row[0] = Span(row[0].text, 2)
    report = read(make_block(request_header() + body))
    assert values(report) == printed
    assert [row.label for row in report.extra_rows] == ["三、本年度办理结果 （六）其他处理"]


def test_group_label_in_the_cell_of_its_first_row() -> None:
    printed = count_up("2021")
    labels = request_labels("2021") | {
        "denied.secret": "（三）不予公开 1.属于国家秘密",
        "unable.create": "(四)无法提供\n2.没有现成信息需要另行制作",
    }
    report = read(make_block(request_header() + request_body("2021", printed, labels)))
    assert values(report) == printed


@pytest.mark.parametrize("word", ["不适用", "另见说明", "保密"])
def test_word_in_a_value_column_is_a_value_and_no_label(word: str) -> None:
    printed = count_up("2021") | {"requests.denied.law.natural": word, "requests.new.natural": word}
    printed |= {f"requests.unable.create.{column}": word for column in COLUMNS}
    report = read(make_block(request_header() + request_body("2021", printed)))
    assert values(report) == printed
    assert next(cell for cell in report.cells if cell.id == "requests.new.natural").state == "text"


def lose_spans(rows: list[list[Span]]) -> list[list[str]]:
    """The grid as text: a spanning cell's words in its first place, nothing in the others."""
    seen: set[str] = set()
    texts: list[list[str]] = []
    for row in make_grid(rows):
        texts.append([])
        for slot in row:
            texts[-1].append("" if slot.path in seen else slot.text)
            seen.add(slot.path)
    return texts


def test_bars_that_keep_the_places_of_the_grid_are_read_below_their_header() -> None:
    printed = dict.fromkeys(fill_requests("2021"), "") | {"requests.new.business": "7", "requests.granted.total": "9"}
    rows = lose_spans(request_header() + request_body("2021", printed))
    rows[1][4:] = [span.text for span in request_header()[2]] + ["总计"]
    del rows[2]
    report = read(make_text_block(rows))
    assert values(report) == printed
    assert not report.unmapped


def test_rows_with_labels_of_unlike_length_show_where_all_values_begin() -> None:
    printed = count_up("2021") | {"requests.new.natural": "", "requests.carried_out.total": ""}
    printed |= {f"requests.partial.{column}": "" for column in COLUMNS[:3]}
    report = read(make_text_block(lose_spans(request_header() + request_body("2021", printed))))
    assert values(report) == printed


def test_values_that_follow_short_labels_follow_long_ones() -> None:
    printed = count_up("2021") | {f"requests.{row}.total": "" for row in ("granted", "denied.secret", "carried_out")}
    printed["requests.granted.natural"] = ""
    rows = [[span.text for span in row] for row in request_header() + request_body("2021", printed)]
    assert values(read(make_text_block(rows))) == printed


def _without_total(rows: list[list[Span]]) -> list[list[Span]]:
    """The rows without their last cell; the header's top cell spans one column less."""
    return [row[:-1] for row in rows]


@pytest.mark.parametrize("form", ["2021", "2019"])
def test_a_table_without_totals_gives_the_six_columns_that_it_names(form: str) -> None:
    printed = count_up(form)
    head, second, third = request_header()
    rows = [[head[0], Span("申请人情况", 6)], second[:-1], third, *_without_total(request_body(form, printed))]
    report = read(make_block(rows), form=form)
    assert values(report) == {name: value for name, value in printed.items() if not name.endswith(".total")}
    assert not report.unmapped
    assert {check.result for check in report.identities if check.id.startswith("I3")} <= {"not evaluable"}


def test_a_table_whose_total_has_no_name_is_not_taken_for_one_without() -> None:
    printed = count_up("2021")
    head, second, third = request_header()
    rows = [head, [*second[:-1], Span("", 1, 2)], third, *request_body("2021", printed)]
    assert values(read(make_block(rows))) == printed
