"""What made-up agencies do: offices, and the three topics that the prose of each speaks of."""

from collections.abc import Sequence

Office = tuple[str, tuple[str, str, str]]  # its name between place and suffix, and its topics

_TOPICS = {
    "应急管理": ("安全生产", "防汛抗旱", "应急演练"),
    "生态环境": ("排污许可", "水质监测", "固体废物管理"),
    "教育": ("义务教育招生", "校外培训治理", "校车安全"),
    "交通运输": ("农村公路养护", "网约车管理", "超限治理"),
    "水务": ("饮用水水源保护", "河道采砂管理", "供水价格"),
    "文化和旅游": ("文物巡查", "旅行社管理", "公共文化服务"),
    "民政": ("城乡低保", "养老服务", "殡葬管理"),
    "财政": ("政府采购监管", "惠农补贴", "预决算公开"),
    "水利": ("河湖长制", "水库除险加固", "农村供水"),
}


def choose_offices(names: Sequence[str]) -> tuple[Office, ...]:
    """The offices of those names, in that order; raises ``KeyError`` for one that there is not."""
    return tuple((name, _TOPICS[name]) for name in names)
