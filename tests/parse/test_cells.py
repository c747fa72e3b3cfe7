import pytest

from pipelines.parse.cells import find_money_unit, read_text
from pipelines.report import Number


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("18", 18),
        ("0", 0),
        ("1,234", 1234),
        ("1，234，567", 1234567),
        ("１８", 18),
        ("5949.09", 5949.09),
        ("１，２３４．５", 1234.5),
        (" 7\xa0", 7),
        ("1 234", 1234),
        ("2\u200b0", 20),
        ("18件", 18),
        ("0。", 0),
        ("减7", -7),
        ("减少 28", -28),
        ("-18", -18),
        ("－18", -18),
        ("−3", -3),
        ("增271", 271),
        ("增加0", 0),
        ("减0", 0),
        ("+3", 3),
        ("1.2万件", 12000),
        ("共22件", 22),
        ("增加：4", 4),
        ("减少:3项", -3),
        ("净减2", -2),
    ],
)
def test_number_is_read_as_printed(printed: str, value: Number) -> None:
    reading = read_text(printed)
    assert (reading.state, reading.value, reading.unit) == ("number", value, "item")
    assert type(reading.value) is type(value)


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("14.4万元", 14.4, "10k_yuan"),
        ("1270084.4 元", 1270084.4, "yuan"),
        ("251000元", 251000, "yuan"),
        ("￥1,200.50", 1200.5, "yuan"),
        ("1.2亿元", 12000, "10k_yuan"),
        ("3千元", 3000, "yuan"),
    ],
)
def test_unit_in_the_cell_wins(printed: str, value: Number, unit: str) -> None:
    reading = read_text(printed, None)
    assert (reading.state, reading.value, reading.unit) == ("number", value, unit)


def test_bare_amount_has_the_unit_of_its_header_or_none() -> None:
    assert read_text("7730.28", "10k_yuan").unit == "10k_yuan"
    assert read_text("7730.28", None).unit is None


@pytest.mark.parametrize("printed", ["", " ", "\xa0", "\u3000", "\u200b", "\n"])
def test_blank_is_not_zero(printed: str) -> None:
    assert read_text(printed).state == "blank"
    assert read_text(printed).value is None


@pytest.mark.parametrize("printed", ["-", "—", "——", "/", "－", "／", " - "])
def test_dash_is_no_number(printed: str) -> None:
    assert read_text(printed).state == "dash"


def test_several_numbers_are_text_with_parts() -> None:
    reading = read_text("企业类674件;个人类69535件")
    assert (reading.state, reading.value, reading.unit) == ("text", None, None)
    assert reading.parts == (("企业类", 674), ("个人类", 69535))


@pytest.mark.parametrize(("printed", "note"), [("6①", "①"), ("6 ⑵", "⑵"), ("5²", "²"), ("4*", "*"), ("12※", "※")])
def test_note_mark_is_no_digit_of_the_number(printed: str, note: str) -> None:
    reading = read_text(printed)
    assert (reading.state, reading.value, reading.note) == ("number", int(printed[:-1]), note)


def test_rest_beside_a_number_is_a_note() -> None:
    reading = read_text("22（其中修订 16 件）")
    assert (reading.state, reading.value, reading.note) == ("number", 22, "（其中修订 16 件）")
    assert read_text("22件，其中修订16件").note == "其中修订16件"


@pytest.mark.parametrize("printed", ["无", "2023年", "1,23", "00", "12\n3", "674+5", "50%", "约5", "O", "3/4"])
def test_what_is_no_single_number_stays_text(printed: str) -> None:
    reading = read_text(printed)
    assert (reading.state, reading.value) == ("text", None)


def test_image_is_no_number() -> None:
    assert read_text("", image=True).state == "image"


@pytest.mark.parametrize(
    ("label", "unit"),
    [("本年收费金额（单位：万元）", "10k_yuan"), ("采购总金额(元)", "yuan"), ("采购总金额", None)],
)
def test_unit_of_a_header(label: str, unit: str | None) -> None:
    assert find_money_unit(label) == unit


@pytest.mark.parametrize(
    "printed",
    [
        "9" * 16,
        "9" * 310,
        "9" * 5000,
        "－" + "９" * 310,
        "1" + ",000" * 110,
        "9" * 310 + ".5",
        "1000000000000万件",
        "9" * 400 + "亿元",
        "减" + "9" * 1_000_001,
        "企业类674件;个人类" + "9" * 5000 + "件",
    ],
    ids=lambda printed: f"{len(printed)}-{printed[:3]}",
)
def test_number_longer_than_any_count_is_text(printed: str) -> None:
    reading = read_text(printed)
    assert (reading.state, reading.value, reading.unit, reading.parts) == ("text", None, None, None)


@pytest.mark.parametrize(
    ("printed", "value"), [("9" * 15, 10**15 - 1), ("-" + "9" * 15, 1 - 10**15), ("99999999999万", 999999999990000)]
)
def test_longest_number_comes_out_of_a_float_as_it_went_in(printed: str, value: int) -> None:
    assert read_text(printed).value == value == int(float(value))


def test_fraction_that_a_spreadsheet_prints_in_full_is_a_number() -> None:
    assert read_text("12.340000000000001", "10k_yuan").value == 12.340000000000001
