"""Hanweb JCMS (大汉): lists served in pieces by a data proxy.

Recognise: ``dataproxy.jsp`` in the page; lists at ``/col/col123/index.html``, articles at
``/art/2023/1/29/art_123_456.html``. The first rows stand in the page itself, in ``<script type="text/xml">`` as
``<datastore><recordset><record><![CDATA[<li>…</li>]]></record>…``, often three screens at once; the rest come by
``POST /module/web/jpage/dataproxy.jsp?startrecord=16&endrecord=30&perpage=15`` with the list's parameters
(``columnid``, ``unitid``, ``webid`` …), which stand in the page's script or in an address in it.

Pages: records are counted, not pages: the next request begins behind the last record read. Some servers obey ``page=``
alone and answer anything else with page one, some take no POST; that is tried when the first way brought nothing new.
The answers are not always well-formed XML, so records are cut out of the text. ``perpage`` stays at 100 or less.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from spiders.families.base import Family, Turn
from spiders.families.generic import find_linked_turn
from spiders.pages import Link, Page, find_links, read_tree
from spiders.parameters import find_parameter

PROXY = "/module/web/jpage/dataproxy.jsp"
FIELDS = (
    "col",
    "appid",
    "webid",
    "path",
    "columnid",
    "sourceContentType",
    "unitid",
    "webname",
    "permissiontype",
)
MOST_PER_PAGE = 100
USUAL_PER_PAGE = 15
WAYS = ("record", "page", "query")  # by range, by page, and all of it in a GET

_RECORD = re.compile(r"<record\b[^>]*>(.*?)(?:</record\s*>|(?=<record\b)|$)", re.IGNORECASE | re.DOTALL)
_CDATA = re.compile(r"^\s*<!\[CDATA\[(.*?)(?:\]\]>\s*)?$", re.DOTALL)
_ADDRESS = re.compile(r"[^\s'\"<>()]*dataproxy\.jsp(?:\?[^\s'\"<>()]*)?", re.IGNORECASE)
_OBJECT = re.compile(r"\{[^{}]*\b(?:unitid|columnid)\b[^{}]*\}", re.IGNORECASE)
_TOTAL = re.compile(r"totalrecords?\W{1,12}(\d{1,9})\b", re.IGNORECASE)
_PER_PAGE = re.compile(r"perpage\W{1,12}(\d{1,4})\b", re.IGNORECASE)
_COLUMN = re.compile(r"/col/col(\d+)/")
_ARTICLE = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_")


class Hanweb(Family):
    """Hanweb JCMS; a member may override ``find_fields`` where a template hides the list's parameters."""

    name = "hanweb"

    def evidence(self, page: Page) -> int:
        """The proxy's address, the inline records, or the addresses of columns and articles."""
        if "dataproxy.jsp" in page.text or "<datastore" in page.text.lower():
            return 95
        return 40 if _COLUMN.search(page.url) or any(_ARTICLE.search(link.url) for link in page.links) else 0

    def find_signs(self, page: Page) -> tuple[str, ...]:
        """How many records stand in the page, and of how many."""
        records, total = len(read_records(page.text)), _number(_TOTAL, page.text)
        return (f"data proxy, {records} of {total or 'unknown'} records inline",)

    def find_links(self, page: Page, turn: Turn) -> tuple[Link, ...]:
        """The links of the records; on the first page those of its markup too."""
        records = tuple(link for record in read_records(page.text) for link in find_links(read_tree(record), page.base))
        return records if turn.scripted else records + page.links

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The records behind those read so far."""
        fields = tuple(parse_qsl(turn.carried("fields") or "", keep_blank_values=True)) or self.find_fields(page)
        if not fields:
            return find_linked_turn(page, turn)
        arrived = len(read_records(page.text))
        read, total = turn.count("read") + arrived, _number(_TOTAL, page.text) or turn.count("total")
        if turn.scripted and not arrived:
            return None
        per_page = min(_number(_PER_PAGE, page.text) or turn.count("per_page") or USUAL_PER_PAGE, MOST_PER_PAGE)
        # Without inline records the first page may show its rows as markup: then they come a second time and bring
        # nothing new, and the guess behind begins after them.
        starts = [read] if read else [0, per_page]
        ways = [turn.carried("by")] if turn.carried("by") else list(WAYS)
        proxy = turn.carried("proxy") or _proxy_url(page)
        carry = (("proxy", proxy), ("total", str(total)), ("per_page", str(per_page)))
        first, *guesses = (
            _turn(turn.number + 1, fields, carry, start=start, by=str(way)) for way in ways for start in starts
        )
        beyond = bool(total and read >= total)
        return replace(first, otherwise=() if beyond else tuple(guesses), beyond=beyond)

    def find_fields(self, page: Page) -> tuple[tuple[str, str], ...]:
        """The parameters of the page's list: of several lists the one of the page's own column."""
        sets = list(_field_sets(page.text))
        column = _COLUMN.search(page.url)
        own = [fields for fields in sets if column and fields.get("columnid") == column[1]]
        chosen = next(iter(own or sets), {}) or _loose_fields(page)
        # What an object takes from elsewhere ({unitid: $('#unitid').val()}) is looked up by its name.
        return tuple((name, chosen[name] or find_parameter(page, name) or "") for name in FIELDS if name in chosen)


def read_records(text: str) -> list[str]:
    """The markup of each record of a datastore, in order."""
    records = []
    for match in _RECORD.finditer(text):
        inner = _CDATA.match(match[1])
        markup = inner[1] if inner else match[1]
        records.append(unescape(markup) if "<" not in markup else markup)
    return records


def _field_sets(text: str) -> Iterator[dict[str, str]]:
    """Every set of list parameters in a page: as an object in script, or as the query of the proxy's address."""
    for match in _OBJECT.finditer(text):
        pairs = re.findall(r"['\"]?(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([^,'\"}\s]+))", match[0])
        yield {name: one or two or (three if three.isdigit() else "") for name, one, two, three in pairs}
    for match in _ADDRESS.finditer(text):
        query = dict(parse_qsl(urlsplit(unescape(match[0])).query, keep_blank_values=True))
        if "unitid" in query or "columnid" in query:
            yield query


def _loose_fields(page: Page) -> dict[str, str]:
    """The parameters where a template spreads them over inputs and variables."""
    if "dataproxy.jsp" not in page.text:
        return {}
    found = {name: value for name in FIELDS if (value := find_parameter(page, name))}
    return found if "columnid" in found or "unitid" in found else {}


def _proxy_url(page: Page) -> str:
    address = _ADDRESS.search(page.text)
    return urljoin(page.base, unescape(address[0]).partition("?")[0] if address else PROXY)


def _number(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return int(match[1]) if match else 0


def _turn(
    number: int, fields: tuple[tuple[str, str], ...], carry: tuple[tuple[str, str], ...], *, start: int, by: str
) -> Turn:
    known = dict(carry)
    per_page = int(known["per_page"])
    if by == "page":
        query = {"page": start // per_page + 1, "perpage": per_page}
    else:
        query = {"startrecord": start + 1, "endrecord": start + per_page, "perpage": per_page}
    carry = (*carry, ("read", str(start)), ("by", by), ("fields", urlencode(fields)))
    if by == "query":
        counted = {"page": start // per_page + 1, "startrecord": start + 1, "endrecord": start + per_page}
        everything = dict(fields) | {name: str(value) for name, value in counted.items()} | {"perpage": str(per_page)}
        return Turn(f"{known['proxy']}?{urlencode(everything)}", number, carry=carry, scripted=True)
    return Turn(f"{known['proxy']}?{urlencode(query)}", number, fields, carry=carry, scripted=True)
