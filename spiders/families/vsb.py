"""VSB (博达): static lists whose pages are numbered backwards.

Recognise: articles at ``/info/1061/123.htm`` with ``#vsb_content`` or ``.v_news_content``, a list at ``xxgknb.htm``
whose pages lie in the folder of its name. Of four pages the list's own address is the first, ``xxgknb/3.htm`` the
second, ``xxgknb/1.htm`` the last: so an address keeps its rows while new ones come in front. Downloads:
``/system/_content/download.jsp?…``.

Pages: on a numbered page the next is one less; on the first it is the highest number that the page links, or one less
than the pages it states. The labels of its links say the same where they are links.

Rests on: general knowledge of the software ``[general]``; the walk is right with forward numbers too, because the
page's own next link wins.
"""

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from spiders.families.base import Family, Turn
from spiders.families.generic import find_linked_turn, find_stated_pages
from spiders.pages import Page

_ARTICLE = re.compile(r"/info/\d+/\d+\.html?$", re.IGNORECASE)
_MARK = re.compile(
    r"vsb_content|v_news_content|/system/_content|/system/resource|Visual SiteBuilder|_vsb_", re.IGNORECASE
)
_NUMBERED = re.compile(r"^(.+)/(\d+)(\.html?)$", re.IGNORECASE)


class Vsb(Family):
    """VSB; a member may override ``find_numbered`` where a template lays its pages elsewhere."""

    name = "vsb"

    def evidence(self, page: Page) -> int:
        """The software's marks, or the articles' addresses."""
        articles = any(_ARTICLE.search(urlsplit(link.url).path) for link in page.links)
        if _MARK.search(page.text):
            return 75 if articles else 50
        return 58 if articles else 0

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The page's own next link, and the numbers backwards as a further guess."""
        linked = find_linked_turn(page, turn)
        url = self.find_numbered(page, turn.number)
        if url is None or (linked and linked.url == url):
            return linked
        backwards = Turn(url, turn.number + 1)
        return replace(linked, otherwise=(*linked.otherwise, backwards)) if linked else backwards

    def find_numbered(self, page: Page, number: int) -> str | None:
        """The address of the next page by the software's rule; ``None`` behind the last."""
        path = urlsplit(page.url).path
        here = _NUMBERED.match(path)
        if here and number > 1:
            return urljoin(page.url, f"{here[1]}/{int(here[2]) - 1}{here[3]}") if int(here[2]) > 1 else None
        stem, dot, suffix = path.rpartition(".")
        if not dot:
            return None
        linked = (_NUMBERED.match(urlsplit(link.url).path) for link in page.links)
        numbers = [int(match[2]) for match in linked if match and match[1] == stem]
        last = max(numbers, default=(find_stated_pages(page) or 1) - 1)
        return urljoin(page.url, f"{stem}/{last}.{suffix}") if last > 0 else None
