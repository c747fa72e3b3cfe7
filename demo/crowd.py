"""A crowd of made-up agencies beyond the demo's own: for tests and measurements that need many pages of every kind.

Places, agencies, topics, forms and quirks are drawn from a seed; quirks are combined only where a careful reader could
still tell every cell.
"""

from random import Random

from demo.cast import Agency, Level, Look
from demo.form import Form
from demo.offices import choose_offices

_PLACES = ("青汀", "白榆", "南屿", "松岗", "麦坪", "河湾", "石塘", "云溪", "榆林坝", "望海", "银杏", "沙渚")
_OFFICES = choose_offices(("应急管理", "生态环境", "教育", "交通运输", "水务", "文化和旅游"))
_LEVELS: tuple[tuple[Level, str, str], ...] = (
    ("provincial", "省", "厅"),
    ("municipal", "市", "局"),
    ("county", "县", "局"),
    ("county", "区", "局"),
)
_CELL_QUIRKS = (
    *("blank_cells", "dashes", "signed_words", "money_units"),
    *("several_numbers", "noted_numbers", "thousands", "full_width_digits"),
)
_TABLE_QUIRKS = ("cut_by_page", "drifting_columns", "lost_label_characters")


def draw_agencies(seed: int, count: int, years: int = 1) -> tuple[Agency, ...]:
    """``count`` agencies with a report for each of ``years`` years up to 2023; the same arguments, the same crowd."""
    draw = Random(f"crowd/{seed}")
    return tuple(_draw_agency(draw, number, years) for number in range(count))


def _draw_agency(draw: Random, number: int, years: int) -> Agency:
    level, kind, suffix = draw.choice(_LEVELS)
    office, topics = draw.choice(_OFFICES)
    region = {
        "provincial": "990000",
        "municipal": f"99{draw.randint(10, 89)}00",
        "county": f"99{draw.randint(10, 89)}{draw.randint(21, 89)}",
    }[level]
    return Agency(
        id=f"crowd-{number}",
        name=f"{draw.choice(_PLACES)}{kind}{office}{suffix}",
        short=f"{kind}{office}{suffix}",
        we=f"我{suffix}",
        level=level,
        region=region,
        code=f"99{draw.randint(1_000_000, 9_999_999)}",
        size=draw.choice((1, 4, 12, 40, 200)),
        topics=topics,
        looks=tuple(_draw_look(draw, 2024 - year) for year in range(years, 0, -1)),
    )


def _draw_look(draw: Random, year: int) -> Look:
    form: Form = draw.choices(("2021", "2019", "narrative"), weights=(6, 3, 1))[0]
    quirks = [quirk for quirk in ("word_noise", "gbk", "no_title") if draw.random() < 0.25]
    if draw.random() < 0.33:
        quirks += ["printed_twice", *draw.choice(((), ("hidden_copy",), ("bare_copy",)))]
    if form != "narrative":
        quirks += [quirk for quirk in _CELL_QUIRKS if draw.random() < 0.15]
        quirks += _draw_table_quirks(draw, quirks)
    return Look(year, form, tuple(quirks))


def _draw_table_quirks(draw: Random, chosen: list[str]) -> list[str]:
    """Flattened tables have no grid that could be cut or drift, and one cell a line hides blanks."""
    if draw.random() < 0.8:
        return [quirk for quirk in _TABLE_QUIRKS if draw.random() < 0.2]
    return ["bars"] if "blank_cells" in chosen else [draw.choice(("bars", "one_cell_a_line"))]
