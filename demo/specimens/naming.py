"""Class names and ids as template makers of many years gave them: abbreviated pinyin, English, hashes, numbers."""

from random import Random

_PARTS = (
    *("wz", "nr", "xl", "xq", "zw", "con", "main", "box", "left", "right", "bd", "hd", "art", "detail", "page", "view"),
    *("news", "info", "xxgk", "gk", "list", "tit", "txt", "wrap", "inner", "cont", "body", "ty", "zt", "fl", "w1200"),
)
_JOINTS = ("_", "-", "", "__", "")


def name(draw: Random) -> str:
    """``nr_box``, ``css-1k9xq2``, ``wzDetail3``, …"""
    kind = draw.randrange(5)
    if kind == 0:
        return f"css-{draw.getrandbits(30):x}"
    if kind == 1:
        return f"{draw.choice(_PARTS)}{draw.randint(1, 99)}"
    one, two = draw.sample(_PARTS, k=2)
    if kind == 2:
        return one + two.capitalize()
    return one + draw.choice(_JOINTS) + two


def attribute(draw: Random) -> str:
    """A class, an id, both, a style or nothing, with the blank before it."""
    kind = draw.randrange(6)
    if kind == 0:
        return ""
    if kind == 1:
        return f' id="{name(draw)}"'
    if kind == 2:
        return f' style="width:{draw.randint(60, 100)}%;margin:0 auto"'
    if kind == 3:
        return f' class="{name(draw)} {name(draw)}"'
    return f' class="{name(draw)}"'
