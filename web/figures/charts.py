"""The figures over years as Vega-Lite specifications: requests, outcomes, correction; reasons stand by themselves."""

from collections.abc import Iterator, Sequence

from web.figures.layers import (
    BROKEN_MARK,
    Layer,
    Row,
    Setting,
    fold,
    list_notes,
    measure,
    note_layers,
    only,
    side_layers,
    spread,
    year_axis,
)
from web.figures.measures import APPEALS, OUTCOMES, Point, choose_last
from web.tables import show_number

_HEIGHT, _SMALL = 250, 120  # of a plot alone, and of one among several
_LINE = 17  # pixels between labels


def draw_requests(setting: Setting, points: Sequence[Point]) -> Layer:
    """Bars of what was new, with what was carried over on top, and both as numbers where there is room."""
    names = {part: setting.words(f"measure.{part}") for part in ("new", "carried_in")}
    rows: list[Row] = [
        {
            "kind": "bar",
            "agency": setting.head(each.agency),
            "year": each.year,
            "part": names[each.measure],
            "rank": list(names).index(each.measure),
            "value": each.value,
        }
        for each in points
        if each.value is not None
    ]
    rows += [*_fit(setting, list(_list_tops(setting, points))), *list_notes(setting, points, of_shares=False)]
    if not setting.is_multiple:
        rows += _label_amounts(names, points)
    scale = {"domain": list(names.values()), "range": [setting.look.strong, setting.look.weak]}
    bars: Layer = {
        "transform": only("bar"),
        "mark": "bar",
        "encoding": {
            "x": year_axis(setting),
            "y": {"field": "value", "type": "quantitative", "title": None, "axis": {"tickCount": 4, "format": ",~r"}},
            "color": {"field": "part", "type": "nominal", "scale": scale, "legend": setting.key},
            "order": {"field": "rank"},
        },
    }
    layers = [bars, *_top_layers(setting), *side_layers(setting, scale), *note_layers(setting, rows)]
    return fold(setting, layers, rows, _height(setting))


def draw_outcomes(setting: Setting, points: Sequence[Point]) -> Layer:
    """Bars of shares in the order of the form, the count above each; labels beside the last bar."""
    names = {part: setting.words(f"measure.{part}") for part in OUTCOMES}
    rows: list[Row] = [
        {
            "kind": "bar",
            "agency": setting.head(each.agency),
            "year": each.year,
            "part": names[each.measure],
            "rank": OUTCOMES.index(each.measure),
            "value": each.share,
        }
        for each in points
        if each.share is not None
    ]
    tops = {(each.agency, each.year): each for each in points if each.share is not None}
    counts = [
        {"kind": "top", "agency": setting.head(one), "year": year, "height": 1, "text": show_number(each.of)}
        | {"mark": _mark(each)}
        for (one, year), each in tops.items()
    ]
    rows += _fit(setting, counts)
    rows += list_notes(setting, points, of_shares=True)
    scale = {"domain": list(names.values()), "range": list(setting.look.outcomes)}
    colour: Layer = {"field": "part", "type": "nominal", "scale": scale, "legend": setting.key}
    if not setting.is_multiple:
        rows += _label_parts(names, points, is_stacked=True)
    bars: Layer = {
        "transform": only("bar"),
        "mark": {"type": "bar", "stroke": setting.look.paper, "strokeWidth": 0.75},
        "encoding": {
            "x": year_axis(setting),
            "y": _share_axis([0, 1]),
            "color": colour,
            "order": {"field": "rank"},
        },
    }
    layers = [bars, *_top_layers(setting), *side_layers(setting, scale), *note_layers(setting, rows)]
    return fold(setting, layers, rows, _height(setting))


def draw_correction(setting: Setting, points: Sequence[Point]) -> Layer:
    """A line each for review and litigation, broken where a year has none; counts beside the points."""
    colours = dict(zip(APPEALS, (setting.look.outcomes[0], setting.look.outcomes[2]), strict=True))
    names = {kind: setting.words(f"measure.{kind}") for kind in APPEALS}
    rows: list[Row] = [
        {
            "kind": "line",
            "agency": setting.head(each.agency),
            "year": each.year,
            "part": names[each.measure],
            "value": each.share,
        }
        for each in points
    ]
    most = min(1, 1.15 * (max((each.share for each in points if each.share is not None), default=1) or 1))
    rows += [*_fit(setting, list(_list_counts(setting, points))), *list_notes(setting, points, of_shares=True)]
    if not setting.is_multiple:
        rows += _label_parts(names, points, most=most)
    scale = {"domain": list(names.values()), "range": list(colours.values())}
    shapes = {"domain": list(names.values()), "range": ["circle", "square"]}
    x, y = year_axis(setting), _share_axis([-0.08 * most, most])
    line: Layer = {
        "transform": only("line"),
        "mark": {"type": "line", "strokeWidth": 2.5, "invalid": "break-paths-filter-domains"},
        "encoding": {"x": x, "y": y, "color": {"field": "part", "type": "nominal", "scale": scale, "legend": None}},
    }
    dots: Layer = {
        "transform": [*only("line"), {"filter": "isValid(datum.value)"}],
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"field": "part", "type": "nominal", "scale": scale, "legend": setting.key},
            "shape": {"field": "part", "type": "nominal", "scale": shapes, "legend": setting.key},
        },
    }
    counts = _count_layers(setting, x, y)
    layers = [line, dots, *counts, *side_layers(setting, scale), *note_layers(setting, rows)]
    return fold(setting, layers, rows, _height(setting))


def _height(setting: Setting) -> int:
    return _SMALL if setting.is_multiple else _HEIGHT


def _share_axis(domain: list[float]) -> Layer:
    axis = {"tickCount": 4, "labelExpr": "datum.value < 0 ? '' : format(datum.value, '.0%')"}
    return {"field": "value", "type": "quantitative", "title": None, "scale": {"domain": domain}, "axis": axis}


def _mark(point: Point) -> str:
    """The mark of a report that does not add up; of a set none is marked."""
    return BROKEN_MARK if point.broken and point.reports == 1 else ""


def _fit(setting: Setting, rows: Sequence[Row]) -> Iterator[Row]:
    """Rows with their marks behind their texts; where one text has no room, all go, and only the marks stay."""
    is_room = all(measure(row["text"]) <= setting.step * 1.1 for row in rows)
    for row in rows:
        mark = row.pop("mark")
        yield {**row, "text": f"{row['text'] if is_room else ''}{mark}"}


def _list_tops(setting: Setting, points: Sequence[Point]) -> Iterator[Row]:
    by_year: dict[tuple[str | None, int], list[Point]] = {}
    for point in points:
        if point.value is not None:
            by_year.setdefault((point.agency, point.year), []).append(point)
    for (agency, year), parts in by_year.items():
        text = " + ".join(show_number(each.value) for each in parts)
        row = {"kind": "top", "agency": setting.head(agency), "year": year, "text": text, "mark": _mark(parts[0])}
        yield {**row, "height": sum(each.value or 0 for each in parts)}


def _top_layers(setting: Setting) -> Iterator[Layer]:
    y = {"field": "height", "type": "quantitative", "title": None}
    yield {
        "transform": only("top"),
        "mark": {"type": "text", "baseline": "bottom", "dy": -3, "fontSize": 12},
        "encoding": {"x": year_axis(setting), "y": y, "text": {"field": "text"}},
    }


def _label_amounts(names: dict[str, str], points: Sequence[Point]) -> Iterator[Row]:
    """The parts of the last bar, beside it."""
    totals: dict[tuple[str | None, int], float] = {}
    for each in points:
        totals[each.agency, each.year] = totals.get((each.agency, each.year), 0) + (each.value or 0)
    most = max(totals.values(), default=0) or 1
    last = [each for each in choose_last(points) if each.value is not None]
    middles, base = [], 0.0
    for each in last:
        middles.append((base + (each.value or 0) / 2) / most * _HEIGHT)
        base += each.value or 0
    yield from _place_labels(names, last, middles)


def _label_parts(
    names: dict[str, str], points: Sequence[Point], *, is_stacked: bool = False, most: float = 1
) -> Iterator[Row]:
    """The parts of the last year, beside it: at the middle of the segment or, not stacked, at the point."""
    last = choose_last([each for each in points if each.share is not None])
    middles, base = [], 0.0
    for each in last:
        share = each.share or 0
        middles.append((base + share / 2 if is_stacked else share) / most * _HEIGHT)
        base += share
    yield from _place_labels(names, last, middles)


def _place_labels(names: dict[str, str], last: Sequence[Point], heights: Sequence[float]) -> Iterator[Row]:
    ordered = sorted(zip(heights, range(len(last)), strict=True))
    places = spread([height for height, _ in ordered], _LINE, _HEIGHT)
    for (_, number), place in zip(ordered, places, strict=True):
        yield {"kind": "side", "part": names[last[number].measure], "place": _HEIGHT - place}


def _list_counts(setting: Setting, points: Sequence[Point]) -> Iterator[Row]:
    """Counts above the upper point of a year and below the lower one, where there is room."""
    shown = [each for each in points if each.share is not None]
    for each in shown:
        text = setting.words("trends.of", value=show_number(each.value), of=show_number(each.of))
        others = [other for other in shown if (other.agency, other.year) == (each.agency, each.year)]
        upper = max(others, key=lambda other: other.share or 0)
        side, mark = ("above", _mark(each)) if each is upper else ("below", "")
        row = {"kind": side, "agency": setting.head(each.agency), "year": each.year}
        yield {**row, "value": each.share, "text": text, "mark": mark}


def _count_layers(setting: Setting, x: Layer, y: Layer) -> Iterator[Layer]:
    for kind, shift in (("above", -12), ("below", 14)):
        yield {
            "transform": only(kind),
            "mark": {"type": "text", "dy": shift, "fontSize": 12, "color": setting.look.soft},
            "encoding": {"x": x, "y": y, "text": {"field": "text"}},
        }
