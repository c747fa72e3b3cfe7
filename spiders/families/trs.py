"""TRS WCM (拓尔思): static list pages with a pager written by script.

Recognise: a call ``createPageHTML(5, 0, "index", "html")`` (pages in all, index of this one from 0, file name, file
extension; some templates put a container's id before and the number of records behind), or the same pager spelled out
with ``var countPage = 5`` and ``var currentPage = 0``; articles are ``./202302/t20230218_123.html``.

Pages: the second page is ``index_1.html`` on most portals, and ``index_2.html`` on those whose list itself ends in
``index.html``. A wrong guess silently serves page one again or, where the guess is too high, would skip a page; so the
lower number is tried first, and the higher one when that brought an error or nothing new. Where the first page calls
itself page 1 and not 0, files bear the pages' own numbers, and that guess goes first. What page two settled holds for
the pages after it. Without a script the page's own links are followed.
"""

import re
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from spiders.families.base import Family, Turn
from spiders.families.generic import find_linked_turn
from spiders.pages import Page

_CALL = re.compile(
    r"createPageHTML\s*\(\s*(?:['\"][^'\"]*['\"]\s*,\s*)?"
    r"['\"]?(\d{1,6})['\"]?\s*,\s*['\"]?(\d{1,6})['\"]?\s*,\s*['\"]([^'\"]+)['\"]\s*,\s*['\"]\.?(\w+)['\"]",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bvar\s+n?(?:count_?page|page_?count)\s*=\s*['\"]?(\d{1,6})\b", re.IGNORECASE)
_CURRENT = re.compile(r"\bvar\s+n?curr(?:ent)?_?(?:page|index)\s*=\s*['\"]?(\d{1,6})", re.IGNORECASE)
_SPELLED = re.compile(r"['\"(]\s*([A-Za-z][\w-]*)\\?['\"]\s*\+\s*\\?['\"]_\\?['\"]")
_EXTENSION = re.compile(r"['\".](s?html?|jhtml|jsp|aspx?)\b", re.IGNORECASE)
_WORDS = ("createpagehtml", "countpage", "count_page", "pagecount", "page_count")
_ARTICLE = re.compile(r"/t(?:19|20)\d{6}_\d+\.\w+$")


class Pager(NamedTuple):
    """What the script says: pages in all, which of them this is, and how their files are called."""

    total: int
    current: int
    name: str
    extension: str


class Trs(Family):
    """TRS WCM; a member may override ``read_pager`` where a template calls its pager otherwise."""

    name = "trs"

    def evidence(self, page: Page) -> int:
        """The pager's call, its variables, or the articles' addresses."""
        if _CALL.search(page.text):
            return 90
        if self.read_pager(page):
            return 70
        return 40 if "TRS_Editor" in page.text or any(_ARTICLE.search(link.url) for link in page.links) else 0

    def find_signs(self, page: Page) -> tuple[str, ...]:
        """What the pager says."""
        pager = self.read_pager(page)
        return (f"pager of {pager.total} pages, {pager.name}.{pager.extension}",) if pager else ()

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The next file: both guesses for page two, then the one that held."""
        pager = self.read_pager(page)
        if pager is None:
            linked = find_linked_turn(page, turn)
            if linked or not turn.carried("pages"):
                return linked
            # Only the first page bears the pager.
            pager = Pager(turn.count("pages"), turn.number, turn.carried("name") or "", turn.carried("extension") or "")
        number = turn.number + 1
        settled = turn.carried("offset")
        offsets = [int(settled)] if settled else [0, -1] if pager.current == turn.number else [-1, 0]
        first, *guesses = (self._file(page, pager, number, offset) for offset in offsets)
        return replace(first, otherwise=tuple(guesses), beyond=number > pager.total)

    def read_pager(self, page: Page) -> Pager | None:
        """The pager as the page's script states it; of several calls the one with the most pages."""
        # Patterns that take capitals for small letters are slow, and few pages have a pager.
        lowered = page.text.lower()
        if not any(word in lowered for word in _WORDS):
            return None
        calls = [Pager(int(call[1]), int(call[2]), call[3], call[4]) for call in _CALL.finditer(page.text)]
        if calls:
            return max(calls, key=lambda pager: pager.total)
        count = _COUNT.search(page.text)
        current = _CURRENT.search(page.text)
        if not count or not current:
            return None
        name, extension = (pattern.search(page.text, count.start()) for pattern in (_SPELLED, _EXTENSION))
        return Pager(
            int(count[1]), int(current[1]), name[1] if name else "index", extension[1] if extension else "html"
        )

    @staticmethod
    def _file(page: Page, pager: Pager, number: int, offset: int) -> Turn:
        folder = page.base if urlsplit(page.base).path else page.base + "/"
        url = urljoin(folder, f"{pager.name}_{number + offset}.{pager.extension}")
        carry = {"offset": offset, "pages": pager.total, "name": pager.name, "extension": pager.extension}
        return Turn(url, number, carry=tuple((key, str(value)) for key, value in carry.items()))
