"""Lonsun (龙讯): disclosure by organ and type, its rows asked for by script.

Recognise: lists at ``/public/column/<organ>?type=3&timeFrame=2023`` (type 3 is annual reports), articles at
``/public/<organ>/<id>.html``. Example: ``GET /site/label/8888?labelName=publicInfoList&siteId=6781961&pageSize=15&
pageIndex=2&organId=1681&type=3&file=…`` → markup with the rows. The label's values stand in the page's script; what
the script takes from the list's own address (``type``, ``timeFrame``) is taken from there too. Years are lists of
their own.

Rests on: requests published by people who read such portals in Anhui, Jiangxi and Qinghai.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from spiders.calls import Call
from spiders.families.base import Turn
from spiders.families.endpoints import Endpoint
from spiders.pages import Page

_COLUMN = re.compile(r"/public/column/(\w+)", re.IGNORECASE)
_ARTICLE = re.compile(r"/public/\w+/\w+\.html$", re.IGNORECASE)
_PAGES = re.compile(r"\bpage_?count['\"]?\s*[:=]\s*['\"]?(\d{1,5})", re.IGNORECASE)
FROM_ADDRESS = ("type", "timeFrame", "catId", "organId", "action")


class Lonsun(Endpoint):
    """Lonsun; a member may override ``find_call`` where a template asks for another label."""

    name = "lonsun"
    endpoint = re.compile(r"/site/label/\w+", re.IGNORECASE)
    page_name = "pageIndex"
    size = 15

    def evidence(self, page: Page) -> int:
        """The label's address, the list's own, or those of the articles."""
        column = _COLUMN.search(urlsplit(page.url).path)
        if "publicInfoList" in page.text or (column and self.endpoint.search(page.text)):
            return 93
        if column:
            return 80
        return 42 if any(_ARTICLE.search(urlsplit(link.url).path) for link in page.links) else 0

    def find_call(self, page: Page) -> Call:
        """The label's call, with what it leaves open taken from the list's own address."""
        call = super().find_call(page)
        if not call.url:
            return call
        own = dict(parse_qsl(urlsplit(page.url).query))
        organ = _COLUMN.search(urlsplit(page.url).path)
        own |= {"organId": organ[1]} if organ else {}
        values = dict(call.values)
        for name in FROM_ADDRESS:
            if own.get(name) and not values.get(name) and (name in values or name in ("timeFrame", "type")):
                values[name] = own[name]
        return Call(call.url, "query", values)

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The label's next page, the page's own pager, or the list's address with the next number."""
        found = super().find_turn(page, turn)
        pages = _PAGES.search(page.text)
        if found or turn.scripted or not pages or int(pages[1]) <= turn.number:
            return found
        address, _, query = page.url.partition("?")
        pairs = dict(parse_qsl(query, keep_blank_values=True)) | {"pageIndex": str(turn.number + 1)}
        return Turn(f"{address}?{urlencode(pairs)}", turn.number + 1)
