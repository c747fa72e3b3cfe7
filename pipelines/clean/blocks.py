"""An HTML page as blocks in order, each with the node it lies in: nothing is judged here, and no character lost.

Inline elements have no boundary; block elements and ``<br>`` cut. What is never shown as text (scripts, styles,
comments, form controls) is left out; what is merely hidden is kept and marked, for it may be the better copy. One walk
over one parse, without recursion, each element looked at once.
"""

from collections.abc import Iterator, Set

from msgspec import structs

from pipelines.clean.bounds import check_blocks
from pipelines.clean.elements import (
    BLOCKS,
    HEADINGS,
    SILENT,
    Element,
    Hiding,
    is_block_style,
    is_preformatted,
    stands_alone,
)
from pipelines.clean.gathering import Gathering
from pipelines.clean.htmltree import encode_html, parse_html
from pipelines.clean.page import Link, Node, Page, Part
from pipelines.clean.paths import PathBook
from pipelines.clean.pictures import read_picture
from pipelines.clean.preformatted import read_preformatted
from pipelines.clean.proserows import split_prose_rows
from pipelines.clean.signs import Signs
from pipelines.clean.stylesheets import find_hiding
from pipelines.clean.tables import read_table
from pipelines.clean.wrappings import has_sections, may_be_wrapped, unwrap

_OPEN = frozenset(("head", "embed"))  # silent, but what the parser puts below them (never closed) is the page's
# What most inline elements are: they do nothing but by their style, and by being hidden.
_PLAIN = frozenset(
    (
        *(
            "span",
            "b",
            "strong",
            "i",
            "em",
            "u",
            "font",
            "small",
            "big",
            "sub",
            "sup",
            "label",
            "s",
            "o:p",
            "ins",
            "cite",
        ),
    )
)
# What the end of an open element has to undo; _SKIPPED: its subtree is not read.
_SKIPPED, _NOTHING, _LINK, _BLOCK, _HIDDEN, _PREFORMATTED, _HEADING = -1, 0, 1, 2, 4, 8, 16


def read_page(text: str) -> Page | None:
    """The page of an HTML text, or ``None`` where the parser finds no element. Raises ``GridTooLargeError``."""
    source = encode_html(text)
    root = parse_html(text, source)
    if root is None:
        return None
    page = _Walk(find_hiding(root, source)).read(root)
    if not may_be_wrapped(text, page.parts):
        return page
    wrappings = unwrap(root)
    unwrapped = _Walk(find_hiding(root, source), wrappings).read(root)
    return unwrapped if has_sections(unwrapped.parts) else page


class _Walk(Gathering):
    """The state of one walk: the open nodes, and what has been found so far."""

    def __init__(self, hiding: Hiding, wrappings: Set[Element] = frozenset()) -> None:
        super().__init__()
        self.hiding = hiding
        self.wrappings = wrappings
        self.paths = PathBook()
        self.signs = Signs()
        self.nodes: list[Node] = []

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
        plain = frozenset[str]() if self.hiding.displays else _PLAIN
        hidden, buffer = self.hiding.elements, self.buffer
        while True:
            for element in siblings:
                tag = element.tag
                state = _NOTHING if tag in plain and element not in hidden else self._start(element, tag)
                if state >= 0:
                    text = element.text
                    if text and (buffer or not text.isspace() or self.keeps_blanks):
                        self._write(text)
                    if len(element):
                        stack.append((siblings, element, state))
                        siblings = iter(element)
                        break
                    if state:
                        self._end(element, state)
                text = element.tail
                if text and (buffer or not text.isspace() or self.keeps_blanks) and element is not root:
                    self._write(text)
            else:
                if not stack:
                    return
                siblings, element, state = stack.pop()
                if state:
                    self._end(element, state)
                text = element.tail
                if text and (buffer or not text.isspace() or self.keeps_blanks) and element is not root:
                    self._write(text)

    def _start(self, element: Element, tag: str) -> int:
        """Take an element in; what its end has to undo."""
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
        if self.hiding.displays:
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
            self._open_link()
            return _LINK
        return _NOTHING

    def _open_block(self, element: Element, tag: str) -> int:
        if self.buffer or self.images:
            self._cut()
        nodes, attributes = self.nodes, element.items()
        parent = self.open[-1] if self.open else -1
        while parent >= 0 and nodes[parent].tag in ("p", tag if tag == "li" else "p"):
            parent = nodes[parent].parent  # ended by this one, though for the parser a <wbr> keeps it open
        self.open.append(len(nodes))
        self.paths.add_node(element)
        marks = style = ""
        if attributes:
            named = dict(attributes)
            marks = f"{named.get('class', '')} {named.get('id', '')}".strip()
            style = named.get("style", "")
        nodes.append(Node(parent, tag, marks))
        state = _BLOCK
        if element in self.hiding.elements:
            self.hidden += 1
            state |= _HIDDEN
        if tag in HEADINGS:
            self.level = self.level or HEADINGS[tag]
            state |= _HEADING
        if is_preformatted(tag, style):
            self._keep_lines(1)
            state |= _PREFORMATTED
        if (state & _PREFORMATTED and self._read_preformatted(element)) or (
            tag == "table" and self._read_table(element)
        ):
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
        if state != _BLOCK:
            self.hidden -= state & _HIDDEN > 0
            if state & _PREFORMATTED:
                self._keep_lines(-1)
            if state & _HEADING:
                self.level = 0

    def _read_preformatted(self, element: Element) -> bool:
        """Take the lines and tables of a text in, if it has both."""
        owner, hidden = self._owner(), self.hidden > 0
        parts = read_preformatted(element, self.paths.node_path(owner))
        check_blocks(len(self.parts) + len(parts))
        self.parts += [structs.replace(part, owner=owner, hidden=hidden) for part in parts]
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
