"""The addresses that a page links, and nothing more of it: for spiders that follow whatever they find.

A page of a portal repeats the same hundred links of its menus on every page, so what costs is not finding them but
making each a Request for the duplicate filter to drop. Here an address is made absolute once for all pages of a folder,
and told once in a crawl. ``spiders.pages`` reads titles and dates too, at ten times the cost.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from archive.writing.marks import Marks
from pipelines.clean.charset import decode
from spiders.pages import absolute

_MARK = (1 << 64) - 1
_MENUS = 1 << 12  # addresses kept as they were made absolute: the menus of some forty portals


def find_hrefs(body: bytes, url: str, content_type: str | None = None) -> list[str]:
    """The http(s) addresses that a page links, without fragments, each once, in page order; none in what is no text."""
    decoded = decode(body, content_type)
    if decoded is None:
        return []
    tree = LexborHTMLParser(decoded.text)
    base = _base_of(tree, url)
    folder = urljoin(base, "./")
    hrefs = dict.fromkeys(node.attrs.get("href") for node in tree.css("a[href], area[href]"))
    found = (_join(folder, base, href) for href in hrefs if href)
    return list(dict.fromkeys(filter(None, found)))


class Frontier:
    """The addresses met so far, each handed out once, in the order in which they were met.

    What waits is kept as text: a Request weighs ten times as much, and a portal's first page links a thousand. No more
    than ``width`` are under way at a time; whoever takes one says ``ended`` when it was answered or failed.
    """

    def __init__(self, width: int = 64) -> None:
        self._width = width
        self._met = Marks()
        self._waiting: deque[str] = deque()
        self._vias: deque[str | None] = deque()
        self._under_way = 0

    def meet(self, urls: Iterable[str], via: str | None = None) -> None:
        """Addresses that the page ``via`` links; those met before are passed over."""
        for url in urls:
            # 64 bits: two of a million addresses fall together once in 37 million crawls.
            if self._met.note(hash(url) & _MARK):
                self._waiting.append(url)
                self._vias.append(via)

    def take(self) -> Iterator[tuple[str, str | None]]:
        """The addresses whose turn it is, each with the page that first linked it."""
        while self._waiting and self._under_way < self._width:
            self._under_way += 1
            yield self._waiting.popleft(), self._vias.popleft()

    def ended(self) -> None:
        """One that was taken is no longer under way."""
        self._under_way -= 1


def _base_of(tree: LexborHTMLParser, url: str) -> str:
    bases = (node.attributes.get("href") for node in tree.css("base[href]"))
    return absolute(url, next(filter(None, bases), None)) or url


def _join(folder: str, base: str, href: str) -> str | None:
    # An address of a query alone keeps the page's own name, so a folder's memory does not know it.
    return absolute(base, href) if href.startswith(("?", "#")) else _join_in_folder(folder, href)


@lru_cache(maxsize=_MENUS)
def _join_in_folder(folder: str, href: str) -> str | None:
    return absolute(folder, href)
