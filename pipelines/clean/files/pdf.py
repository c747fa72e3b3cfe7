"""PDF files: the characters and drawn lines of each page.

Only drawn rules make a table: white boxes behind the lines of a paragraph, which word processors write by the dozen, do
not. Bounded by counts, not by a clock, so that the result is the same on every machine.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pdfplumber
from pdfminer.pdftypes import resolve1

from pipelines.clean.files.leaves import (
    FEWEST_CHARACTERS,
    MAX_CHARACTERS,
    MAX_PAGES,
    Leaf,
    PageItems,
    read_leaf,
    read_parts,
)
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.rules import SNAP, Box, Rule
from pipelines.clean.page import Part

MAX_RULES = 60_000  # drawn objects of one page
MAX_DRAWN = 2**20  # bytes of operators of one page: of text and tables a page has a twentieth of that
MAX_CONTENT = 16 * 2**20  # … of all pages
Scan = Callable[[int], Leaf]  # page number, from 1
_THIN = 3.0  # points; a filled box thinner than this is a rule


def read_pdf(payload: bytes, scan: Scan | None = None) -> tuple[Part, ...]:
    """The blocks of a PDF in reading order; ``scan`` reads a page that is only an image. Raises ``FileError``."""
    return tuple(read_parts(list(_read_pages(payload, scan))))


def _read_pages(payload: bytes, scan: Scan | None) -> Iterator[PageItems]:
    characters = images = pages = 0
    for leaf in _read_leaves(payload):
        read = leaf
        if scan is not None and leaf.pictures and len(leaf.characters) < FEWEST_CHARACTERS:
            read = scan(leaf.number)
        pages += 1
        characters += len(read.characters)
        images += len(leaf.pictures)
        if characters > MAX_CHARACTERS:
            raise FileError("too-large")
        yield read_leaf(read)
    if characters < FEWEST_CHARACTERS * max(1, pages):
        raise FileError("image-only" if images else "unreadable")


def _read_leaves(payload: bytes) -> Iterator[Leaf]:
    """The pages as the library sees them; whatever it raises is the file's fault."""
    try:
        with pdfplumber.open(io.BytesIO(payload)) as document:
            if _count_pages(document) > MAX_PAGES or len(document.pages) > MAX_PAGES:
                raise FileError("too-large")
            content = 0
            for page in document.pages:
                size = _count_operators(page)
                content += min(size, MAX_DRAWN)
                if content > MAX_CONTENT:
                    raise FileError("too-large")
                yield _read_leaf(page) if size <= MAX_DRAWN else _draw_leaf(page)
                page.close()
    except (FileError, MemoryError):
        raise
    except Exception as error:
        raise FileError("unreadable") from error


def _read_leaf(page: Any) -> Leaf:
    if len(page.rects) + len(page.lines) + len(page.curves) > MAX_RULES:
        return _draw_leaf(page)
    return Leaf(page.page_number, page.chars, _read_rules(page), _pictures(page), float(page.width * page.height))


def _draw_leaf(page: Any) -> Leaf:
    """A page that is a drawing (a map), as one image."""
    width, height = float(page.width), float(page.height)
    return Leaf(page.page_number, (), (), ((0.0, 0.0, width, height),), width * height)


def _count_pages(document: Any) -> int:
    """How many pages the file says it has: asked before they are made."""
    pages = resolve1(document.doc.catalog.get("Pages"))
    count = resolve1(pages.get("Count")) if isinstance(pages, dict) else 0
    return count if isinstance(count, int) else 0


def _count_operators(page: Any) -> int:
    """Bytes of a page's drawing operators, unpacked; those that it draws by forms are not among them."""
    return sum(
        len(content.get_data()) for content in map(resolve1, page.page_obj.contents) if hasattr(content, "get_data")
    )


def _pictures(page: Any) -> list[Box]:
    return [(float(item["x0"]), float(item["top"]), float(item["x1"]), float(item["bottom"])) for item in page.images]


def _read_rules(page: Any) -> list[Rule]:
    rules = []
    for edge in page.filter(_is_rule).edges:
        x0, x1, top, bottom = (float(edge[key]) for key in ("x0", "x1", "top", "bottom"))
        if x1 - x0 <= SNAP <= bottom - top:
            rules.append(Rule(True, (x0 + x1) / 2, top, bottom))
        elif bottom - top <= SNAP <= x1 - x0:
            rules.append(Rule(False, (top + bottom) / 2, x0, x1))
    return rules


def _is_rule(item: dict[str, Any]) -> bool:
    """Whether an object may be a rule: a stroked path, or a filled box too thin to be a background."""
    if item["object_type"] == "rect":
        thin = min(item["width"], item["height"]) < _THIN
        return bool(
            (item.get("stroke") and not _is_white(item.get("stroking_color")))
            or (thin and not _is_white(item.get("non_stroking_color")))
        )
    return item["object_type"] in ("line", "curve")


def _is_white(color: Any) -> bool:
    values = color if isinstance(color, (list, tuple)) else (color,)
    return (
        bool(values) and all(isinstance(value, (int, float)) and value >= 0.99 for value in values) and len(values) != 4
    )
