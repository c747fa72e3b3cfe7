"""TRS IGS: the list is a search; its code stands in a script of the portal's, its titles come with ``<em>``.

Cruelty: the answer calls itself text/html, and it states two pages more than there are, which it fills with page one.
"""

import json
from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply
from demo.rendering import trs
from demo.rendering.page import Article, Chrome, Neighbours

CONTAINER = "trs_editor_view"
_PATH = "/igs/front/search.jhtml"
_CODE = "5f0c9f2b7a6e4d1c8b3a2f1e0d9c8b7a"

article_path, file_addresses = trs.article_path, trs.file_addresses


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    opening = '<div class="trs_editor_view trs_paper_default">'
    return pages.write_article(chrome, article, neighbours, CONTAINER, opening)


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """A page without rows, and the script that would fetch them."""
    shell = pages.write_list(
        chrome,
        '<ul id="list"></ul><div id="pager"></div><script src="/images/jquery.min.js"></script>'
        '<script src="/images/list.js"></script>',
    )
    script = (
        f'var searchCode = {{code: "{_CODE}", siteId: 34}};\n'
        f'function load(n){{ $.ajax({{url: "{_PATH}", type: "get", dataType: "json",'
        " data: {code: searchCode.code, siteId: searchCode.siteId, pageNumber: n, pageSize: 10}, success: show}); }"
    )
    return {chrome.list_path: shell, "/images/list.js": script}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """A page of the search."""
    if path != _PATH or asked.get("code") != _CODE:
        return None
    size = pages.number_in(asked, "pageSize", 10)
    rows = pages.page_of(articles, pages.number_in(asked, "pageNumber"), size) or articles[:size]
    found = [
        {"title": marked, "url": chrome.origin + row.path, "trs_time": row.published}
        for row in rows
        for marked in [row.title.replace("公开", "<em>公开</em>")]
    ]
    total = -(-len(articles) // size) + 2
    return Reply(json.dumps({"page": {"content": found, "totalPages": total, "number": 0}}, ensure_ascii=False))
