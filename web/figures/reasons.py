"""The figure of reasons why information was not given: a table that is darker where there is more."""

from collections.abc import Sequence

from web.figures.layers import Layer, Row, Setting, wrap
from web.figures.measures import REASONS, Point, choose_last
from web.tables import show_number


def draw_reasons(setting: Setting, points: Sequence[Point]) -> Layer:
    """A table of reasons, darker where more; by years of one series, or by agencies in their last year."""
    look = setting.look
    chosen = points if not setting.is_multiple else choose_last(points)
    columns = _name_columns(setting)
    rows: list[Row] = [
        {
            "column": columns[each.agency if setting.is_multiple else each.year],
            "reason": setting.words(f"measure.{each.measure}"),
            "share": each.share or 0,
            "text": show_number(each.value),
        }
        for each in chosen
        if each.value is not None
    ]
    groups = {reason.partition("_")[0]: setting.words(f"measure.{reason.partition('_')[0]}") for reason in REASONS}
    colon = setting.words("trends.colon")
    order: list[str] = []
    for group, name in groups.items():
        own = [setting.words(f"measure.{each}") for each in REASONS if each.startswith(f"{group}_")]
        order += [f"{name}{colon}", *own]
    bold = {"condition": {"test": f"indexof(datum.value, '{colon}') > 0", "value": "bold"}, "value": "normal"}
    across: Layer = {
        "field": "column",
        "type": "ordinal",
        "scale": {"domain": list(columns.values())},
        "axis": {"orient": "top", "title": None, "labelExpr": "split(datum.label, '\\n')", "domain": False},
    }
    down = {"field": "reason", "type": "ordinal", "scale": {"domain": order}}
    down |= {"axis": {"title": None, "labelFontWeight": bold, "labelLimit": 0}}
    heat = {
        "field": "share",
        "type": "quantitative",
        "scale": {"range": list(look.heat), "interpolate": "rgb"},
        "legend": None,
    }
    return {
        "data": {"values": rows},
        "width": _heat_width(setting),
        "height": 22 * len(order),
        "layer": [
            {"mark": {"type": "rect", "stroke": look.paper}, "encoding": {"x": across, "y": down, "color": heat}},
            {
                "mark": {"type": "text", "fontSize": 12},
                "encoding": {
                    "x": across,
                    "y": down,
                    "text": {"field": "text"},
                    "color": {"condition": {"test": "datum.share === 0", "value": look.rule}, "value": look.ink},
                },
            },
        ],
    }


def _heat_width(setting: Setting) -> int:
    """What is left beside the reasons' names."""
    return setting.look.width - (90 if setting.look.is_narrow else 40)


def _name_columns(setting: Setting) -> dict[str | int | None, str]:
    if not setting.is_multiple:
        return {year: str(year) for year in setting.years}
    most = max(1, _heat_width(setting) // len(setting.names) // 13)
    return {agency: wrap(name, most) for agency, name in setting.names.items()}
