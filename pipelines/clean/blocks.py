"""An HTML page as blocks in order, each with the node it lies in: nothing is judged here, and no character lost.

Inline elements have no boundary; block elements and ``<br>`` cut. What is never shown as text (scripts, styles,
comments, form controls) is left out; what is merely hidden is kept and marked, for it may be the better copy. One walk
over one parse, without recursion, each element looked at once.
"""

from collections.abc import Iterator, Set

from pipelines.clean.bounds import check_blocks
from pipelines.clean.chrome import CHROME, squeeze
from pipelines.clean.elements import (
    BLOCKS,
    HEADINGS,
    SILENT,
    Element,
    Hiding,
    fold,
    fold_source,
    is_block_style,
    is_preformatted,
    join_lines,
    stands_alone,
)
from pipelines.clean.htmltree import parse_html
from pipelines.clean.page import Link, Node, Page, Part
from pipelines.clean.paths import PathBook
from pipelines.clean.pictures import read_picture
from pipelines.clean.plaintext import is_image_line
from pipelines.clean.preformatted import read_preformatted
from pipelines.clean.proserows import split_prose_rows
from pipelines.clean.signs import Signs
from pipelines.clean.stylesheets import find_hiding
from pipelines.clean.tables import read_table
from pipelines.clean.wrappings import has_sections, may_be_wrapped, unwrap
from pipelines.document import BlockKind

_LONGEST_LABELLED = 200  # characters of a line that is searched for labels
_OPEN = frozenset(("head", "embed"))  # silent, but what the parser puts below them (never closed) is the page's
_IMAGE_ENDS, _IMAGE_STARTS = "gfpGFP", "说图描"  # of a file's name, of an alternative text
# What the end of an open element has to undo; _SKIPPED: its subtree is not read.
_SKIPPED, _NOTHING, _LINK, _BLOCK, _HIDDEN, _PREFORMATTED = -1, 0, 1, 2, 4, 8


def read_page(text: str) -> Page | None:
    """The page of an HTML text, or ``None`` where the parser finds no element. Raises ``GridTooLargeError``."""
    root = parse_html(text)
    if root is None:
        return None
    page = _Walk(find_hiding(root, text)).read(root)
    if not may_be_wrapped(text, page.parts):
        return page
    wrappings = unwrap(root)
    unwrapped = _Walk(find_hiding(root, text), wrappings).read(root)
    return unwrapped if has_sections(unwrapped.parts) else page


class _Walk:
    """The state of one walk: the text since the last cut, the open nodes, and what has been found so far."""

    def __init__(self, hiding: Hiding, wrappings: Set[Element] = frozenset()) -> None:
        self.hiding = hiding
        self.wrappings = wrappings
        self.paths = PathBook()
        self.signs = Signs()
        self.nodes: list[Node] = []
        self.parts: list[Part] = []
        self.links: list[Link] = []
        self.buffer: list[str] = []
        self.images: list[tuple[str, str]] = []
        self.open: list[int] = []
        self.hidden = 0
        self.preformatted = 0  # open elements in which a line break is one
        self.level = 0
        self.linked = 0  # characters of links that have ended since the last cut
        self.link_start = -1  # position in the buffer where an open link began
        self.link_text: list[str] = []

    def read(self, root: Element) -> Page:
        self._read_tree(root)
        self._cut()
        signs = self.signs
        return Page(
            tuple(self.parts),
            self.nodes,
            signs.meta,
            signs.title,
            signs.base,
            tuple(self.links),
            frozenset(signs.names),
            self.paths,
        )

    def _read_tree(self, root: Element) -> None:
        """Every element in the order of the page: its start, its text, what lies in it, its end, its tail."""
        stack: list[tuple[Iterator[Element], Element, int]] = []
        siblings = iter((root,))
        while True:
            for element in siblings:
                state = self._start(element)
                if state >= 0:
                    if element.text:
                        self._write(element.text)
                    if len(element):
                        stack.append((siblings, element, state))
                        siblings = iter(element)
                        break
                    if state:
                        self._end(element, state)
                if element.tail and element is not root:
                    self._write(element.tail)
            else:
                if not stack:
                    return
                siblings, element, state = stack.pop()
                if state:
                    self._end(element, state)
                if element.tail and element is not root:
                    self._write(element.tail)

    def _write(self, text: str) -> None:
        if self.preformatted and "\n" in text:
            text, *lines = text.split("\n")
            self._write(text)
            for line in lines:
                self._cut()
                self._write(line)
            return
        if self.buffer or not text.isspace():
            self.buffer.append(text)
        if self.link_start >= 0:
            self.link_text.append(text)

    def _start(self, element: Element) -> int:
        """Take an element in; what its end has to undo."""
        tag = element.tag
        if tag in BLOCKS:
            return self._open_block(element, tag)
        if tag in SILENT:
            if element in self.wrappings:
                return self._open_block(element, tag)
            self._read_silent(element, tag)
            return _NOTHING if tag in _OPEN else _SKIPPED
        if tag == "xml" and next(element.iterdescendants("p", "div", "table"), None) is None:
            return _SKIPPED  # Word's settings; where the element was never closed, the page lies in it
        return self._start_inline(element, tag)

    def _start_inline(self, element: Element, tag: str) -> int:
        style = element.get("style")
        if style and is_block_style(style):
            return self._open_block(element, tag)
        if tag == "br":
            self._break()
        elif tag == "img":
            self._read_image(element)
        elif self.hiding.hides(element):
            if not len(element) or next(element.iterdescendants(*BLOCKS), None) is None:
                return _SKIPPED  # hidden words inside a sentence were never part of it
            return self._open_block(element, tag)
        elif "-" in tag and stands_alone(element):
            return self._open_block(element, tag)
        elif tag == "a":
            self.link_start = len(self.buffer)
            self.link_text = []
            return _LINK
        return _NOTHING

    def _open_block(self, element: Element, tag: str) -> int:
        if self.buffer or self.images:
            self._cut()
        parent = self.open[-1] if self.open else -1
        while parent >= 0 and self.nodes[parent].tag in ("p", tag if tag == "li" else "p"):
            parent = self.nodes[parent].parent  # ended by this one, though for the parser a <wbr> keeps it open
        self.open.append(len(self.nodes))
        self.paths.add_node(element)
        attributes = dict(element.items())
        marks = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip() if attributes else ""
        self.nodes.append(Node(parent, tag, marks))
        state = _BLOCK
        if self.hiding.hides(element):
            self.hidden += 1
            state |= _HIDDEN
        if is_preformatted(tag, attributes.get("style")):
            self.preformatted += 1
            state |= _PREFORMATTED
            if self._read_preformatted(element):
                self._end(element, state)
                return _SKIPPED
        self.level = self.level or HEADINGS.get(tag, 0)
        if tag == "table" and self._read_table(element):
            self._end(element, state)
            return _SKIPPED
        return state

    def _end(self, element: Element, state: int) -> None:
        if state == _LINK:
            if self.link_start >= 0:
                self._end_link(element)
            return
        if self.buffer or self.images:
            self._cut()
        self.open.pop()
        self.hidden -= state & _HIDDEN > 0
        self.preformatted -= state & _PREFORMATTED > 0
        if element.tag in HEADINGS:
            self.level = 0

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
        if self.images:
            check_blocks(len(self.parts) + len(self.images))
        for alt, src in self.images:
            self.parts.append(Part("image", alt, self._owner(), "", self.hidden > 0, src=src))
        self.images.clear()

    def _add(self, text: str) -> None:
        linked = self.linked
        if self.link_start >= 0:
            linked += len(fold("".join(self.buffer[self.link_start :])))
        kind: BlockKind = "heading" if self.level else "image" if _is_image_line(text) else "paragraph"
        check_blocks(len(self.parts))
        is_labelled = (
            len(self.buffer) > 1
            and len(text) < _LONGEST_LABELLED
            and (":" in text or "：" in text or squeeze(self.buffer[0]) in CHROME.labels)
        )
        pieces = tuple(filter(None, map(fold, self.buffer))) if is_labelled else ()
        self.parts.append(
            Part(kind, text, self._owner(), "", self.hidden > 0, min(linked, len(text)), self.level, (), None, pieces)
        )

    def _owner(self) -> int:
        return self.open[-1] if self.open else 0

    def _read_preformatted(self, element: Element) -> bool:
        """Take the lines and tables of a text in, if it has both."""
        owner, hidden = self._owner(), self.hidden > 0
        parts = read_preformatted(element, self.paths.node_path(owner))
        check_blocks(len(self.parts) + len(parts))
        self.parts += [part._replace(owner=owner, hidden=hidden) for part in parts]
        return bool(parts)

    def _read_table(self, element: Element) -> bool:
        """Take a table in as data, if it is that."""
        table = read_table(element, self.paths, self.hiding)
        if table is None:
            return False
        for line in table.strays:
            self.buffer.append(line)
            self._cut()
        if table.grid:
            part = Part("table", "", self._owner(), "", self.hidden > 0, table.linked, grid=table.grid)
            self.parts += split_prose_rows(part)
        self.links += [Link(href, text, len(self.parts) - 1) for href, text in table.links]
        return True

    def _read_image(self, element: Element) -> None:
        picture = read_picture(element, self.hiding)
        if picture:
            self.images.append(picture)

    def _read_silent(self, element: Element, tag: str) -> None:
        file = self.signs.read(element, tag)
        if file:
            self.links.append(Link(*file, len(self.parts)))


def _is_image_line(text: str) -> bool:
    """``is_image_line``, asked only of the few lines that begin or end like one; a note with a comma is prose."""
    if text[0] == "说" and "，" in text:
        return False
    return (text[-1] in _IMAGE_ENDS or text[0] in _IMAGE_STARTS) and is_image_line(text)
