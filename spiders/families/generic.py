"""Any portal: next links and numbered links.

Recognise: nothing else fits. Example: ``<a href="list_2.htm">下一页</a>``, or ``<a href="?page=2">2</a>`` in a pager
without a next link. The next link wins over the numbers; a number counts only if it leads to the same host and to a
path like the page's own, because calendars are made of numbers too. Script pagers (``javascript:``) are not followed.
"""

import re
from urllib.parse import urlsplit

from spiders.families.base import Family, Turn
from spiders.pages import Link, Page, absolute

NEXT = re.compile(r"(?:下一?页|下页|后一页|后页|next(?:\s*page)?)\s*[>»›]*|[>›]", re.IGNORECASE)


class Generic(Family):
    """Follows what a person would click."""

    name = "generic"

    def evidence(self, page: Page) -> int:
        """A fallback for every page."""
        return 1

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """By the next link, else by the link that bears the next number."""
        return find_linked_turn(page, turn)


def find_linked_turn(page: Page, turn: Turn) -> Turn | None:
    """The turn that a page's own next link or numbered link makes."""
    url = _next_url(page) or _numbered_url(page, turn.number + 1)
    return Turn(url, turn.number + 1) if url else None


def _next_url(page: Page) -> str | None:
    for element in page.tree.iter("link", "a"):
        url = absolute(page.base, element.get("href")) if element.get("rel") == "next" else None
        if url and url != page.url:
            return url
    return next((link.url for link in page.links if NEXT.fullmatch(link.title) and _is_neighbour(link, page)), None)


def _numbered_url(page: Page, number: int) -> str | None:
    label = re.compile(rf"[\[(（第]?\s*{number}\s*[\])）页]?")
    found = (link.url for link in page.links if label.fullmatch(link.title) and _is_neighbour(link, page))
    return next((url for url in found if _stem(url) == _stem(page.url)), None)


def _is_neighbour(link: Link, page: Page) -> bool:
    return link.url != page.url and urlsplit(link.url).netloc == urlsplit(page.url).netloc


def _stem(url: str) -> str:
    """The folder of a path: pages of one list differ in the file name or the query."""
    return urlsplit(url).path.rpartition("/")[0]
