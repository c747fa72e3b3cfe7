"""A PDF as blocks: ruled tables as grids, the other lines as paragraphs, page numbers and running heads left out.

Only drawn rules make a table: white boxes behind the lines of a paragraph, which word processors write by the dozen, do
not. Paths are ``page 3 [x0, y0, x1, y1]`` in points from the page's upper left corner. Bounded by counts, not by a
clock, so that the result is the same on every machine.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber

from pipelines.clean.files.lines import Line, join_paragraphs, read_lines
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.ruled import Ruled, join_pages, read_tables
from pipelines.clean.page import Part

MAX_PAGES = 300
MAX_CHARACTERS = 600_000
MAX_RULES = 60_000  # drawn objects of one page
_DIGITS = re.compile(r"\d+")
_HEIGHT = 3.0  # points by which a running line's height may differ from page to page
_FEWEST_CHARACTERS = 20  # a page


@dataclass(frozen=True, slots=True)
class _PageItems:
    """The tables and lines of one page, from top to bottom."""

    number: int
    items: tuple[Ruled | Line, ...]


def read_pdf(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a PDF in reading order. Raises ``FileError``."""
    try:
        with pdfplumber.open(io.BytesIO(payload)) as document:
            pages = list(_read_pages(document))
    except (FileError, MemoryError):
        raise
    except Exception as error:
        raise FileError("unreadable") from error
    return tuple(_read_parts(pages))


def _read_pages(document: Any) -> Iterator[_PageItems]:
    if len(document.pages) > MAX_PAGES:
        raise FileError("too-large")
    characters = images = 0
    for page in document.pages:
        characters += len(page.chars)
        images += len(page.images)
        if characters > MAX_CHARACTERS or len(page.rects) + len(page.lines) + len(page.curves) > MAX_RULES:
            raise FileError("too-large")
        tables = read_tables(page)
        lines = read_lines(page, [table.box for table in tables])
        items: list[Ruled | Line] = [*tables, *lines]
        items.sort(key=lambda item: (item.box[1], item.box[0]))
        yield _PageItems(page.page_number, tuple(items))
        page.close()
    if characters < _FEWEST_CHARACTERS * max(1, len(document.pages)):
        raise FileError("image-only" if images else "unreadable")


def _read_parts(pages: list[_PageItems]) -> Iterator[Part]:
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


def _running_lines(pages: list[_PageItems]) -> set[Line]:
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
