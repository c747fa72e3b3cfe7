"""Bodies with a list of contents above them, or in tabs of which all but the first are hidden until they are clicked.

The links repeat the headings; they are navigation, and the headings below them are not. A hidden tab has no visible
twin: it is the report's text like the first.
"""

from collections.abc import Sequence
from html import escape
from random import Random

from demo.rendering.layout import Item, Line
from demo.specimens.dressing import Dress, dress
from demo.specimens.naming import attribute, name

WAYS = ("contents_list", "tabs")


def write_parted(way: str, items: Sequence[Item], how: Dress) -> str:
    """The body in one of ``WAYS``."""
    parts = _part(items)
    heads = [part[0].text for part in parts if isinstance(part[0], Line) and part[0].heading]
    if way == "contents_list":
        return _links(heads, how.draw) + dress(items, how)
    return _links(heads, how.draw) + "".join(_tab(part, how, shown=at == 0) for at, part in enumerate(parts))


def _part(items: Sequence[Item]) -> list[list[Item]]:
    """The sections, each with its heading first; what stands before the first heading goes with it."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if isinstance(item, Line) and item.heading and any(isinstance(old, Line) and old.heading for old in parts[-1]):
            parts.append([])
        parts[-1].append(item)
    return parts


def _links(heads: Sequence[str], draw: Random) -> str:
    """The headings as links to places of the same page."""
    links = [f'<a href="#part{at}">{escape(head)}</a>' for at, head in enumerate(heads, start=1)]
    if draw.random() < 0.5:
        return f"<ul{attribute(draw)}>{''.join(f'<li>{link}</li>' for link in links)}</ul>"
    return f"<div{attribute(draw)}>{' '.join(links)}</div>"


def _tab(part: Sequence[Item], how: Dress, shown: bool) -> str:
    style = "" if shown else ' style="display: none"'
    return f'<div class="tab {name(how.draw)}"{style}>{dress(part, how)}</div>'
