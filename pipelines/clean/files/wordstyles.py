"""What the styles of a Word file say of its paragraphs: the rank of a heading, the list that they belong to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.clean.files.numbering import W, value_of

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_DEEPEST = 20  # styles that a style may be based on in turn


@dataclass(frozen=True, slots=True)
class Style:
    """``level`` is a heading's rank from 1, 0 for none; ``number`` and ``depth`` name the list."""

    level: int = 0
    number: str = ""
    depth: int = 0


def read_styles(root: Any) -> Mapping[str, Style]:
    """The paragraph styles of ``word/styles.xml`` by their id, with what they take from the styles below them."""
    items = {item.get(f"{W}styleId", ""): item for item in root.iterfind(f"{W}style")}
    return {name: _resolve(name, items) for name in items}


def read_own_style(paragraph: Any, styles: Mapping[str, Style]) -> Style:
    """What a paragraph says itself, else what its style says."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        return Style()
    name = value_of(properties.find(f"{W}pStyle"))
    base = styles.get(name) or Style(level=_rank(name))
    return _read(properties, base)


def _resolve(name: str, items: Mapping[str, Any]) -> Style:
    chain: list[Any] = []
    while name in items and len(chain) < _DEEPEST:
        chain.append(items[name])
        name = value_of(items[name].find(f"{W}basedOn"))
    style = Style()
    for item in reversed(chain):
        rank = _rank(value_of(item.find(f"{W}name"))) or style.level
        style = _read(item.find(f"{W}pPr"), Style(rank, style.number, style.depth))
    return style


def _read(properties: Any, base: Style) -> Style:
    if properties is None:
        return base
    outline = value_of(properties.find(f"{W}outlineLvl"))
    level = base.level
    if outline.isascii() and outline.isdigit():
        level = int(outline) + 1 if len(outline) < 7 and int(outline) < 9 else 0
    item = properties.find(f"{W}numPr")
    if item is None:
        return Style(level, base.number, base.depth)
    number, depth = value_of(item.find(f"{W}numId")), value_of(item.find(f"{W}ilvl"))
    return Style(level, number or base.number, int(depth) if depth in set("012345678") else base.depth)


def _rank(name: str) -> int:
    match = _HEADING.match(name)
    return int(match.group(1)) if match else 0
