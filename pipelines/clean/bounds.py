"""How much of a page is read at all: counted before anything is built, so that no page costs more than a second or two.

The bounds lie an order of magnitude above the largest real reports (some 3,000 cells, 200,000 characters, 60,000
elements where a word processor has wrapped each character).
"""

import re

from pipelines.clean.elements import Element

MAX_CHARACTERS = 12_000_000  # of markup
MAX_ELEMENTS = 120_000
MAX_CUTS = 40_000  # elements that end a block: cells, paragraphs, line breaks
MAX_BLOCKS = 8_000
MAX_LINES = 20_000  # of plain text
MAX_TEXT = 1_500_000  # characters that are shown
MAX_ATTRIBUTES = 4_000  # of one element: the parser holds each against all others
_LARGE = 100_000  # characters of markup in which there may be so many that it takes long
_LONG_TAG = 4 * MAX_ATTRIBUTES  # characters
_TAG = re.compile(r"""[a-z](?:[^>"']++|"[^"]*+"|'[^']*+')*+""", re.IGNORECASE)
_QUOTED = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_CUTTING = re.compile(r"<(?:t[dhr]|p|div|br|li|d[dt]|h[1-6])\b", re.IGNORECASE)


class PageTooLargeError(Exception):
    """A page of more text, cells or elements than any report has."""


class PageUnreadableError(Exception):
    """A page that the parser gives up halfway, so that its body may be missing."""


def check_markup(text: str) -> None:
    """Raise ``PageTooLargeError`` for markup that would take too long to build or to walk."""
    if len(text) > MAX_CHARACTERS:
        raise PageTooLargeError(f"{len(text)} characters")
    if text.count("<") - text.count("</") > MAX_ELEMENTS:
        raise PageTooLargeError(f"more than {MAX_ELEMENTS} elements")
    if len(text) > MAX_CUTS and sum(1 for _ in _CUTTING.finditer(text)) > MAX_CUTS:
        raise PageTooLargeError(f"more than {MAX_CUTS} blocks and cells")


def check_tags(text: str) -> None:
    """Raise ``PageTooLargeError`` for an element of so many attributes that the parser would not come to its end."""
    if len(text) < _LARGE:
        return
    pieces = text.split("<")
    if max(map(len, pieces)) <= _LONG_TAG:
        return
    for piece in pieces:
        tag = _TAG.match(piece) if len(piece) > _LONG_TAG else None
        if tag and len(_QUOTED.sub("= ", tag.group()).split()) > MAX_ATTRIBUTES:
            raise PageTooLargeError(f"more than {MAX_ATTRIBUTES} attributes")


def check_lines(text: str) -> None:
    """Raise ``PageTooLargeError`` for a plain text that no report could be."""
    if len(text) > MAX_TEXT or text.count("\n") > MAX_LINES:
        raise PageTooLargeError(f"{len(text)} characters")


def check_blocks(blocks: int) -> None:
    """Raise ``PageTooLargeError`` for more blocks than the later steps can hold against each other in time."""
    if blocks > MAX_BLOCKS:
        raise PageTooLargeError(f"{blocks} blocks")


def check_text(root: Element) -> None:
    """Raise ``PageTooLargeError`` where a tree holds too much text, scripts and styles apart."""
    total = int(root.xpath("string-length()"))
    if total > MAX_TEXT:
        silent = sum(len(item.text or "") for item in root.iter("script", "style"))
        if total - silent > MAX_TEXT:
            raise PageTooLargeError(f"{total - silent} characters of text")
