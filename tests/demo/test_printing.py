"""What cells print, and what a faithful reader must say of them."""

from random import Random

import pytest

from demo.form import cell_ids
from demo.numbers import Figures
from demo.printing import Break, Cell, print_cells

FIGURES: Figures = dict.fromkeys((*cell_ids("2021"), *cell_ids("2019")), 0)


def cell_of(form: str, cell: str, figure: int | float, *quirks: str) -> Cell:
    cells = print_cells(form, {**FIGURES, cell: figure}, quirks, (), Random(3))
    return next(one for one in cells if one.id == cell)


@pytest.mark.parametrize(("figure", "sign"), [(-7, "减"), (271, "增"), (0, "增")])
def test_a_change_in_words_keeps_its_sign(figure: int, sign: str) -> None:
    cell = cell_of("2019", "disclosure.licence.items_delta", figure, "signed_words")
    assert cell.raw.startswith(sign)
    assert cell.raw.endswith(str(abs(figure)))
    assert cell.value == figure


def test_money_with_a_unit_in_the_cell_has_that_unit() -> None:
    units = {
        print_cells(
            "2019", {**FIGURES, "disclosure.procurement.amount": 1270084.4}, ("money_units",), (), Random(seed)
        )[21]
        for seed in range(20)
    }
    assert {cell.unit for cell in units} == {"yuan", "10k_yuan"}
    assert {cell.value for cell in units} == {1270084.4, 127.0}


def test_a_bare_amount_has_no_unit() -> None:
    assert cell_of("2019", "disclosure.procurement.amount", 14.4).unit is None


def test_several_numbers_are_text_with_parts_that_add_up() -> None:
    cell = cell_of("2021", "disclosure.licence.decisions", 70209, "several_numbers")
    assert (cell.state, cell.value) == ("text", None)
    assert cell.parts is not None
    assert sum(count for _, count in cell.parts) == 70209


def test_full_width_digits_are_still_the_number() -> None:
    cell = cell_of("2021", "review.upheld", 18, "full_width_digits")
    assert (cell.raw, cell.value) == ("１８", 18)


def test_thousands_are_separated_in_print_only() -> None:
    cell = cell_of("2021", "disclosure.licence.decisions", 1234, "thousands")
    assert (cell.raw, cell.value) == ("1,234", 1234)


def test_a_blank_is_no_zero() -> None:
    cell = cell_of("2021", "requests.denied.secret.total", 0, "blank_cells")
    assert (cell.raw, cell.state, cell.value) == ("", "blank", None)


def test_a_break_changes_print_and_value_together() -> None:
    cells = print_cells("2021", FIGURES, (), (Break("review.total", printed=9),), Random(1))
    assert next((cell.raw, cell.value) for cell in cells if cell.id == "review.total") == ("9", 9)


def test_a_break_of_a_cell_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        print_cells("2021", FIGURES, (), (Break("requests.none.total", off_by=1),), Random(1))
