"""Further families of portal software, one module each: lists as the real software serves them, cruelties included.

A module offers what ``demo.rendering.page.Family`` asks for, and where its list is served by an endpoint an ``answer``.
Their portals' catalogue rows name the home page alone.
"""

from demo.families import anhui, aspnet, endless, epoint, igs, jpaas, lonsun, odd, ucap, vsb, xxgk
from demo.families.pages import Answering
from demo.rendering.page import Family

MODULES: dict[str, Family] = {
    "igs": igs,
    "jpaas": jpaas,
    "epoint": epoint,
    "lonsun": lonsun,
    "anhui": anhui,
    "ucap": ucap,
    "vsb": vsb,
    "aspnet": aspnet,
    "xxgk": xxgk,
    "odd": odd,
    "endless": endless,
}


def answers_of(family: str) -> Answering | None:
    """The endpoint of a family's lists, where it has one."""
    return getattr(MODULES.get(family), "answer", None)
