"""Parameters that a page's script hands to its server: found by name, however the page writes them down.

``siteId: "34"``, ``var siteId = 34``, ``data-siteid="34"``, ``<input name="siteId" value="34">``, ``…?siteId=34``: the
software of one make appears in all of these, because each portal's template is its own.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from spiders.pages import Page

PAGE_NAMES = frozenset(
    (
        *("page", "pageno", "pagenum", "pagenumber", "pageindex", "currpage", "curpage", "currentpage"),
        *("pagecurrent", "currentpageno", "pn", "p"),
    )
)
SIZE_NAMES = frozenset(("pagesize", "perpage", "_pagesize", "rows", "limit", "size", "pagerows"))
_PAIR = re.compile(r"['\"]?([\w$-]+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|(-?\d[\w.-]*|true|false|null))")
_PLACEHOLDER = re.compile(r"\$\{|\{\{|<%|^\s*\+|\+\s*$")


class Address(NamedTuple):
    """An address of a server's endpoint: absolute, without its query, and the query's pairs in their order."""

    url: str
    query: tuple[tuple[str, str], ...] = ()


def find_parameter(page: Page, name: str, linked: bool = True) -> str | None:
    """The first value, no blank one, that a page gives a parameter: in its own address, then in script and markup.

    ``linked``: last of all in the query of an address that the page names.
    """
    for key, value in parse_qsl(urlsplit(page.url).query):
        if key.lower() == name.lower() and value:
            return value
    text = _unescaped(page.text)
    patterns = _patterns(name.lower())
    for pattern in patterns if linked else patterns[:-1]:
        for match in pattern.finditer(text):
            value = next((group for group in match.groups() if group), "").strip()
            if value and not _PLACEHOLDER.search(value):
                return value
    return None


def find_pairs(text: str) -> dict[str, str]:
    """The names and plain values of an object written in script or in an attribute; the first of each name counts."""
    pairs: dict[str, str] = {}
    for match in _PAIR.finditer(unescape(text)):
        pairs.setdefault(match[1], next((group for group in match.groups()[1:] if group is not None), ""))
    return pairs


def find_addresses(page: Page, endpoint: re.Pattern[str]) -> Iterator[Address]:
    """Every address in a page, written in markup or in script, whose path has ``endpoint`` in it; in page order.

    A query that script completes (``…?page=" + n``) is read as far as it is written.
    """
    # Paths hold no quotes; a blank, a bracket or an angle ends them in any markup.
    pattern = re.compile(rf"[\w.~:/%@-]*(?:{endpoint.pattern})[\w.~:/%@-]*(?:\?[^\s'\"<>()\\]*)?", endpoint.flags)
    for match in pattern.finditer(_unescaped(page.text).replace("\\/", "/")):
        written, _, query = match[0].partition("?")
        try:
            url = urljoin(page.base, written)
        except ValueError:
            continue
        if url.startswith(("http://", "https://")):
            yield Address(url, tuple(parse_qsl(query, keep_blank_values=True)))


def find_hidden_fields(page: Page, most: int = 200) -> dict[str, str]:
    """The hidden inputs of a page, by name."""
    inputs = (element for element in page.tree.iter("input") if (element.get("type") or "").lower() == "hidden")
    named = [(element.get("name") or element.get("id") or "", element.get("value") or "") for element in inputs]
    return {name: value for name, value in named[:most] if name}


def name_of(names: Mapping[str, str], known: frozenset[str], otherwise: str) -> str:
    """The name under which a server already takes one of the ``known`` parameters, else the usual one."""
    return next((name for name in names if name.lower() in known), otherwise)


@lru_cache(maxsize=8)
def _unescaped(text: str) -> str:
    return unescape(text)


@lru_cache(maxsize=512)
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """In the order of how plainly they speak: an assignment or pair, an input, a query."""
    word = re.escape(name)
    sources = (
        rf"(?<![\w$.]){word}['\"]?\s*[:=]\s*(?:'([^'\n]{{1,400}})'|\"([^\"\n]{{1,400}})\"|(\d[\w-]{{0,63}})(?![\w.(]))",
        rf"<input\b[^>]*\b(?:name|id)\s*=\s*['\"]?{word}['\"]?(?=[\s>/])[^>]*\bvalue\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^\s>'\"]+))",
        rf"<input\b[^>]*\bvalue\s*=\s*(?:'([^']*)'|\"([^\"]*)\")[^>]*\b(?:name|id)\s*=\s*['\"]?{word}['\"]?(?=[\s>/])",
        rf"\.{word}\s*=\s*(?:'([^'\n]{{1,400}})'|\"([^\"\n]{{1,400}})\"|(\d[\w-]{{0,63}})(?![\w.(]))",
        rf"[?&]{word}=([^&'\"\s<>+]{{1,400}})",
    )
    return tuple(re.compile(source, re.IGNORECASE) for source in sources)
