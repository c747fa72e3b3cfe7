"""An HTML page as blocks in order, each with the node it lies in: nothing is judged here, and no character lost.

Inline elements have no boundary; block elements and ``<br>`` cut. What is never shown as text (scripts, styles,
comments, form controls) is left out; what is merely hidden is kept and marked, for it may be the better copy. One walk
over one parse, without recursion.
"""

import re
from collections.abc import Sequence
from typing import cast

from lxml import etree

from pipelines.clean.attachments import find_viewed_file
from pipelines.clean.bounds import check_blocks
from pipelines.clean.elements import (
    BLOCKS,
    HEADINGS,
    SILENT,
    Element,
    Hiding,
    fold,
    fold_source,
    is_block,
    is_preformatted,
    join_lines,
)
from pipelines.clean.grids import expand_rows, read_rows
from pipelines.clean.htmltree import parse_html
from pipelines.clean.layouts import is_data_table, is_frame
from pipelines.clean.page import Link, Node, Page, Part
from pipelines.clean.paths import PathBook
from pipelines.clean.plaintext import is_image_line
from pipelines.clean.stylesheets import find_hidden_selectors
from pipelines.document import BlockKind

_MAY_HIDE = re.compile(r"none|hidden", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d+)")
_LONGEST_LABELLED = 200  # characters of a line that is searched for labels
_SMALLEST_IMAGE = 40  # pixels; icons, spacers and bullets are smaller
_LOCATION = re.compile(r"location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(")


def read_page(text: str) -> Page | None:
    """The page of an HTML text, or ``None`` where the parser finds no element. Raises ``GridTooLargeError``."""
    root = parse_html(text)
    return None if root is None else _Walk(root, _find_hiding(root, text)).read()


class _Walk:
    """The state of one walk: the text since the last cut, the open nodes, and what has been found so far."""

    def __init__(self, root: Element, hiding: Hiding) -> None:
        self.root = root
        self.paths = PathBook()
        self.nodes: list[Node] = []
        self.parts: list[Part] = []
        self.links: list[Link] = []
        self.meta: dict[str, str] = {}
        self.signs: set[str] = set()
        self.title = self.base = ""
        self.buffer: list[str] = []
        self.images: list[tuple[str, str]] = []
        self.open: list[int] = []
        self.frames: list[Element] = []  # the elements of the open nodes
        self.hidden = 0
        self.preformatted = 0  # open elements in which a line break is one
        self.level = 0
        self.linked = 0  # characters of links that have ended since the last cut
        self.link_start = -1  # position in the buffer where an open link began
        self.link_text: list[str] = []
        self.hiding = hiding

    def read(self) -> Page:
        walker = etree.iterwalk(self.root, events=("start", "end"))
        root = self.root
        for event, element in walker:
            if event == "start":
                if self._start(element):
                    walker.skip_subtree()
                elif element.text:
                    self._write(element.text)
            else:
                self._end(element)
                if element.tail and element is not root:
                    self._write(element.tail)
        self._cut()
        return Page(
            tuple(self.parts),
            self.nodes,
            self.meta,
            self.title,
            self.base,
            tuple(self.links),
            frozenset(self.signs),
            self.paths,
        )

    def _write(self, text: str) -> None:
        if self.preformatted and "\n" in text:
            text, *lines = text.split("\n")
            self._write(text)
            for line in lines:
                self._cut()
                self._write(line)
            return
        self.buffer.append(text)
        if self.link_start >= 0:
            self.link_text.append(text)

    def _start(self, element: Element) -> bool:
        """Take an element in; whether its subtree is to be skipped."""
        tag = element.tag
        if tag in SILENT:
            self._read_silent(element)
            return str(tag) != "head"
        if tag == "xml" and next(element.iterdescendants("p", "div", "table"), None) is None:
            return True  # Word's settings; where the element was never closed, the page lies in it
        if is_block(element):
            return self._open_block(element, tag)
        if tag == "br":
            self._break()
        elif tag == "img":
            self._read_image(element)
        elif self.hiding.hides(element):
            if next(element.iterdescendants(*BLOCKS), None) is None:
                return True  # hidden words inside a sentence were never part of it
            self._open_block(element, tag)
        elif tag == "a":
            self.link_start = len(self.buffer)
            self.link_text = []
        return False

    def _open_block(self, element: Element, tag: str) -> bool:
        self._cut()
        parent = self.open[-1] if self.open else -1
        marks = f"{element.get('class', '')} {element.get('id', '')}".strip()
        self.open.append(len(self.nodes))
        self.frames.append(element)
        self.nodes.append(Node(parent, tag, marks))
        self.paths.add_node(element)
        if self.hiding.hides(element):
            self.hidden += 1
        self.preformatted += is_preformatted(element)
        self.level = self.level or HEADINGS.get(tag, 0)
        return tag == "table" and self._read_table(element)

    def _end(self, element: Element) -> None:
        tag = element.tag
        if tag in SILENT or tag in ("br", "img"):
            return
        if self.frames and self.frames[-1] is element:
            self._cut()
            self.open.pop()
            self.frames.pop()
            if self.hiding.hides(element):
                self.hidden -= 1
            self.preformatted -= is_preformatted(element)
            if tag in HEADINGS:
                self.level = 0
        elif tag == "a" and self.link_start >= 0:
            self._end_link(element)

    def _end_link(self, element: Element) -> None:
        self.linked += len(fold("".join(self.buffer[self.link_start :])))
        self.link_start = -1
        href = element.get("href")
        if href:
            text = fold("".join(self.link_text)) or fold(element.get("title") or "")
            self.links.append(Link(href.strip(), text, len(self.parts)))

    def _break(self) -> None:
        if self.level:
            self.buffer.append("\n")  # a heading stays whole
        else:
            self._cut()

    def _cut(self) -> None:
        """End the block that the text so far makes."""
        if self.buffer:
            text = "".join(self.buffer)
            text = join_lines([fold(line) for line in text.split("\n")]) if self.level else fold_source(text)
            if text:
                self._add(text)
            self.buffer.clear()
        self.linked = 0
        if self.link_start >= 0:
            self.link_start = 0
        while self.images:
            alt, src = self.images.pop(0)
            self.parts.append(Part("image", alt, self._owner(), "", self.hidden > 0, src=src))

    def _add(self, text: str) -> None:
        linked = self.linked
        if self.link_start >= 0:
            linked += len(fold("".join(self.buffer[self.link_start :])))
        kind: BlockKind = "heading" if self.level else "image" if is_image_line(text) else "paragraph"
        check_blocks(len(self.parts))
        pieces = _pieces(self.buffer) if len(self.buffer) > 1 and len(text) < _LONGEST_LABELLED else ()
        self.parts.append(
            Part(kind, text, self._owner(), "", self.hidden > 0, min(linked, len(text)), self.level, pieces=pieces)
        )

    def _owner(self) -> int:
        return self.open[-1] if self.open else 0

    def _read_table(self, table: Element) -> bool:
        """Take a table in as data, if it is that."""
        if is_frame(table):
            return False
        rows = read_rows(table, self.paths, self.hiding)
        if not is_data_table(table, rows):
            return False
        for caption in table.iterchildren("caption"):
            self.buffer.append("".join(caption.itertext()))
            self._cut()
        self._read_strays(table)
        grid = expand_rows(rows)
        if grid:
            linked = sum(len(fold("".join(link.itertext()))) for link in table.iterdescendants("a"))
            self.parts.append(Part("table", "", self._owner(), "", self.hidden > 0, linked, grid=grid))
        for link in table.iterdescendants("a"):
            if link.get("href"):
                self.links.append(Link(link.get("href").strip(), fold("".join(link.itertext())), len(self.parts) - 1))
        return True

    def _read_strays(self, table: Element) -> None:
        """Text that stands in a table but in no cell: browsers show it before the table."""
        frames = [table, *(child for child in table if child.tag in ("tbody", "thead", "tfoot", "tr"))]
        frames += [row for frame in frames[1:] if frame.tag != "tr" for row in frame if row.tag == "tr"]
        for frame in frames:
            self.buffer.append(frame.text or "")
            for child in frame:
                if child.tag not in (
                    "caption",
                    "colgroup",
                    "col",
                    "thead",
                    "tbody",
                    "tfoot",
                    "tr",
                    "td",
                    "th",
                    "form",
                    *SILENT,
                ):
                    self.buffer.append("".join(child.itertext()))
                    self._cut()
                self.buffer.append(child.tail or "")
        self._cut()

    def _read_image(self, element: Element) -> None:
        src = (element.get("src") or "").strip()
        sizes = [_PIXELS.match(element.get(name) or "") for name in ("width", "height")]
        tiny = any(size and int(size.group(1)) < _SMALLEST_IMAGE for size in sizes)
        if src and not tiny and not self.hiding.hides(element):
            self.images.append((fold(element.get("alt") or ""), "" if src.startswith("data:") else src))

    def _read_silent(self, element: Element) -> None:
        tag = element.tag
        if tag == "meta":
            self._read_meta(element)
        elif tag == "title" and not self.title:
            self.title = fold("".join(element.itertext()))
        elif tag == "base" and not self.base:
            self.base = (element.get("href") or "").strip()
        elif tag == "script":
            self.signs.add("script")
            if element.text and _LOCATION.search(element.text):
                self.signs.add("location")
        elif tag == "input" and (element.get("type") or "").lower() == "password":
            self.signs.add("password")
        elif tag in ("iframe", "embed", "object"):
            self.signs.add("frame")
            file = find_viewed_file(element)
            if file:
                self.links.append(Link(file, fold(element.get("title") or ""), len(self.parts)))

    def _read_meta(self, element: Element) -> None:
        name = (element.get("name") or element.get("property") or "").strip().lower()
        content = fold(element.get("content") or "")
        if name and content:
            self.meta.setdefault(name, content)
        if (element.get("http-equiv") or "").strip().lower() == "refresh" and "url" in content.lower():
            self.signs.add("refresh")


def _pieces(buffer: Sequence[str]) -> tuple[str, ...]:
    """The texts between inline borders, where one of them may be a label and its value."""
    if not any(":" in text or "：" in text for text in buffer):
        return ()
    return tuple(filter(None, map(fold, buffer)))


def _find_hiding(root: Element, text: str) -> Hiding:
    """What the page's own style sheets and attributes hide from a screen."""
    sheets = [cast(str, style.text) for style in root.iter("style") if style.text]
    selectors = frozenset(selector for sheet in sheets for selector in find_hidden_selectors(sheet))
    return Hiding(selectors, bool(selectors) or bool(_MAY_HIDE.search(text)))
