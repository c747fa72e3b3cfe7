"""What HTML elements do to text: which cut it, which carry none, which are not shown; and the text of one cell."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

Element = Any  # lxml ships no types for its HTML tree that survive strict checking

BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol",
    "optgroup", "p", "plaintext", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "xmp",
])  # fmt: skip
SILENT = frozenset([
    "script", "style", "noscript", "template", "select", "option", "datalist", "button", "input", "textarea",
    "object", "embed", "applet", "iframe", "svg", "math", "canvas", "audio", "video", "map", "head", "title",
    "meta", "link", "base", "noframes", "progress", "meter", "rt", "rp",
])  # fmt: skip
HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]+")
_PREFORMATTED = frozenset(["pre", "xmp", "listing", "plaintext"])
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_PLAIN = frozenset(["p", "div", "center"])
_CUTS = BLOCKS | SILENT | {"br", "img", "sup"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BLOCK_STYLE = re.compile(r"(?:^|[;\s])display\s*:\s*(?:block|flex|table|grid|list-item)", re.IGNORECASE)
_DEEPEST_LINE = 60  # inline elements in each other that are read by recursion
_WIDE_MARKS = "“”‘’…—"


def fold(text: str) -> str:
    """Runs of white space (also U+00A0 and U+3000) as one space, none at the ends, and no zero-width characters."""
    if text.isalnum():  # a figure, a label: nothing in it is a space or invisible
        return text
    folded = " ".join(text.split())
    if folded.isprintable():  # what is invisible is not printable
        return folded
    return " ".join(_INVISIBLE.sub("", folded).split())


def fold_source(text: str) -> str:
    """``fold`` for text of an HTML source: a line break there between two wide characters is no space."""
    if text.isalnum():
        return text
    if "\n" not in text and "\r" not in text:
        return fold(text)
    lines = [line.strip(" \t\f") for line in text.replace("\r", "\n").split("\n")]
    return fold(join_lines(lines))


def join_lines(lines: list[str]) -> str:
    """Lines of one sentence or label as one: Chinese closes up, anything else keeps a space."""
    pieces: list[str] = []
    for line in filter(None, lines):
        if pieces and not (_is_wide(pieces[-1][-1]) and _is_wide(line[0])):
            pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)


def _is_wide(character: str) -> bool:
    """Whether a character fills a square, so that no space is set between it and the next: Chinese and its marks."""
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or character in _WIDE_MARKS
    )


def is_block_style(style: str) -> bool:
    """Whether a ``style`` attribute puts an inline element on lines of its own."""
    return "display" in style and bool(_BLOCK_STYLE.search(style))


def stands_alone(element: Element) -> bool:
    """Whether no text stands beside an element: one of a page's own making is then a block, as far as can be told."""
    before = element.getprevious()
    text = element.getparent().text if before is None else before.tail
    return not _is_text(text) and not _is_text(element.tail)


def is_preformatted(tag: str, style: str | None) -> bool:
    """Whether a line break in the source is one on the page."""
    return tag in _PREFORMATTED or bool(style and "white-space" in style and _KEEPS_LINES.search(style))


@dataclass(frozen=True, slots=True)
class Hiding:
    """The elements of one page that a reader does not see, as far as they or the page's style sheets say themselves.

    ``displays``: whether the ``style`` of any element may speak of ``display``, be it to hide it.
    """

    elements: frozenset[Element] = frozenset()
    displays: bool = True

    def hides(self, element: Element) -> bool:
        """Whether it is one of them; what lies in a hidden element is hidden too, and not asked for."""
        return element in self.elements


def cell_text(cell: Element, hiding: Hiding) -> tuple[str, bool]:
    """The text of one cell, its lines joined, and whether it shows an image instead of text.

    Raised figures stay raised: of 18 and the mark of a footnote, the 1, no reader makes 181.
    """
    line = _read_line(cell, hiding)
    return (fold_source(line), False) if line is not None else _read_lines(cell, hiding)


def _read_line(cell: Element, hiding: Hiding) -> str | None:
    """The text of a cell in which nothing cuts, hides or replaces text, but for one block that holds all of it."""
    holder = cell
    if len(cell) == 1 and cell[0].tag in _PLAIN:
        holder = cell[0]
        if _is_text(cell.text) or _is_text(holder.tail) or hiding.hides(holder):
            return None
    pieces: list[str] = []
    return "".join(pieces) if _collect(holder, hiding, pieces, _DEEPEST_LINE) else None


def _collect(element: Element, hiding: Hiding, pieces: list[str], depth: int) -> bool:
    """Add the text of an element to the pieces; whether it is inline to the last, and not too deep."""
    if element.text:
        pieces.append(element.text)
    for child in element:
        if child.tag in _CUTS or child in hiding.elements:
            return False
        if len(child):
            if not depth or not _collect(child, hiding, pieces, depth - 1):
                return False
        elif child.text:
            pieces.append(child.text)
        if child.tail:
            pieces.append(child.tail)
    return True


def _is_text(text: str | None) -> bool:
    return bool(text) and not str(text).isspace()


def _read_lines(cell: Element, hiding: Hiding) -> tuple[str, bool]:
    lines: list[str] = []
    buffer: list[str] = [cell.text or ""]
    image = False
    walker = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walker:
        if element is cell:
            continue
        tag = element.tag
        if tag == "br" or tag in BLOCKS:
            lines.append(fold_source("".join(buffer)))
            buffer.clear()
        if event == "end":
            buffer.append(element.tail or "")
        elif tag in SILENT or hiding.hides(element):
            walker.skip_subtree()
        else:
            image = image or tag == "img"
            text = element.text or ""
            buffer.append(text.translate(_RAISED) if tag == "sup" else text)
    lines.append(fold_source("".join(buffer)))
    text = join_lines(lines)
    return text, image and not text
