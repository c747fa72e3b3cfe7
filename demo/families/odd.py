"""A portal of no family, of everything that hides a list: a splash page, frames, a base address, rows in script.

The home page only sends its reader on; the column is a frameset; the list's pages keep their rows in a script's
variable and count by a function that its pager calls.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

from demo.families import pages
from demo.families.pages import Reply
from demo.rendering.page import Article, Chrome, Neighbours, pages_of

CONTAINER = "nr"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/html/2023/0129/1301.jhtml``."""
    return f"/html/{published[:4]}/{published[5:7]}{published[8:]}/{1000 + number}.jhtml"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments are opened by a viewer."""
    path = f"/u/cms/www/{number}.{suffix}"
    return f"/res/pdfjs/web/viewer.html?file={path}" if suffix == "pdf" else path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div class="nr" id="nr">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The way to the list, and its pages."""
    folder = chrome.list_path.rpartition("/")[0]
    splash = '<html><head><meta http-equiv="refresh" content="0;url=/main.html"></head><body></body></html>'
    opener = '<p>欢迎访问</p><a href="#" onclick="window.open(\'/gk/\')">政务公开</a>'
    frames = '<html><frameset cols="200,*"><frame src="/gk/menu.html"><frame src="/gk/none.html"></frameset></html>'
    menu = (
        f'<html><head><base href="{chrome.origin}{folder}/"></head>'
        f'<body><ul><li><a href="list.html">{escape(chrome.column)}</a></li></ul></body></html>'
    )
    written = [_write_page(chrome, rows, number) for number, rows in enumerate(pages_of(articles, pages.PAGE_SIZE), 1)]
    around = {
        **{"/": splash, "/index.html": splash, "/gk/": frames, "/gk/menu.html": menu},
        "/main.html": pages.write_list(chrome, opener, kind="", crumbs=False),
        "/gk/none.html": "<html><body></body></html>",
    }
    lists = {f"{folder}/list_{number}.html": page for number, page in enumerate(written, 1)}
    return {**lists, **around, chrome.list_path: written[0]}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """No endpoint."""
    return None


def _write_page(chrome: Chrome, rows: Sequence[Article], number: int) -> str:
    listed = ",\n".join(
        f"{{title: {json.dumps(row.title, ensure_ascii=False)}, url: '{row.path}', date: '{row.published}', hot: 0,}}"
        for row in rows
    )
    script = (
        f"<script>var data = [{listed}]; // rows\n"
        'function go(n){ window.location.href = "list_" + n + ".html"; }</script>'
    )
    return pages.write_list(
        chrome,
        f'<ul id="rows"></ul>{script}<div class="pager"><a href="javascript:go({max(1, number - 1)})">上页</a>'
        f' <a href="javascript:go({number + 1})">下页</a></div>',
        kind="",
    )
