"""The demo portals: which software each runs, where its list lies, and how it treats a crawler."""

from dataclasses import dataclass
from typing import Literal

from demo.cast import AGENCIES, Agency
from demo.families.cast import RUNS

Temper = Literal["open", "refuses", "empty"]
Robots = Literal["rules", "html"]

HOST = "127.0.0.1"
BASE_PORT = 8701
PROVINCE = ("990000", "云岭省")


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

    @property
    def id(self) -> str:
        """Portals are named like their agencies."""
        return self.agency.id


def _outsider(id: str, name: str, short: str, level: Literal["provincial", "municipal"], region: str) -> Agency:
    """An agency that publishes nothing here."""
    topics = ("数据共享", "预算公开", "政务服务")
    return Agency(id, name, short, "我局", level, region, f"99059{region[2:5]}", 0, topics)


def _agency(id: str) -> Agency:
    return next(agency for agency in AGENCIES if agency.id == id)


# The order is that of the ports: the first listens on the base port, the next on base + 1, …
PORTALS = (
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


def origin(portal: Portal, base_port: int = BASE_PORT) -> str:
    """``http://127.0.0.1:8701`` for the first portal on the default port."""
    return f"http://{HOST}:{base_port + PORTALS.index(portal)}"
