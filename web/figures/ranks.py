"""The figure of an agency among its peers: for each measure a band of those with less, as much and more."""

from collections.abc import Sequence

from web.figures.layers import Layer, Row, wrap
from web.figures.looks import Look
from web.figures.measures import Rank
from web.tables import show_number
from web.words import Words

_ROW = 45  # pixels of a measure: the band, and the room around it; above it stand the lines of words
_LINE = 17
_CHARACTER = 13
_SHARES = ("open", "review", "litigation")


def show_rank(measure: str, value: float | None) -> str:
    """A measure's value: a count, or a share in percent."""
    if value is None:
        return ""
    return f"{value:.0%}" if measure in _SHARES else show_number(value)


def show_own(rank: Rank, words: Words) -> str:
    """The agency's own value; a share with the counts that it is made of."""
    value = show_rank(rank.measure, rank.value)
    if rank.part is None or rank.of is None:
        return value
    return words("rank.share", share=value, part=show_number(rank.part), of=show_number(rank.of))


def describe_rank(rank: Rank, words: Words) -> str:
    """Where it stands, in a sentence with the counts."""
    label = words(f"rank.{rank.measure}")
    if rank.value is None or not rank.peers:
        return words("rank.unknown", label=label)
    return words(
        "rank.line",
        label=label,
        value=show_own(rank, words),
        less=show_number(rank.less),
        peers=show_number(rank.peers),
        median=show_rank(rank.measure, rank.median),
    )


def draw_ranks(look: Look, words: Words, ranks: Sequence[Rank]) -> Layer:
    """The bands, the agency as a dot in the middle of those that have as much."""
    known = [rank for rank in ranks if rank.value is not None and rank.peers]
    colours = {words("rank.less"): look.weak, words("rank.same"): look.strong, words("rank.more"): look.faint}
    texts = [wrap(describe_rank(rank, words), look.width // _CHARACTER) for rank in known]
    above = _LINE * max((text.count("\n") + 1 for text in texts), default=1)
    height = (_ROW + above) * max(len(known), 1)
    rows: list[Row] = []
    for place, rank in enumerate(known):
        ends = [0, rank.less, rank.less + rank.same, rank.peers]
        for number, part in enumerate(colours):
            start, end = ends[number] / rank.peers, ends[number + 1] / rank.peers
            rows.append({"kind": "band", "place": place, "part": part, "start": start, "end": end})
        middle = (rank.less + rank.same / 2) / rank.peers
        rows.append({"kind": "dot", "place": place, "start": middle})
        first = place - texts[place].count("\n") * _LINE / (_ROW + above)  # the last line stands above the band
        rows.append({"kind": "line", "place": first, "text": texts[place]})
    x: Layer = {"field": "start", "type": "quantitative", "title": None, "scale": {"domain": [0, 1]}}
    x["axis"] = {"format": ".0%", "tickCount": 4, "domain": False}

    def down(offset: int) -> Layer:
        scale = {"domain": [0, max(len(known), 1)], "range": [offset, offset + height], "padding": 0}
        return {"field": "place", "type": "quantitative", "scale": scale, "axis": None}

    def one(kind: str, mark: Layer, encoding: Layer) -> Layer:
        return {"transform": [{"filter": f"datum.kind === '{kind}'"}], "mark": mark, "encoding": encoding}

    parts = {"domain": list(colours), "range": list(colours.values())}
    colour = {"field": "part", "type": "nominal", "scale": parts, "legend": {"orient": "bottom"}}
    dot = {"type": "point", "filled": True, "size": 150, "opacity": 1, "fill": look.mark, "stroke": look.paper}
    text = {"type": "text", "align": "left", "baseline": "bottom", "lineBreak": "\n"}
    return {
        "data": {"values": rows},
        "width": look.width,
        "height": height,
        "resolve": {"scale": {"y": "independent"}},
        "layer": [
            one(
                "band",
                {"type": "bar", "size": 16},
                {"x": x, "x2": {"field": "end"}, "y": down(above + 25), "color": colour},
            ),
            one("dot", dot, {"x": x, "y": down(above + 25)}),
            one("line", text, {"x": {"value": 0}, "y": down(above + 13), "text": {"field": "text"}}),
        ],
    }
