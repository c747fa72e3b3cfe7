"""Pages of fixed layout (PDF, OFD, scans) as blocks: ruled tables as grids, the other lines as paragraphs.

Paths are ``page 3 [x0, y0, x1, y1]`` in points from the page's upper left corner. Page numbers and running heads are
left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.clean.files.lines import Line, is_inside, join_paragraphs, make_path, read_lines
from pipelines.clean.files.pagebreaks import join_pages
from pipelines.clean.files.ruled import IMAGE, Ruled, read_tables
from pipelines.clean.files.rules import Box, Rule
from pipelines.clean.page import Part

MAX_PAGES = 300
MAX_CHARACTERS = 400_000
FEWEST_CHARACTERS = 20  # a page, below which its text is an image
_DIGITS = re.compile(r"\d+")
_LARGE_PICTURE = 0.1  # of a page's area
_HEIGHT = 3.0  # points by which a running line's height may differ from page to page


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is drawn on one page: characters (``text``, ``x0``, ``top``, ``x1``, ``bottom``, ``size``) and lines.

    ``pictures`` are the boxes of its images, ``area`` its own in square points, 0 where it is not known.
    """

    number: int
    characters: Sequence[dict[str, Any]]
    rules: Sequence[Rule]
    pictures: Sequence[Box] = ()
    area: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that fills a good part of a page: what it shows is not read, but it is not passed over either."""

    page: int
    box: Box


Item = Ruled | Line | Picture


@dataclass(frozen=True, slots=True)
class PageItems:
    """The tables, lines and large images of one page, from top to bottom."""

    number: int
    items: tuple[Item, ...]


def read_leaf(leaf: Leaf) -> PageItems:
    """The tables and lines of a page."""
    images = [{"text": IMAGE, "x0": x0, "top": y0, "x1": x1, "bottom": y1, "size": y1 - y0}
              for x0, y0, x1, y1 in leaf.pictures]  # fmt: skip
    tables = read_tables(leaf.number, [*leaf.characters, *images], leaf.rules)
    boxes = [table.box for table in tables]
    lines = read_lines(leaf.number, leaf.characters, boxes)
    items: list[Item] = [*tables, *lines, *_large_pictures(leaf, boxes)]
    items.sort(key=lambda item: (item.box[1], item.box[0]))
    return PageItems(leaf.number, tuple(items))


def _large_pictures(leaf: Leaf, tables: Sequence[Box]) -> Iterator[Picture]:
    """The images outside tables that fill a tenth of the page, each place once."""
    for box in dict.fromkeys(leaf.pictures):
        middle = {"x0": box[0], "x1": box[2], "top": box[1], "bottom": box[3]}
        if leaf.area * _LARGE_PICTURE < (box[2] - box[0]) * (box[3] - box[1]) and not any(
            is_inside(middle, table) for table in tables
        ):
            yield Picture(leaf.number, box)


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
        if isinstance(item, Picture):
            yield Part("image", "", path=make_path(item.page, item.box))
        else:
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
