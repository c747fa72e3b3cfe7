"""ucap (开普): static list pages, or lists that its search service answers as JSON.

Recognise: ``/common/search/<32 hex>`` (or ``/searchList/``, ``/search/``) in the page; ``#UCAP-CONTENT``; lists at
``/<site>/c115990/zfxxgk_list.shtml``, articles at ``/<site>/c115990/202301/<32 hex>.shtml``.

Pages: with a search address by ``GET /common/search/<hex>?_isJson=true&_pageSize=50&page=2`` → ``{"data": {"total",
"results": [{"title", "url", "publishedTimeStr"}]}}`` (addresses without a scheme; some servers ignore the size).
Without one the second page is ``zfxxgk_list_2.shtml``, or ``list_2.shtml`` beside the list, as ``createPageHTML`` says
where it stands (its current page counts from 1 here).

Rests on: requests and answers published by people who read such portals (several ministries, Gansu, Xinjiang).
"""

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from spiders.calls import Call
from spiders.families.base import Turn
from spiders.families.endpoints import Endpoint
from spiders.families.generic import find_linked_turn, find_stated_pages
from spiders.families.trs import Trs
from spiders.pages import Page
from spiders.parameters import find_parameter

_HEX = r"[0-9a-f]{8,40}"
_ARTICLE = re.compile(rf"/c\d{{4,}}/(?:\d{{6}}/)?(?:c\d+_\d+|{_HEX})\.shtml$", re.IGNORECASE)
_LIST = re.compile(r"/c\d{4,}/[\w-]*(?:list|index)[\w-]*\.shtml$", re.IGNORECASE)
_MARK = re.compile(r"UCAP-CONTENT|/common/search|pages_content", re.IGNORECASE)
_NUMBERED = re.compile(r"_\d+$")


class Ucap(Endpoint):
    """ucap; a member may override ``find_call`` or ``find_files``."""

    name = "ucap"
    endpoint = re.compile(rf"/(?:common/search|searchList|search)/{_HEX}\b", re.IGNORECASE)
    size_name = "_pageSize"
    size = 50

    def evidence(self, page: Page) -> int:
        """The search service's address, the body's mark, or the addresses of lists and articles."""
        if self.endpoint.search(page.text):
            return 92
        if _LIST.search(urlsplit(page.url).path) or _MARK.search(page.text):
            return 60
        return 45 if any(_ARTICLE.search(link.url) for link in page.links) else 0

    def find_call(self, page: Page) -> Call:
        """The search's address; the channel may stand apart from it."""
        call = super().find_call(page)
        if not call.url and "/common/search" in page.text and (channel := find_parameter(page, "channelId")):
            call = Call(urljoin(page.base, f"/common/search/{channel}"))
        values = {name: value for name, value in call.values.items() if value}
        return Call(call.url, "query", {"_isJson": "true"} | values) if call.url else call

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The search's next page, or the next file."""
        if turn.scripted or self.find_call(page).url:
            return super().find_turn(page, turn)
        return Trs().find_turn(page, turn) or find_linked_turn(page, turn) or self.find_files(page, turn)

    def find_files(self, page: Page, turn: Turn) -> Turn | None:
        """The next file by the software's rule; on trial where the page does not say that there are more."""
        stem, _, suffix = page.url.partition("?")[0].rpartition(".")
        if not _LIST.search(urlsplit(page.url).path):
            return None
        number = turn.number + 1
        beyond = (find_stated_pages(page) or 0) < number
        own = Turn(f"{_NUMBERED.sub('', stem)}_{number}.{suffix}", number, beyond=beyond)
        return replace(own, otherwise=(Turn(urljoin(page.base, f"list_{number}.{suffix}"), number),))
