"""Epoint (新点) EWB: lists that a front service answers as JSON to a POST of JSON.

Recognise: ``getgovinfolist`` in the page or its scripts, or the platform's folders ``EWB-FRONT`` and ``EWB_``.
Example: ``POST /EWB-FRONT/rest/lightfrontaction/getgovinfolist`` with ``{"deptcode": "", "categorynum": "003001003",
"siteGuid": "7eb5f7f1-…", "pageIndex": 0, "pageSize": 20}`` → ``{"custom": {"total": 38, "data": [{"title",
"realtitle", "infourl", "infodate"}]}}``. ``categorynum`` often stands in the list's own address
(``govInfoPub.html?categorynum=…``), ``siteGuid`` and the service's folder (``projectName``) in a script that the page
loads. Some servers count pages from 0, some from 1; some want the values inside ``{"params": {…}}``.

Rests on: requests and answers published by people who read such portals in Jiangsu, Liaoning and Shanghai.
"""

import json
import re
from urllib.parse import urljoin, urlsplit

from spiders.calls import Call
from spiders.categories import find_category
from spiders.families.base import Turn
from spiders.families.endpoints import Endpoint
from spiders.pages import Page
from spiders.parameters import PAGE_NAMES, SIZE_NAMES, find_parameter, name_of

_FOLDER = re.compile(r"\bEWB[-_]\w+|govInfoPub", re.IGNORECASE)
_WRAPPED = re.compile(r"['\"]?params['\"]?\s*:\s*\{")


class Epoint(Endpoint):
    """Epoint EWB; a member may override ``find_call``."""

    name = "epoint"
    endpoint = re.compile(r"/lightfrontaction/get\w*infolist|/getgovinfolist", re.IGNORECASE)
    usual = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
    sends = "json"
    takes = ("deptcode", "categorynum", "siteGuid")
    needs = ("categorynum", "siteGuid")
    page_name = "pageIndex"
    first = 0

    def evidence(self, page: Page) -> int:
        """The service's address, or the platform's folders."""
        if self.endpoint.search(page.text):
            return 92
        return 55 if _FOLDER.search(page.text) or _FOLDER.search(page.url) else 0

    def names_list(self, page: Page) -> bool:
        """Whether a tree of categories in the page's script has one of annual reports."""
        return find_category(page) is not None

    def wants_scripts(self, page: Page) -> bool:
        """The service's folder, too, may be named in a script alone."""
        folder = "projectName" in page.text and not find_parameter(page, "projectName")
        return super().wants_scripts(page) or folder

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """None before the service's folder is known."""
        return None if not turn.scripted and self.wants_scripts(page) else super().find_turn(page, turn)

    def find_call(self, page: Page) -> Call:
        """The service's address below the folder that the page's script names."""
        call = super().find_call(page)
        folder = find_parameter(page, "projectName")
        path = urlsplit(call.url).path
        url = urljoin(page.base, f"/{folder.strip('/')}{path}") if folder and path.startswith("/rest/") else call.url
        values = {name: value for name, value in call.values.items() if name not in ("params", "token")}
        if category := find_category(page):
            values["categorynum"] = category
        if self.endpoint.search(page.text) and _WRAPPED.search(page.text):
            values["params"] = "wrapped"
        return Call(url, "json", values)

    def make_turn(self, call: Call, index: int, size: int) -> Turn:
        """A body of JSON; page and size are numbers."""
        values: dict[str, str | int] = {name: value for name, value in call.values.items() if name != "params"}
        values = {name: values.get(name, "") for name in self.takes} | values
        values[name_of(call.values, PAGE_NAMES, self.page_name)] = index
        values[name_of(call.values, SIZE_NAMES, "pageSize")] = size
        body = {"params": values} if "params" in call.values else values
        return Turn(call.url, body=json.dumps(body, ensure_ascii=False))
