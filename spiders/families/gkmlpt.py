"""gkmlpt, Guangdong's platform of disclosure catalogues (政府信息公开目录平台): a page of script and an API of JSON.

Recognise: ``/gkmlpt/`` in the address or in the page. Example: ``/gkmlpt/index#1234`` shows category 1234, whose rows
come by ``GET /gkmlpt/api/all/1234?page=1&sid=755001`` as ``{"total": 130, "articles": [{"title", "url",
"display_publish_time", "publisher" …}]}``, 100 a page. ``SID`` and the tree of categories stand in the page's script.

The category is the one that the list's address names after ``#``; else the category, or the link to one, whose name
says annual report. Some portals put the platform below their own folder (``/bureau/gkmlpt/…``); the folder is kept.
"""

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from spiders.categories import find_category
from spiders.dates import read_instant
from spiders.families.base import Family, Turn
from spiders.families.endpoints import find_scripts
from spiders.pages import Link, Page, absolute, read_text
from spiders.rows import names_annual_list

_SID = re.compile(r"['\"]?\bsid['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_TEXT = r"\"((?:[^\"\\]|\\.)*)\""
_ID_NAME = re.compile(rf"['\"]?\bid['\"]?\s*:\s*['\"]?(\d+)['\"]?\s*,[^{{}}\[\]]*?['\"]?\bname['\"]?\s*:\s*{_TEXT}")
_NAME_ID = re.compile(rf"['\"]?\bname['\"]?\s*:\s*{_TEXT}\s*,[^{{}}\[\]]*?['\"]?\bid['\"]?\s*:\s*['\"]?(\d+)")
_CATEGORY = re.compile(r"#/?(\d+)$|/gkmlpt/api/all/(\d+)")
TIMES = ("display_publish_time", "first_publish_time", "publish_time", "date", "created_at", "create_time")


class Gkmlpt(Family):
    """gkmlpt; a member may override ``find_category`` where a portal names it otherwise."""

    name = "gkmlpt"

    def evidence(self, page: Page) -> int:
        """The platform's folder in the address or in what the page loads."""
        if "/gkmlpt/" in urlsplit(page.url).path:
            return 95
        return 60 if "/gkmlpt/api/" in page.text else 0

    def names_list(self, page: Page) -> bool:
        """Whether the tree of categories has one of annual reports, or may in a script that the platform loads."""
        shell = urlsplit(page.url).path.rstrip("/").endswith(("/gkmlpt", "/gkmlpt/index"))
        return bool(self.find_category(page, Turn(page.url))) or (
            shell and self.wants_scripts(page) and any(find_scripts(page))
        )

    def find_signs(self, page: Page) -> tuple[str, ...]:
        """The category of annual reports."""
        category = self.find_category(page, Turn(page.url))
        return (f"category {category}",) if category else ()

    def find_links(self, page: Page, turn: Turn) -> tuple[Link, ...]:
        """The articles of an answer of the API; the page of script has none of its own."""
        links = (_link(article, page.url) for article in _articles(page))
        return tuple(link for link in links if link)

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The API's first page from the page of script, then page by page until no row comes."""
        answer = _read_json(page)
        if answer is None:
            return self._first(page, turn)
        articles = _articles(page)
        if not articles:
            return None
        read, total = turn.count("read") + len(articles), answer.get("total")
        api, query = page.url.partition("?")[::2]
        number = int((re.search(r"\bpage=(\d{1,9})", query) or ["", "1"])[1]) + 1
        sid = (re.search(r"\bsid=(\d+)", query) or ["", ""])[1]
        following = _api_turn(api, number, sid, turn.number + 1, read)
        return replace(following, beyond=isinstance(total, int) and read >= total)

    def find_category(self, page: Page, turn: Turn) -> str | None:
        """The number of the category that holds the annual reports."""
        named = _CATEGORY.search(turn.url)
        if named:
            return named[1] or named[2]
        nodes = [(match[1], match[2]) for match in _ID_NAME.finditer(page.text)]
        nodes += [(match[2], match[1]) for match in _NAME_ID.finditer(page.text)]
        for anchor in page.tree.iter("a"):
            if target := _CATEGORY.search(anchor.get("href") or ""):
                nodes.append((target[1] or target[2], read_text(anchor)))
        found = next((number for number, name in nodes if names_annual_list(_plain(name))), None)
        return found or find_category(page)

    def wants_scripts(self, page: Page) -> bool:
        """Whether the site's number or the tree is not in the page."""
        return _read_json(page) is None and not (_SID.search(page.text) and self.find_category(page, Turn(page.url)))

    def _first(self, page: Page, turn: Turn) -> Turn | None:
        category, sid = self.find_category(page, turn), _SID.search(page.text)
        folder, found, _ = urldefrag(page.url).url.partition("/gkmlpt")
        if not category or not found:
            return None
        return _api_turn(f"{folder}/gkmlpt/api/all/{category}", 1, sid[1] if sid else "", turn.number + 1, 0)


def _api_turn(api: str, page: int, sid: str, number: int, read: int) -> Turn:
    query = {"page": str(page)} | ({"sid": sid} if sid else {})
    return Turn(f"{api}?{urlencode(query)}", number, carry=(("read", str(read)),), scripted=True)


def _read_json(page: Page) -> dict[str, Any] | None:
    try:
        answer = json.loads(page.text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _articles(page: Page) -> list[dict[str, Any]]:
    articles = (_read_json(page) or {}).get("articles")
    return [article for article in articles if isinstance(article, dict)] if isinstance(articles, list) else []


def _link(article: dict[str, Any], base: str) -> Link | None:
    url = absolute(base, str(article.get("url") or article.get("post_url") or ""))
    date = next((day for key in TIMES if (day := read_instant(article.get(key)))), None)
    return Link(urljoin(base, url), str(article.get("title") or ""), date) if url else None


def _plain(name: str) -> str:
    """A name as script writes it, with its escapes resolved."""
    try:
        return str(json.loads(f'"{name}"'))
    except ValueError:
        return name
