"""Hanweb JPaaS (大汉): list units that a publishing server builds on request.

Recognise: ``/api-gateway/jpaas-publish-server/front/page/build/unit`` in the page; articles at
``/art/2025/art_<32 hex>.html``. Example: the element of the list carries ``url="/api-gateway/…/unit"`` and
``queryData="{'parseType':'bulidstatic','webId':'8d82…','tplSetId':'2097…','pageType':'column','tagId':'…','pageId':'c52d…'}"``
and its rows come by ``GET`` with these values and ``paramJson={"pageNo":2,"pageSize":15}`` →
``{"data": {"html": "<ul>…<div class='pagination' count='48' rows='24' pageNo='1'>"}}``. The page's number counts inside
``paramJson`` only; a bare ``pageNo`` is ignored. A page may hold several units: all but the list's are teasers, so the
one whose ``tagId`` or ``pageId`` says list or column wins, else the last.

Rests on: requests and answers published by people who read such portals (ministries and Zhejiang's governments).
"""

import json
import re

from spiders.answers import Answer, read_answer, read_json
from spiders.calls import Call
from spiders.families.base import Turn
from spiders.families.endpoints import Endpoint
from spiders.pages import Page
from spiders.parameters import find_pairs, find_parameter

_UNIT = re.compile(r"querydata\s*[=:]\s*(\"\s*\{[^\"]*\}\s*\"|'\s*\{[^']*\}\s*'|\{[^{}]*\})", re.IGNORECASE)
_LIST = re.compile(r"列表|分页|list|内容|栏目|当前", re.IGNORECASE)
_COUNT = re.compile(r"\bcount['\"]?\s*[=:]\s*['\"]?(\d+)", re.IGNORECASE)
FIELDS = ("parseType", "webId", "tplSetId", "pageType", "tagId", "editType", "pageId")


class Jpaas(Endpoint):
    """Hanweb JPaaS; a member may override ``find_values`` where a template writes its units otherwise."""

    name = "jpaas"
    endpoint = re.compile(r"/jpaas-publish-server/front/page/build/unit", re.IGNORECASE)
    usual = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    needs = ("pageId",)
    size = 15

    def evidence(self, page: Page) -> int:
        """The publishing server's address; more than JCMS has, whose marks the same portals keep."""
        if self.endpoint.search(page.text):
            return 96
        return 80 if "tplSetId" in page.text and _UNIT.search(page.text) else 0

    def find_call(self, page: Page) -> Call:
        """The address with the values of the list's unit."""
        call = super().find_call(page)
        values = self.find_values(page) or {name: value for name, value in call.values.items() if name != "paramJson"}
        return Call(call.url, "query", values)

    def find_values(self, page: Page) -> dict[str, str]:
        """The values of the unit that is the list, else those that script has under the same names."""
        units = [find_pairs(match[1]) for match in _UNIT.finditer(page.text)]
        units = [unit for unit in units if any(name.lower() == "pageid" for name in unit)]
        if units:
            lists = [unit for unit in units if _LIST.search(unit.get("tagId", ""))]
            return (lists or units)[-1]
        found = {name: find_parameter(page, name) for name in FIELDS}
        return {name: value for name, value in found.items() if value}

    def make_turn(self, call: Call, index: int, size: int) -> Turn:
        """The page's number and size travel together as JSON."""
        paged = Call(call.url, "query", {**call.values, "paramJson": json.dumps({"pageNo": index, "pageSize": size})})
        return self.ask(paged)

    def read(self, page: Page) -> Answer:
        """The rows of the markup inside the JSON, and the count that its pager states."""
        answer = read_answer(page)
        stated = _COUNT.search(json.dumps(read_json(page.text), ensure_ascii=False)) if answer.rows is None else None
        return Answer(answer.links, int(stated[1]) if stated else answer.rows, answer.pages)
