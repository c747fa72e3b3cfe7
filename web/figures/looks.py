"""How figures look: ink on paper as the pages have it, in a light and a dark scheme, wide and for a phone."""

from dataclasses import dataclass
from typing import Any

# The page's own families: the browser that shows an SVG, or the server for a PNG, takes the first it has. The layout is
# made with the plain one, for measuring a text in a Chinese font takes the engine five times as long.
FONTS = "'Noto Sans CJK SC', 'PingFang SC', 'Source Han Sans SC', 'Microsoft YaHei', 'WenQuanYi Zen Hei', sans-serif"
LAYOUT_FONT = "sans-serif"
_SIZE = 13


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and measures (in pixels). ``outcomes``: six that the colour-blind tell apart (Okabe and Ito)."""

    is_narrow: bool
    is_multiple: bool
    paper: str
    ink: str
    soft: str
    rule: str
    faint: str
    mark: str
    strong: str  # one quantity alone
    weak: str  # a second that belongs to it
    heat: tuple[str, str]  # from nothing to all
    outcomes: tuple[str, ...] = ("#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#cc79a7", "#999999")

    @property
    def width(self) -> int:
        """Of what a figure has for its plots."""
        return 268 if self.is_narrow else 960 if self.is_multiple else 470

    def configure(self) -> dict[str, Any]:
        """The look as Vega-Lite's configuration."""
        words = {"labelColor": self.soft, "titleColor": self.soft, "labelFontSize": _SIZE, "titleFontSize": _SIZE}
        return {
            "background": self.paper,
            "font": LAYOUT_FONT,
            "padding": 4,
            "view": {"stroke": None},
            "axis": {
                **words,
                "domain": False,
                "ticks": False,
                "gridColor": self.faint,
                "labelPadding": 6,
                "titleFontWeight": "normal",
            },
            "axisX": {"grid": False, "labelAngle": 0, "domain": True, "domainColor": self.rule},
            "header": {
                "labelColor": self.ink,
                "labelFontSize": _SIZE,
                "labelAnchor": "start",
                "labelLimit": 0,
                "title": None,
            },
            "legend": {**words, "orient": "top", "direction": "horizontal", "title": None, "labelLimit": 0},
            "text": {"color": self.ink, "fontSize": _SIZE},
            "title": {
                "anchor": "start",
                "color": self.ink,
                "fontSize": 17,
                "subtitleColor": self.soft,
                "subtitleFontSize": _SIZE,
                "subtitlePadding": 4,
                "offset": 14,
            },
        }


def choose_look(scheme: str, is_narrow: bool, is_multiple: bool = False) -> Look:
    """The look of a scheme, ``light`` or ``dark``; several plots take the whole width of a page, one takes half."""
    if scheme == "dark":
        return Look(
            is_narrow=is_narrow,
            is_multiple=is_multiple,
            paper="#1a1816",
            ink="#ece8e1",
            soft="#b5aea5",
            rule="#6b645c",
            faint="#33302c",
            mark="#ff8a80",
            strong="#7db8da",
            weak="#45647a",
            heat=("#26221f", "#2f86b8"),
        )
    return Look(
        is_narrow=is_narrow,
        is_multiple=is_multiple,
        paper="#fdfcf9",
        ink="#1c1917",
        soft="#57534e",
        rule="#a8a29e",
        faint="#e7e5e4",
        mark="#b91c1c",
        strong="#1d4e6b",
        weak="#a9bfcc",
        heat=("#f5f3ee", "#6aa7cc"),
    )
