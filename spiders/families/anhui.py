"""Anhui openness (安徽政务公开): annual reports that are told by their address.

Recognise: articles at ``/XxgkAnnualReport/show/<id>.html`` or ``/OpennessAnnualReport/show/<id>.html``, lists at
``/showList/325/page/2.html`` (the first page is ``/showList/325.html`` or ``…/page/1.html``).

Pages: the page's own links; where a script hides them, the next number in the path, as long as rows come.

Rests on: addresses seen in public material. What surrounds them could only be proved by a real portal.
"""

import re
from urllib.parse import urlsplit

from spiders.families.base import Family, Turn
from spiders.families.generic import find_linked_turn, find_stated_pages
from spiders.pages import Page

_ARTICLE = re.compile(r"/(?:Xxgk|Openness)AnnualReport/show/", re.IGNORECASE)
_LIST = re.compile(r"(/showList/[\w-]+)(?:/page/(\d+))?(\.html)?/?$", re.IGNORECASE)


class Anhui(Family):
    """Anhui openness; a member may override ``find_turn``."""

    name = "anhui"

    def evidence(self, page: Page) -> int:
        """The articles' addresses, or the list's."""
        if _ARTICLE.search(page.text):
            return 88
        return 65 if _LIST.search(urlsplit(page.url).path) else 0

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The page's own pager, else the next number in the list's path."""
        linked = find_linked_turn(page, turn)
        parts = urlsplit(page.url)
        path = _LIST.search(parts.path)
        if linked or path is None:
            return linked
        number = int(path[2] or 1) + 1
        beyond = (find_stated_pages(page) or 0) < number
        url = parts._replace(path=f"{parts.path[: path.start()]}{path[1]}/page/{number}{path[3] or '.html'}").geturl()
        return Turn(url, turn.number + 1, beyond=beyond)
