"""Whose reports the specimens are: agencies of every level, of made-up places or with made-up offices, and their looks.

Half of the places are real provinces and prefectures, because what a name tells of level and region can only be tried
on names that a table of regions has; their offices do not exist.
"""

from dataclasses import dataclass
from random import Random

from demo.cast import Agency, Level, Look
from demo.form import Form

_FIRST, _SECOND = "青白南松麦河石云望银沙桐枫澄棠", "汀榆屿岗坪湾塘溪杏渚峪陵"
_REAL = (
    ("浙江省", "330000", "杭州市", "330100"),
    ("四川省", "510000", "绵阳市", "510700"),
    ("湖南省", "430000", "株洲市", "430200"),
    ("云南省", "530000", "昆明市", "530100"),
    ("安徽省", "340000", "铜陵市", "340700"),
    ("广东省", "440000", "珠海市", "440400"),
    ("黑龙江省", "230000", "鹤岗市", "230400"),
)
_OFFICES = (
    ("桑蚕事务", ("蚕种检疫", "桑园改造", "缫丝环保")),
    ("渡口管理", ("渡船检验", "码头照明", "船工培训")),
    ("古井保护", ("井水监测", "古井修缮", "井台整治")),
    ("城市管理", ("摊位公示", "油烟治理", "夜间照明")),
    ("竹林资源", ("毛竹采伐", "笋期防火", "竹材运输")),
    ("乡村戏台", ("戏台修缮", "演出审批", "消防检查")),
    ("梯田水利", ("沟渠清淤", "轮灌排班", "田埂加固")),
    ("人力资源和社会保障", ("就业补贴", "工伤认定", "欠薪线索核查")),
    ("生态环境", ("排污许可", "水质监测", "固体废物管理")),
)
_GOVERNMENT = ("老旧小区改造", "重点民生实事", "惠企政策兑现")


@dataclass(frozen=True, slots=True)
class Seat:
    """A place of some level: its full name, its own part of it, and its code where a table has one."""

    full: str
    own: str
    region: str


def draw_agency(draw: Random, number: int, look: Look, size: int | None = None) -> Agency:
    """An agency with one report. ``size`` is the order of its requests a year; 0 for none at all."""
    level: Level = draw.choices(
        ("ministry", "provincial", "municipal", "county", "township", "other"), weights=(1, 6, 8, 12, 5, 2)
    )[0]
    name, short, region, topics = _name(draw, level)
    suffix = next((end for end in ("厅", "局", "部") if name.endswith(end)), "")
    we = f"我{suffix}" if suffix else draw.choice(("我单位", "本机关"))
    return Agency(
        id=f"specimen-{number}",
        name=name,
        short=short,
        we=we,
        level=level,
        region=region,
        code=f"{draw.randint(0, 99):02}{draw.randint(1_000_000, 9_999_999)}",
        size=draw.choice((1, 4, 12, 40, 200)) if size is None else size,
        topics=topics,
        looks=(look,),
    )


def _name(draw: Random, level: Level) -> tuple[str, str, str, tuple[str, str, str]]:
    """Full name, name without the place, region code, topics."""
    office, topics = draw.choice(_OFFICES)
    province, city = _draw_places(draw)
    code = f"{city.region[:4]}{draw.randint(21, 39)}"
    if level == "ministry":
        return f"国家{office}局", f"国家{office}局", "", topics
    if level == "provincial":
        end = draw.choice((f"{office}厅", f"{office}局"))
        return province.full + end, "省" + end, province.region, topics
    if level == "municipal":
        end = draw.choice((f"{office}局", f"{office}局", "人民政府办公室"))
        return city.full + end, "市" + end, city.region, topics if "局" in end else _GOVERNMENT
    if level == "other":
        name = f"{city.full}经济技术开发区管理委员会"
        return name, name, city.region, _GOVERNMENT
    kind = draw.choice("县县区")
    county = f"{_place(draw)}{kind}"
    above = city.full if kind == "区" or draw.random() < 0.3 else ""
    if level == "township":
        town, end = draw.choice((("镇", "人民政府"), ("乡", "人民政府"), ("街道", "办事处")))
        own = f"{draw.choice(('湖南', '四川', _place(draw), _place(draw)))}{town}{end}"
        return above + county + own, own, code, _GOVERNMENT
    end = draw.choice((f"{office}局", f"{office}局", "人民政府"))
    return above + county + end, kind + end, code, topics if "局" in end else _GOVERNMENT


def _draw_places(draw: Random) -> tuple[Seat, Seat]:
    if draw.random() < 0.5:
        province, code, city, city_code = draw.choice(_REAL)
        return Seat(province, province, code), Seat(city, city, city_code)
    province, city = f"{_place(draw)}省", f"{_place(draw)}市"
    return Seat(province, province, "990000"), Seat(city, city, f"99{draw.randint(10, 89)}00")


def _place(draw: Random) -> str:
    return draw.choice(_FIRST) + draw.choice(_SECOND)


CELL_QUIRKS = (
    *("blank_cells", "dashes", "signed_words", "money_units"),
    *("several_numbers", "noted_numbers", "thousands", "full_width_digits"),
)
TABLE_QUIRKS = ("cut_by_page", "drifting_columns", "lost_label_characters")
FLAT_QUIRKS = ("bars", "one_cell_a_line")


def draw_look(draw: Random, quirk: str | None, calm: bool = False) -> Look:
    """One report's form and the quirks of its cells and tables; ``quirk`` is among them. ``calm``: no other."""
    form: Form = draw.choices(("2021", "2019", "narrative"), weights=(5, 3, 1))[0]
    if form == "narrative" and (quirk or calm):
        form = draw.choice(("2021", "2019"))
    quirks: list[str] = [quirk] if quirk else []
    if form != "narrative" and not calm and quirk not in FLAT_QUIRKS:
        quirks += [other for other in CELL_QUIRKS if other != quirk and draw.random() < 0.12]
    year = draw.randint(2019, 2024) if form != "narrative" else draw.randint(2010, 2020)
    return Look(year, form, tuple(quirks))


def is_named_region(agency: Agency) -> bool:
    """Whether the agency's name gives its region: only of provinces and prefectures that a table has."""
    return not agency.region.startswith("99") and agency.region.endswith("00") and agency.level != "other"


def is_named_level(agency: Agency) -> bool:
    """Whether the name alone gives the level: a made-up 市 may as well be one of county level."""
    made_up = agency.region.startswith("99") and "市" in agency.name
    return agency.level != "other" and not (made_up and agency.level == "municipal")
