"""The demo portals: which software each runs, where its list lies, and how it treats a crawler."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from demo.cast import AGENCIES, Agency
from demo.cruelties.cast import ORDEALS, Later, Ordeal
from demo.families.cast import RUNS

Temper = Literal["open", "refuses", "empty"]
Robots = Literal["rules", "html", "missing", "broken", "elsewhere"]

HOST = "127.0.0.1"
BASE_PORT = 8701
PROVINCE = ("990000", "云岭省")
_ROBOTS: dict[str, Robots] = {
    "robots-missing": "missing",
    "robots-broken": "broken",
    "robots-elsewhere": "elsewhere",
}


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal on a port of its own. ``pinned`` is false where the catalogue knows the home page alone."""

    agency: Agency
    family: str  # trs, hanweb, gkmlpt, or one of demo.families
    list_path: str
    column: str = "政府信息公开年报"
    temper: Temper = "open"
    robots: Robots = "rules"
    walkable: bool = True
    pinned: bool = True
    rows: int = 24  # of its list, reports and news together
    quiet: bool = False  # nothing but its own reports stands in its list
    traits: tuple[str, ...] = ()  # what it does to a crawler (``demo.cruelties.TRAITS``)
    later: Later | None = None  # its second day, and its third
    shows: str | None = None  # whose reports stand in its list, where it is a copy of another agency's portal

    @property
    def id(self) -> str:
        """Portals are named like their agencies."""
        return self.agency.id

    @property
    def source(self) -> str:
        """The id of the agency whose reports its list shows."""
        return self.shows or self.agency.id

    @property
    def is_whole(self) -> bool:
        """Whether all its reports can be had."""
        return self.temper == "open" and "wall-shuts" not in self.traits

    @property
    def agencies(self) -> tuple[Agency, ...]:
        """The agency as it is on each of the portal's days."""
        if self.later is None:
            return (self.agency,)
        then = replace(self.agency, looks=self.later.looks)
        return (self.agency, then, then) if self.later.returned else (self.agency, then)


def _outsider(id: str, name: str, short: str, level: Literal["provincial", "municipal"], region: str) -> Agency:
    """An agency that publishes nothing here."""
    topics = ("数据共享", "预算公开", "政务服务")
    return Agency(id, name, short, "我局", level, region, f"99059{region[2:5]}", 0, topics)


def _agency(id: str) -> Agency:
    return next(agency for agency in AGENCIES if agency.id == id)


def _hard(ordeal: Ordeal) -> Portal:
    """A portal that is hard on a crawler."""
    traits = {trait for trait in ordeal.traits if not trait.startswith("robots-")}
    robots: Robots = next((_ROBOTS[trait] for trait in ordeal.traits if trait in _ROBOTS), "rules")
    return Portal(
        ordeal.agency,
        ordeal.family,
        ordeal.list_path,
        robots=robots,
        pinned=False,
        rows=14,
        traits=tuple(sorted(traits)),
        later=ordeal.later,
        shows=ordeal.source,
    )


# The order is that of the ports: the first listens on the base port, the next on base + 1, …
EASY = (
    Portal(_agency("yunling-yjt"), "trs", "/zfxxgk/zfxxgknb/"),
    Portal(_agency("yunling-sthjt"), "hanweb", "/col/col1229/index.html", column="信息公开年报"),
    Portal(
        _outsider("yunling-sjj", "云岭省数据管理局", "省数据管理局", "provincial", "990000"),
        "trs",
        "/xxgk/xxgknb/",
        temper="refuses",
    ),
    Portal(_agency("qinghe-yjj"), "hanweb", "/col/col5117/index.html"),
    Portal(_agency("shiqiao-sthjj"), "trs", "/xxgk/ndbg/index.html", column="年度报告", robots="html"),
    Portal(
        _outsider("beiyuan-czj", "北垣市财政局", "市财政局", "municipal", "990300"),
        "trs",
        "/zfxxgk/zfxxgknb/",
        temper="empty",
    ),
    Portal(_agency("lanwan-yjj"), "gkmlpt", "/gkmlpt/index", rows=104),
    Portal(_agency("liuxi-rsj"), "trs", "/zwgk/gknb/"),
    Portal(_agency("wangxi-wlj"), "trs", "/zfxxgk/nb/", pinned=False),
    *(Portal(run.agency, run.family, run.list_path, run.column, pinned=False) for run in RUNS),
)
HARD = tuple(_hard(ordeal) for ordeal in ORDEALS)
PORTALS = (*EASY, *HARD)


def origin(portal: Portal, base_port: int = BASE_PORT, portals: Sequence[Portal] = PORTALS) -> str:
    """``http://127.0.0.1:8701`` for the first portal on the default port; ``portals`` in the order of their ports."""
    return f"http://{HOST}:{base_port + portals.index(portal)}"
