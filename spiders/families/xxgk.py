"""Hanweb's disclosure module (大汉): annual reports by organ and year, and a catalogue that a search fills.

Recognise: ``/module/xxgk/`` in the page or its address. Examples: ``/module/xxgk/xxgkAnnualReport.jsp?area=<credit
code>& fbtime=2023`` shows one year of one organ, its rows or the report itself; ``POST /module/xxgk/search.jsp`` with
``infotypeId``, ``jdid``, ``area``, ``divid`` and ``currpage=2`` → markup with the rows of one page. The values stand
in the page's script, or in the addresses of the module's parts (``tree.jsp?area=…``). Years are lists of their own.

Rests on: requests published by people who read such portals in Zhejiang and Heilongjiang; the annual reports' page on
addresses alone.
"""

import re

from spiders.calls import Call
from spiders.families.endpoints import Endpoint
from spiders.pages import Page
from spiders.parameters import find_parameter

_MODULE = re.compile(r"/module/xxgk/", re.IGNORECASE)
FIELDS = ("infotypeId", "jdid", "area", "divid")
FIXED = {"vc_title": "", "vc_number": "", "vc_filenumber": "", "vc_all": "", "texttype": "", "fbtime": ""}


class Xxgk(Endpoint):
    """Hanweb's disclosure module; a member may override ``find_call``."""

    name = "xxgk"
    endpoint = re.compile(r"/module/xxgk/search\.jsp", re.IGNORECASE)
    sends = "form"
    page_name = "currpage"
    size_name = None

    def evidence(self, page: Page) -> int:
        """The module's folder; less than the data proxy, whose pages may link to the module."""
        if self.endpoint.search(page.text):
            return 94
        return 80 if _MODULE.search(page.url) else 0

    def find_call(self, page: Page) -> Call:
        """The search with the values of the page's catalogue."""
        call = super().find_call(page)
        if not call.url:
            return call
        found = {name: value for name in FIELDS if (value := find_parameter(page, name))}
        written = {name: value for name, value in call.values.items() if value or name not in found}
        return Call(call.url, "form", FIXED | found | written)
