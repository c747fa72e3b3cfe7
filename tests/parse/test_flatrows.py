from msgspec.structs import replace

from pipelines.document import Block
from tests.parse.printing import (
    COLUMNS,
    count_up,
    flatten,
    paragraph,
    read,
    request_body,
    request_header,
    request_labels,
    values,
)


def test_lines_without_blanks_are_read() -> None:
    printed = count_up("2021")
    report = read(*(paragraph(line) for line in flatten(request_header() + request_body("2021", printed))))
    assert values(report) == printed


def lines_of(printed: dict[str, str]) -> list[Block]:
    return [paragraph(line, n) for n, line in enumerate(flatten(request_header() + request_body("2021", printed)), 1)]


def test_row_that_lost_a_value_in_lines_is_refused_alone() -> None:
    printed = count_up("2021") | {"requests.partial.research": ""}
    report = read(*lines_of(printed))
    assert values(report) == {name: text for name, text in printed.items() if ".partial." not in name}
    assert [item.tried for item in report.unmapped] == ["row partial in lines: 6 values instead of 7"]


def test_label_without_any_value_in_lines_has_blank_cells() -> None:
    printed = count_up("2021") | {f"requests.rejected.repeat.{column}": "" for column in COLUMNS}
    report = read(*lines_of(printed))
    assert values(report) == printed
    assert {cell.state for cell in report.cells if ".repeat." in cell.id} == {"blank"}


def test_lines_are_refused_whole_where_a_label_is_missing_too() -> None:
    printed = count_up("2021") | {"requests.partial.research": ""}
    report = read(*(block for block in lines_of(printed) if "重复申请" not in block.text))
    assert not values(report)
    assert "174 values" in report.unmapped[0].tried


def test_lines_are_refused_whole_where_values_stand_before_their_labels() -> None:
    printed = count_up("2021") | {"requests.partial.research": ""}
    rows = [[row[-7:], row[:-7]] for row in request_body("2021", printed)]
    lines = [text for parts in rows for part in parts for text in flatten([part])]
    report = read(*map(paragraph, [*flatten(request_header()), *lines]))
    assert not values(report)
    assert report.unmapped


def test_number_at_the_head_of_a_label_s_line_is_no_value() -> None:
    printed = count_up("2021") | {"requests.partial.total": ""}
    blocks = [
        replace(block, text=f"1 {block.text[1:]}") if "国家秘密" in block.text else block for block in lines_of(printed)
    ]
    assert values(read(*blocks)) == {name: text for name, text in printed.items() if ".partial." not in name}


def test_row_a_line_with_spaces_keeps_enumerators_and_values_apart() -> None:
    printed = count_up("2021") | {"requests.denied.query.legal": ""}
    rows = request_header() + request_body("2021", printed)
    lines = [" ".join(span.text for span in row if span.text).replace(".", "、 ") for row in rows]
    report = read(*(paragraph(line, number) for number, line in enumerate(lines, 1)))
    assert values(report) == {name: text for name, text in printed.items() if ".query." not in name}


def test_damaged_label_in_lines_is_known_by_its_place() -> None:
    printed = count_up("2021")
    labels = request_labels("2021") | {"other.misc": "3.其囗", "denied.law": "2.其他法律止公开"}
    lines = flatten(request_header() + request_body("2021", printed, labels))
    assert values(read(*(paragraph(line) for line in lines))) == printed


def test_labels_torn_from_their_numbers_are_read_where_all_rows_are_there() -> None:
    printed = count_up("2021")
    lines = []
    for number, row in enumerate(request_body("2021", printed)):
        labels, numbers = [span.text for span in row[:-7]], " ".join(span.text for span in row[-7:])
        lines += [numbers, *labels] if number % 5 == 3 else [" ".join([*labels, numbers])]
    report = read(*(paragraph(line) for line in [*flatten(request_header()), *lines]))
    assert values(report) == printed
