"""A figure as it is handed out: its title and note above it, what it is made of below; on a page it stands bare."""

from collections.abc import Sequence

from web.figures.charts import draw_correction, draw_outcomes, draw_requests
from web.figures.layers import Layer, Setting, wrap
from web.figures.looks import Look
from web.figures.measures import Point
from web.figures.reasons import draw_reasons

_CHARTS = {
    "requests": draw_requests,
    "outcomes": draw_outcomes,
    "reasons": draw_reasons,
    "correction": draw_correction,
}


def draw_chart(figure: str, setting: Setting, points: Sequence[Point]) -> Layer:
    """The specification of a figure over years, without a frame."""
    return _CHARTS[figure](setting, points)


def frame(chart: Layer, look: Look, title: str, notes: Sequence[str], source: str, is_bare: bool) -> Layer:
    """The whole specification; ``is_bare`` where the page around it says what the frame would."""
    if is_bare:
        return {**chart, "config": look.configure()}
    most = (look.width + 90) // 13
    lines = [line for note in notes for line in wrap(note, most).split("\n")]
    below: Layer = {"orient": "bottom", "color": look.soft, "fontSize": 12, "fontWeight": "normal", "offset": 18}
    return {
        "title": {"text": wrap(title, most * 13 // 17).split("\n"), "subtitle": lines},
        "vconcat": [{**chart, "title": {"text": wrap(source, most).split("\n"), **below}}],
        "config": look.configure(),
    }
