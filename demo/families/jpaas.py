"""Hanweb JPaaS: units that a publishing server builds; the page holds a teaser's unit before the list's.

Cruelty: a bare ``pageNo`` is ignored and answered with page one; the page itself shows the first three rows.
"""

import json
from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply, digest
from demo.rendering.page import Article, Chrome, Neighbours

CONTAINER = "article-content"
_PATH = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_PAGE = digest("page")


def article_path(list_path: str, published: str, number: int) -> str:
    """``/art/2025/art_<32 hex>.html``."""
    return f"/art/{published[:4]}/art_{digest(f'{list_path}/{number}')}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments lie in the server's store."""
    path = f"/cms_files/filemanager/{number}/attach/{digest(article)}.{suffix}"
    return path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div class="article-content" id="zoom">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The column page: a teaser's unit, then the list's."""
    units = _unit("首页要闻", digest("teaser")) + _unit("当前栏目_list", _PAGE)
    inner = f'{units}<div class="page-content"><ul>{pages.list_rows(articles[:3])}</ul></div>'
    return {chrome.list_path: pages.write_list(chrome, inner)}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """A built unit."""
    if path != _PATH:
        return None
    wish = json.loads(asked.get("paramJson") or "{}")
    number, size = int(wish.get("pageNo", 1)), min(15, int(wish.get("pageSize", 15)))
    rows = pages.page_of(articles, number, size) if asked.get("pageId") == _PAGE else articles[:0]
    html = (
        f"<div class='page-content'><ul>{pages.list_rows(rows)}</ul></div>"
        f"<div class='pagination' count='{len(articles)}' rows='{size}' pageNo='{number}'></div>"
    )
    text = json.dumps({"success": True, "code": "200", "data": {"html": html}}, ensure_ascii=False)
    return Reply(text, "application/json;charset=UTF-8")


def _unit(tag: str, page: str) -> str:
    values = {"parseType": "bulidstatic", "webId": digest("web"), "tplSetId": digest("template"), "pageType": "column"}
    query = (
        "{" + ",".join(f"'{name}':'{value}'" for name, value in {**values, "tagId": tag, "pageId": page}.items()) + "}"
    )
    return f'<script parseType="bulidstatic" url="{_PATH}" queryData="{query}"></script>'
