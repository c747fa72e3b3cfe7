"""A fetched page as the spiders see it: decoded text, its tree, and its links with the row that each stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from urllib.parse import urldefrag, urljoin

from lxml import etree

from pipelines.clean.charset import decode
from pipelines.clean.htmltree import grow_tree
from spiders.dates import find_date

ROW_TEXT = 400  # characters; a longer "row" is a column of the page's layout
MOST_LINKS = 50  # in a row; a cell of layout holds more
LIST_ROWS = frozenset({"li", "tr", "dl"})
# Addresses that a handler opens: ``window.open('/a.html')``, ``location.href = "a.html"``, ``openPage('a.html')``.
_HANDLER = re.compile(r"(?:\blocation(?:\.href)?\s*=|\b(?!__doPostBack)\w+\s*\()\s*['\"]([^'\"\s]+)['\"]")
_ADDRESS = re.compile(
    r"^(?:https?:)?//\S|^\.{0,2}/\S|^\?\w|^[\w%-][\w./%-]*\.(?:s?html?|jhtml|jspx?|aspx?|php|do|pdf|docx?)\b", re.I
)
_DAY_AT_END = re.compile(r"\s*[\[【(（]?\s*(?:19|20)\d{2}[-./年]\d{1,2}[-./月]\d{1,2}日?\s*[\]】)）]?$")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page: its absolute URL without fragment, its title, and the date that its row prints."""

    url: str
    title: str
    date: str | None = None  # YYYY-MM-DD, or YYYY-MM


@dataclass(frozen=True)
class Page:
    """A page's URL and body; everything else is read from them when it is asked for."""

    url: str
    body: bytes = field(repr=False)
    content_type: str | None = None  # as the header declares it

    @cached_property
    def text(self) -> str:
        """The body as text; nothing where it is none."""
        decoded = decode(self.body, self.content_type)
        return decoded.text if decoded else ""

    @cached_property
    def tree(self) -> etree._Element:
        """The tree of the page; an empty document where the body is no markup."""
        return read_tree(self.text)

    @cached_property
    def base(self) -> str:
        """The URL that relative links start from: ``<base href>`` where there is one."""
        hrefs = (element.get("href") for element in self.tree.iter("base"))
        return urljoin(self.url, next((href.strip() for href in hrefs if href), ""))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links of the page, in page order."""
        return tuple(find_links(self.tree, self.base))


def read_tree(text: str) -> etree._Element:
    """The tree of markup, however broken; a text without any gives an empty document."""
    tree, _ = grow_tree(text)
    return etree.Element("html") if tree is None else tree


def read_text(element: etree._Element) -> str:
    """All text of an element, white space folded."""
    return squeeze("".join(str(part) for part in element.itertext()))


def find_links(tree: etree._Element, base: str) -> Iterator[Link]:
    """Every link under ``tree`` that leads to an http(s) URL, by its address or by what its handler opens.

    Rows that are no links but open a page when they are pressed (``<li onclick="window.open('…')">``) count too.
    """
    for anchor in tree.iter("a", "area", "li", "tr", "div", "p", "span"):
        if anchor.tag in ("a", "area"):
            url = absolute(base, anchor.get("href")) or absolute(base, _pressed(anchor))
        elif anchor.get("onclick") and anchor.find(".//a[@href]") is None:
            url = absolute(base, _pressed(anchor))
        else:
            continue
        if url:
            yield Link(url, _title(anchor), _row_date(anchor))


def _pressed(element: etree._Element) -> str | None:
    """The address that an element's handler opens."""
    for handler in (element.get("onclick"), element.get("href")):
        match = _HANDLER.search(handler) if handler and ("(" in handler or "=" in handler) else None
        if match and _ADDRESS.match(match[1]):
            return match[1]
    return None


def absolute(base: str, href: str | None) -> str | None:
    """An absolute http(s) URL without fragment; ``None`` for scripts, mail, fragments alone and nonsense."""
    target = re.sub(r"[\t\r\n]", "", href or "").strip()
    if not target or target.startswith("#"):
        return None
    try:
        url = urldefrag(urljoin(base, target)).url
    except ValueError:
        return None
    return url.replace(" ", "%20") if url.startswith(("http://", "https://")) else None


def squeeze(text: str) -> str:
    """Text with runs of white space folded to one space."""
    return " ".join(text.split())


def _title(anchor: etree._Element) -> str:
    """The title attribute where the text is its beginning cut short, else the text, else an image's alt text."""
    text = _DAY_AT_END.sub("", read_text(anchor))
    full = squeeze(anchor.get("title") or "")
    if full and (not text or re.sub(r"(\.{2,}|…+)$", "", text) in full):
        return full
    return text or squeeze(" ".join(image.get("alt") or "" for image in anchor.iter("img")))


def _row_date(anchor: etree._Element) -> str | None:
    """The date beside a link, else the whole date inside it: a title's own "2022年1季度" is no date of its row."""
    beside = find_date(_text_beside(anchor))
    if beside:
        return beside
    inside = find_date(read_text(anchor))
    return inside if inside and len(inside) == 10 else None


def _text_beside(anchor: etree._Element) -> str:
    """What the link's row prints outside of links; the row is the largest ancestor that leads to no other page.

    A list item or table row with a second link (title and download) counts as far as that link.
    """
    row = anchor
    for ancestor in anchor.iterancestors():
        if ancestor.tag == "body" or _leads_elsewhere(ancestor, anchor):
            break
        row = ancestor
    parent = row.getparent()
    texts = _texts_after(row) if parent is not None and parent.tag in LIST_ROWS else _outer_texts(row)
    text = squeeze(" ".join(texts))
    return text if len(text) <= ROW_TEXT else ""


def _leads_elsewhere(ancestor: etree._Element, anchor: etree._Element) -> bool:
    """Whether an element links more than one page; one with very many links is no row whatever they lead to."""
    links = list(islice(ancestor.iter("a", "area"), MOST_LINKS + 1))
    return len(links) > MOST_LINKS or any(other.get("href") not in (None, "", anchor.get("href")) for other in links)


def _texts_after(row: etree._Element) -> Iterator[str]:
    """Texts of the row and of what follows it beside it, until something holds another link."""
    yield from _outer_texts(row)
    yield row.tail or ""
    for sibling in row.itersiblings():
        if any(anchor.get("href") for anchor in sibling.iter("a")):
            return
        yield read_text(sibling)
        yield sibling.tail or ""


def _outer_texts(element: etree._Element) -> Iterator[str]:
    """The texts of an element that stand in no link and no script."""
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            yield (node.tail or "") if node is not element else ""
        elif node.tag in {"a", "area", "script", "style"}:
            walker.skip_subtree()
        else:
            yield node.text or ""
