"""Tables that a page break cuts: between rows, through a row, through the label of a group; and two rows stay two."""

from collections.abc import Sequence

import pytest

from pipelines.clean.files.pagebreaks import join_pages
from pipelines.clean.files.ruled import Ruled, RuledCell
from pipelines.document import Slot

Cell = tuple[int, int, int, str]  # column, first row, row after the last, text
_WIDTHS = (60, 140, 40, 40)
_HEIGHT = 20


def piece(page: int, cells: Sequence[Cell], top: float = 100, full: str = "") -> Ruled:
    """A table on a page; the label ``full`` fills its line."""
    made = []
    for column, first, last, text in cells:
        left = sum(_WIDTHS[:column])
        box = (left, top + first * _HEIGHT, left + _WIDTHS[column], top + last * _HEIGHT)
        made.append(RuledCell(box, Slot(text, f"page {page} {column} {first}"), text == full))
    bottom = max(cell.box[3] for cell in made)
    return Ruled(page, (0, top, sum(_WIDTHS), bottom), tuple(made))


def joined(*pieces: Ruled) -> list[list[list[str]]]:
    return [[[slot.text for slot in row] for row in item.grid] for item in join_pages(pieces)]


def row(at: int, label: str, *figures: str) -> list[Cell]:
    return [(1, at, at + 1, label), *((2 + n, at, at + 1, text) for n, text in enumerate(figures))]


UPPER = [(0, 0, 3, "（三）不予公开"), *row(0, "1.属于国家秘密", "4", "5"), *row(1, "2.其他法律禁止公开", "0", "7")]


def test_whole_rows_go_on_below_their_group() -> None:
    upper = [(0, 0, 2, "（三）不予公开"), *UPPER[1:]]
    lower = [(0, 0, 1, ""), *row(0, "3.危及稳定", "", "2")]
    assert joined(piece(1, upper), piece(2, lower)) == [
        [
            ["（三）不予公开", "1.属于国家秘密", "4", "5"],
            ["（三）不予公开", "2.其他法律禁止公开", "0", "7"],
            ["（三）不予公开", "3.危及稳定", "", "2"],
        ]
    ]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (("3.危及“三安全一", "6", "8"), ("稳定”", "", "")),
        (("3.危及“三安全一", "", ""), ("稳定”", "6", "8")),
        (("3.危及“三安全一", "6", ""), ("稳定”", "", "8")),
        (("3.危及“三安全一稳定”", "", ""), ("", "6", "8")),
    ],
    ids=["figures above", "figures below", "figures on both", "figures alone"],
)
def test_a_torn_row_is_one_with_all_its_figures(above: tuple[str, ...], below: tuple[str, ...]) -> None:
    lower = [(0, 0, 2, ""), *row(0, *below), *row(1, "4.保护第三方合法权益", "1", "1")]
    (grid,) = joined(piece(1, [*UPPER, *row(2, *above)]), piece(2, lower))
    assert grid[2] == ["（三）不予公开", "3.危及“三安全一稳定”", "6", "8"]
    assert grid[3] == ["（三）不予公开", "4.保护第三方合法权益", "1", "1"]
    assert len(grid) == 4


def test_a_group_s_label_in_two_halves_is_one() -> None:
    upper = [(0, 0, 2, "（三）不"), *UPPER[1:]]
    lower = [(0, 0, 2, "予公开"), *row(0, "3.危及稳定", "1", "2"), *row(1, "4.保护第三方", "1", "2")]
    (grid,) = joined(piece(1, upper), piece(2, lower))
    assert {line[0] for line in grid} == {"（三）不予公开"}


def test_a_group_s_label_on_the_second_page_is_the_whole_group_s() -> None:
    upper = [(0, 0, 2, ""), *UPPER[1:]]
    lower = [(0, 0, 2, "（三）不予公开"), *row(0, "3.危及稳定", "1", "2"), *row(1, "4.保护第三方", "1", "2")]
    (grid,) = joined(piece(1, upper), piece(2, lower))
    assert {line[0] for line in grid} == {"（三）不予公开"}


def test_a_label_without_number_goes_on_where_its_line_is_full_and_the_rest_is_bare() -> None:
    upper = [(0, 0, 2, "甲"), *row(0, "行政许可", "4", "5"), *row(1, "其他对外管理服务", "6", "7")]
    lower = [(0, 0, 2, ""), *row(0, "事项", "", ""), *row(1, "行政处罚", "1", "2")]
    (grid,) = joined(piece(1, upper, full="其他对外管理服务"), piece(2, lower))
    assert [line[1] for line in grid] == ["行政许可", "其他对外管理服务事项", "行政处罚"]


@pytest.mark.parametrize(
    "lower",
    [("4.保护第三方合法权益", "", ""), ("保护第三方合法权益", "3", "4"), ("总计", "", "")],
    ids=["a blank row", "a row with figures", "a short row"],
)
def test_what_could_be_two_rows_stays_two(lower: tuple[str, ...]) -> None:
    last = ("危及稳定" if lower[0] == "总计" else "3.危及稳定", "6", "8")
    (grid,) = joined(
        piece(1, [*UPPER, *row(2, *last)]), piece(2, [(0, 0, 2, ""), *row(0, *lower), *row(1, "甲", "1", "1")])
    )
    assert [line[1:] for line in grid[2:4]] == [list(last), list(lower)]


def test_a_head_that_each_page_repeats_is_kept_once() -> None:
    head = [(0, 0, 1, "类别"), *row(0, "事项", "件数", "金额")]
    upper = [*head, (0, 1, 3, "（三）不予公开"), *row(1, "1.属于国家秘密", "4", "5"), *row(2, "2.其他", "0", "7")]
    lower = [*head, (0, 1, 3, "（四）无法提供"), *row(1, "1.不掌握", "1", "5"), *row(2, "3.不明确", "0", "9")]
    (grid,) = joined(piece(1, upper), piece(2, lower))
    assert [line[1] for line in grid] == ["事项", "1.属于国家秘密", "2.其他", "1.不掌握", "3.不明确"]
