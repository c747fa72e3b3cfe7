"""What a server's endpoint answers a list's script: JSON, JSONP, JSON around markup, or markup; its rows and totals.

Names differ from maker to maker and from version to version (``articles``, ``page.content``, ``custom.data``,
``data.results``), so rows are told by what they are: the longest list of objects that have a title and an address.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from spiders.dates import read_instant
from spiders.pages import Link, Page, absolute, find_links, read_text, read_tree, squeeze
from spiders.templates import Template

URLS = (
    *("url", "infourl", "href", "link", "linkurl", "puburl", "docpuburl", "post_url", "articleurl", "docurl", "weburl"),
    *("pageurl", "visiturl", "staticurl", "detailurl", "contenturl", "newsurl", "htmlurl", "jumpurl", "uri", "path"),
)
TITLES = (
    *("realtitle", "fulltitle", "title", "infotitle", "doctitle", "articletitle", "newstitle", "headline", "subject"),
    *("titlename", "name", "docname", "text", "label"),
)
# Of several times in a row the one that says when it was published, then any.
TIMES = (
    *("display_publish_time", "first_publish_time", "publishedtimestr", "publish_time", "publishtime", "publishdate"),
    *("pubdate", "pubtime", "infodate", "docreltime", "trs_time", "docpubtime", "releasedate", "publishedtime", "date"),
    *("time", "created_at", "create_time", "createdate", "createtime"),
)
TOTALS = (
    *("total", "totalcount", "totalelements", "totalrecord", "totalrecords", "totalrows", "recordcount", "totalnum"),
    *("totalsize", "count"),
)
PAGES = ("totalpages", "pagecount", "totalpage", "pages", "pagetotal")
_JSONP = re.compile(r"^\s*[\w$.]*\s*\(\s*(?=[\[{])")
_MARKUP = re.compile(r"<\s*(?:a|li|tr|table|ul|div)\b", re.IGNORECASE)
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer in order, and how many rows and pages there are in all, where it says so."""

    links: tuple[Link, ...] = ()
    rows: int | None = None
    pages: int | None = None


def read_answer(page: Page) -> Answer:
    """The rows of whatever an endpoint answered; an answer that is markup gives its links."""
    value = read_json(page.text)
    if value is None:
        return Answer(page.links)
    links = find_rows(value, page.base) or tuple(_links_in_markup(value, page.base))
    return Answer(links, _find_number(value, TOTALS), _find_number(value, PAGES))


def read_json(text: str) -> Any:
    """The value of JSON or JSONP; ``None`` where a text is neither."""
    source = text.strip().lstrip("\ufeff")
    if call := _JSONP.match(source):
        source = source[call.end() :].rstrip("; \r\n\t").removesuffix(")")
    if source[:1] not in ("{", "["):
        # Some servers quote the whole answer once more.
        return read_json(json.loads(source)) if _is_quoted(source) else None
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def find_rows(value: Any, base: str, templates: tuple[Template, ...] = ()) -> tuple[Link, ...]:
    """The rows of the list that has most of them, of equals the first; templates make the addresses that rows lack."""
    best: tuple[Link, ...] = ()
    for rows in _lists(value):
        links = tuple(link for row in rows if isinstance(row, dict) and (link := _link(row, base, templates)))
        if len(links) > len(best):
            best = links
    return best


def _is_quoted(source: str) -> bool:
    if not (source.startswith('"{') or source.startswith('"[')):
        return False
    try:
        return isinstance(json.loads(source), str)
    except ValueError:
        return False


def _lists(value: Any, depth: int = 0) -> Iterator[list[Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        yield value
    for child in _children(value):
        # A list may travel as text of its own.
        inner = read_json(child) if isinstance(child, str) and child.lstrip()[:1] in ("[", "{") else child
        if isinstance(inner, dict | list):
            yield from _lists(inner, depth + 1)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _link(row: dict[str, Any], base: str, templates: tuple[Template, ...]) -> Link | None:
    keys = {key.lower(): value for key, value in row.items() if isinstance(key, str)}
    title = next((text for key in TITLES if (text := _plain(keys.get(key)))), "")
    urls = (absolute(base, value) for key in URLS if isinstance(value := keys.get(key), str) and value.strip())
    filled = (template.fill(keys) for template in templates)
    url = next(filter(None, urls), None) or next(filter(None, filled), None)
    date = next((day for key in TIMES if (day := read_instant(keys.get(key)))), None)
    return Link(url, title, date) if url and title else None


def _plain(value: Any) -> str:
    """A title without the marks that a search puts around its words."""
    if not isinstance(value, str):
        return ""
    return read_text(read_tree(f"<p>{value}</p>")) if "<" in value or "&" in value else squeeze(value)


def _links_in_markup(value: Any, base: str, depth: int = 0) -> Iterator[Link]:
    """The links of every text in JSON that is markup."""
    if depth > _DEEPEST:
        return
    for child in _children(value):
        if isinstance(child, str) and _MARKUP.search(child):
            yield from find_links(read_tree(child), base)
        elif isinstance(child, dict | list):
            yield from _links_in_markup(child, base, depth + 1)


def _find_number(value: Any, names: tuple[str, ...]) -> int | None:
    """The number under the first of these names, outer objects before inner ones."""
    level, depth = [value], 0
    while level and depth <= _DEEPEST:
        for node in level:
            if isinstance(node, dict):
                keys = {key.lower(): number for key, number in node.items() if isinstance(key, str)}
                found = (_number(keys.get(name)) for name in names)
                if (number := next((one for one in found if one is not None), None)) is not None:
                    return number
        level = [child for node in level for child in _children(node) if isinstance(child, dict | list)]
        depth += 1
    return None


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value.strip()) else None
