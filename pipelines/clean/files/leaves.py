"""Pages of fixed layout (PDF, OFD, scans) as blocks: ruled tables as grids, the other lines as paragraphs.

Paths are ``page 3 [x0, y0, x1, y1]`` in points from the page's upper left corner. Page numbers and running heads are
left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.clean.files.lines import Line, join_paragraphs, read_lines
from pipelines.clean.files.ruled import Ruled, join_pages, read_tables
from pipelines.clean.files.rules import Rule
from pipelines.clean.page import Part

MAX_PAGES = 300
MAX_CHARACTERS = 600_000
FEWEST_CHARACTERS = 20  # a page, below which its text is an image
_DIGITS = re.compile(r"\d+")
_HEIGHT = 3.0  # points by which a running line's height may differ from page to page


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is drawn on one page: characters (``text``, ``x0``, ``top``, ``x1``, ``bottom``, ``size``) and lines."""

    number: int
    characters: Sequence[dict[str, Any]]
    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True)
class PageItems:
    """The tables and lines of one page, from top to bottom."""

    number: int
    items: tuple[Ruled | Line, ...]


def read_leaf(leaf: Leaf) -> PageItems:
    """The tables and lines of a page."""
    tables = read_tables(leaf.number, leaf.characters, leaf.rules)
    lines = read_lines(leaf.number, leaf.characters, [table.box for table in tables])
    items: list[Ruled | Line] = [*tables, *lines]
    items.sort(key=lambda item: (item.box[1], item.box[0]))
    return PageItems(leaf.number, tuple(items))


def read_parts(pages: Sequence[PageItems]) -> Iterator[Part]:
    """The blocks of all pages in reading order, what a page break has cut put together again."""
    running = _running_lines(pages)
    items = [item for page in pages for item in page.items if not (isinstance(item, Line) and item in running)]
    lines: list[Line] = []
    for item in join_pages(items):
        if isinstance(item, Line):
            lines.append(item)
            continue
        yield from join_paragraphs(lines)
        lines = []
        yield Part("table", "", path=item.path, grid=item.grid)
    yield from join_paragraphs(lines)


def _running_lines(pages: Sequence[PageItems]) -> set[Line]:
    """Page numbers, and heads and feet: lines at one height of most pages that are equal but for their digits."""
    edges: list[Line] = []
    for page in pages:
        lines = [item for item in page.items if isinstance(item, Line)]
        ends = (*page.items[:2], *page.items[-2:])
        edges += [item for item in dict.fromkeys(lines[:2] + lines[-2:]) if item in ends]
    running = {line for line in edges if line.is_page_number}
    alike: dict[str, list[Line]] = {}
    for line in edges:
        alike.setdefault(_DIGITS.sub("0", line.text), []).append(line)
    for line in edges:
        same = [other for other in alike[_DIGITS.sub("0", line.text)] if abs(other.box[1] - line.box[1]) <= _HEIGHT]
        if len({other.page for other in same}) >= max(2, len(pages) / 2):
            running.add(line)
    return running
