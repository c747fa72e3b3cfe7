"""Parts that several figures share: the axis of years, gaps, changes of form, labels that do not lie on each other."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from web.figures.looks import Look
from web.figures.measures import BLANK, MISSING, NOT_IN_FORM, Point
from web.tables import find_form
from web.words import Words

Layer = dict[str, Any]
Row = dict[str, Any]

BROKEN_MARK = "※"
_CHARACTER = 13  # pixels of a Chinese one; digits and Latin letters take a little over half
_STOPS = "，。、；：）”》"
_GAP = 4
_ABOVE = 34  # pixels over a plot, for counts and the names of forms


@dataclass(frozen=True, slots=True)
class Setting:
    """What a figure is drawn for. ``names``: of the series, by agency (``None``: the set)."""

    look: Look
    words: Words
    years: Sequence[int]
    names: dict[str | None, str]

    @property
    def is_multiple(self) -> bool:
        """Whether agencies stand side by side."""
        return len(self.names) > 1

    @property
    def columns(self) -> int:
        """How many plots stand in a row."""
        return 1 if not self.is_multiple else 2 if self.look.is_narrow else 4

    @property
    def width(self) -> int:
        """Of one plot."""
        return (self.look.width - 24 * (self.columns - 1)) // self.columns

    @property
    def step(self) -> float:
        """The pixels of a year."""
        return self.width / max(len(self.years), 1)

    @property
    def key(self) -> Layer | None:
        """A key above several plots; one plot has its labels beside it."""
        return {"columns": 3} if self.is_multiple else None

    def head(self, agency: str | None) -> str:
        """A series' name in lines that fit its plot."""
        return wrap(self.names[agency], max(4, self.width // _CHARACTER))


def measure(text: str) -> float:
    """About the pixels that a text takes."""
    return sum(_CHARACTER if ord(each) > 0x2E80 else _CHARACTER * 0.58 for each in text)


def wrap(text: str, most: int) -> str:
    """Lines of so many Chinese characters; Latin words stay whole, and no line begins with a stop."""
    lines = [""]
    for word in re.findall(r"[!-~–]+|.", text):
        if lines[-1] and word not in _STOPS and measure(lines[-1] + word.rstrip()) > most * _CHARACTER:
            lines[-1] = lines[-1].rstrip()
            lines.append(word.lstrip())
        else:
            lines[-1] += word
    return "\n".join(lines)


def year_axis(setting: Setting) -> Layer:
    """Years as bands, in full where there is room."""
    axis: Layer = {"title": None, "labelOverlap": "greedy"}
    if setting.step < measure("2020"):
        axis |= {"labelExpr": '"\'" + slice(datum.label, 2)'}
    scale = {"domain": list(setting.years), "paddingInner": 0.25, "paddingOuter": 0.15}
    return {"field": "year", "type": "ordinal", "scale": scale, "axis": axis}


def only(kind: str) -> list[Layer]:
    """The rows of a kind, of all that a figure has."""
    return [{"filter": f"datum.kind === '{kind}'"}]


def list_notes(setting: Setting, points: Sequence[Point], *, of_shares: bool) -> Iterator[Row]:
    """Rows for what is not drawn as a value: years without one and why, and where the form changes.

    ``of_shares``: the figure draws parts of a whole, and nothing of a year whose whole is 0 or not known.
    """
    for agency in setting.names:
        own = [point for point in points if point.agency == agency]
        forms = [(year, next((point.form for point in own if point.year == year), None)) for year in setting.years]
        head = setting.head(agency)
        if setting.is_multiple:
            yield {"kind": "room", "agency": head}
        for year in setting.years:
            here = [point for point in own if point.year == year]
            if all((point.share if of_shares else point.value) is None for point in here):
                text = _name_gap(setting.words, here)
                kind = "gap" if measure(text) <= setting.step else "turned"
                yield {"kind": kind, "agency": head, "year": year, "text": text}
        for year, form, room in _find_changes(forms):
            long = setting.words.get(f"form.{form}", form)
            short = form if form.isdigit() and measure(form) < room * setting.step else ""
            text = long if measure(long) < room * setting.step else short
            yield {"kind": "form", "agency": head, "year": year, "text": text}


def _find_changes(forms: Sequence[tuple[int, str | None]]) -> Iterator[tuple[int, str, int]]:
    """The years from which a form is another than before, the form, and for how many years it stays."""
    known = [(year, form) for year, form in forms if form is not None]
    firsts = [(year, form) for place, (year, form) in enumerate(known) if place and form != known[place - 1][1]]
    ends = [*(year for year, _ in firsts[1:]), max((year for year, _ in forms), default=0) + 1]
    for (year, form), end in zip(firsts, ends[: len(firsts)], strict=True):
        yield year, form, end - year


def _name_gap(words: Words, points: Sequence[Point]) -> str:
    """Why nothing is drawn of a year: no report, a whole of nothing, not asked by its form, a blank somewhere."""
    if not points or points[0].state == MISSING:
        return words(f"gap.{MISSING}")
    if all(point.of == 0 for point in points):
        return "0"
    if all(point.state == NOT_IN_FORM for point in points):
        return words("gap.prose" if find_form(points[0].form) is None else f"gap.{NOT_IN_FORM}")
    return words(f"gap.{BLANK}")


def note_layers(setting: Setting, rows: Iterable[Row]) -> Iterator[Layer]:
    """Gaps at the foot of the plot, changes of form as a dashed line with the new form's name at its head."""
    look, kinds, year = setting.look, {row["kind"] for row in rows}, year_axis(setting)
    if "room" in kinds:  # plots side by side are as high, whether a change of form stands above them or not
        yield {
            "transform": only("room"),
            "mark": {"type": "rule", "opacity": 0},
            "encoding": {"x": {"value": 0}, "y": {"value": -_ABOVE}, "y2": {"value": "height"}},
        }
    for kind, turned in (("gap", {"dy": -_GAP - 6}), ("turned", {"angle": -90, "align": "left", "dx": _GAP})):
        if kind in kinds:
            yield {
                "transform": only(kind),
                "mark": {"type": "text", "color": look.soft, "fontSize": 12, "baseline": "middle", **turned},
                "encoding": {"x": year, "y": {"value": "height"}, "text": {"field": "text"}},
            }
    if "form" in kinds:
        edge = {**year, "bandPosition": 0}
        shift = -setting.step * 0.1
        yield {
            "transform": only("form"),
            "mark": {"type": "rule", "color": look.rule, "strokeDash": [3, 3], "xOffset": shift},
            "encoding": {"x": edge, "y": {"value": -_ABOVE}, "y2": {"value": "height"}},
        }
        yield {
            "transform": only("form"),
            "mark": {"type": "text", "color": look.soft, "fontSize": 11, "align": "left", "dx": shift + _GAP},
            "encoding": {"x": edge, "y": {"value": 6 - _ABOVE}, "text": {"field": "text"}},
        }


def side_layers(setting: Setting, scale: Layer) -> Iterator[Layer]:
    """Direct labels right of the plot, each with its colour; of a plot alone, several have a key above them."""
    if setting.is_multiple:
        return
    y = {"field": "place", "type": "quantitative", "scale": None}
    x = {"value": "width"}
    colour = {"field": "part", "type": "nominal", "scale": scale, "legend": None}
    yield {
        "transform": only("side"),
        "mark": {"type": "square", "size": 90, "opacity": 1, "xOffset": 12},
        "encoding": {"x": x, "y": y, "color": colour},
    }
    yield {
        "transform": only("side"),
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 22, "color": setting.look.ink},
        "encoding": {"x": x, "y": y, "text": {"field": "part"}},
    }


def spread(heights: Sequence[float], least: float, most: float) -> list[float]:
    """Places near the wanted heights, in their order, at least ``least`` apart and from 0 to ``most``."""
    places: list[float] = []
    for height in heights:
        places.append(max(height, places[-1] + least) if places else max(height, 0.0))
    over = places[-1] - most if places else 0.0
    for number in range(len(places) - 1, -1, -1):
        if over <= 0:
            break
        places[number] = min(places[number], most - least * (len(places) - 1 - number))
        over = places[number - 1] + least - places[number] if number else 0
    return places


def fold(setting: Setting, layers: Sequence[Layer], rows: Sequence[Row], height: int) -> Layer:
    """The layers over their rows: one plot, or one for each series on one scale."""
    one = {"layer": list(layers), "width": setting.width, "height": height}
    if not setting.is_multiple:
        return {"data": {"values": list(rows)}, **one}
    facet = {
        "field": "agency",
        "type": "nominal",
        "sort": [setting.head(agency) for agency in setting.names],
        "header": {
            "labelExpr": "split(datum.label, '\\n')",
            "labelLimit": 0,
            "labelLineHeight": 17,
            "labelPadding": 4,
        },
    }
    return {
        "data": {"values": list(rows)},
        "facet": facet,
        "columns": setting.columns,
        "spacing": {"row": 18, "column": 24},
        "resolve": {"axis": {"x": "independent"}},
        "spec": one,
    }
