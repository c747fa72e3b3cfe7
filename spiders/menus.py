"""Links that a page's menus hold and its anchors do not: written by script, in drop-down lists, under headings."""

import re
from collections.abc import Iterator

from lxml import etree

from spiders.pages import Link, Page, absolute, read_text, squeeze
from spiders.rows import names_annual_list, plain

_WRITTEN = re.compile(
    r"<a\b[^>]*?\bhref\s*=\s*\\?[\"']([^\"'\\]+)\\?[\"'][^>]*>(.{1,80}?)<\\?/a", re.IGNORECASE | re.DOTALL
)
_MORE = re.compile(r"(?:查看|浏览|进入)?(?:更多|全部|详细|详情)?(?:more)?[\W_]*", re.IGNORECASE)
_HEADING = 24  # characters; what is longer is no heading
_LEVELS = 3  # elements from such a link to its heading's


def find_written_links(page: Page) -> Iterator[Link]:
    """Links that a script writes into the page."""
    for match in _WRITTEN.finditer("".join(_scripts(page))):
        url = absolute(page.base, match[1])
        if url:
            yield Link(url, squeeze(re.sub(r"<[^>]*>", "", match[2])))


def find_menu_links(page: Page) -> Iterator[Link]:
    """The entries of drop-down lists that are addresses, and links that say no more than 更多, by their heading."""
    for option in page.tree.iter("option"):
        value = (option.get("value") or "").strip()
        if "/" in value and (url := absolute(page.base, value)):
            yield Link(url, read_text(option))
    for anchor in page.tree.iter("a"):
        url = absolute(page.base, anchor.get("href"))
        if url and _MORE.fullmatch(read_text(anchor)) and (heading := _find_heading(anchor)):
            yield Link(url, heading)


def _find_heading(anchor: etree._Element) -> str | None:
    """The name of a list of annual reports that stands around a link, or just before what is around it."""
    element = anchor
    for _ in range(_LEVELS):
        before, parent = element.getprevious(), element.getparent()
        if parent is None:
            return None
        beside = [parent.text or "", *([read_text(before)] if before is not None else [])]
        for text in beside:
            if len(plain(text)) <= _HEADING and names_annual_list(text):
                return squeeze(text)
        element = parent
    return None


def _scripts(page: Page) -> Iterator[str]:
    for element in page.tree.iter("script"):
        yield "".join(str(part) for part in element.itertext())
