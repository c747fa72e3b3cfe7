"""TRS WCM: pages as files, the pager as a script call, attachments beside the article.

``createPageHTML(total, current, "index", "html")`` stands in the list page. The second page is ``index_1.html`` where
the list's address is a folder, and ``index_2.html`` where it ends in ``index.html``; there a wrong guess silently
serves page one again.
"""

import posixpath
from collections.abc import Mapping, Sequence
from html import escape

from demo.rendering.page import Article, Chrome, Neighbours, article_words, fill, pages_of, words, write_again

CONTAINER = "TRS_Editor"
PAGE_SIZE = 10


def article_path(list_path: str, published: str, number: int) -> str:
    """``/zfxxgk/zfxxgknb/202302/t20230218_123.html``."""
    day = published.replace("-", "")
    return f"{_folder(list_path)}{day[:6]}/t{day}_{number}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """The link and the path of an attachment: beside the article."""
    name = f"P0{number:020d}.{suffix}"
    return f"./{name}", posixpath.join(posixpath.dirname(article), name)


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    again = write_again(chrome, article, CONTAINER)
    return fill("trs-article.html", {**article_words(chrome, article, neighbours), "copy": again})


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """Path → list page, under every address that answers with one."""
    folder, pages = _folder(chrome.list_path), pages_of(articles, PAGE_SIZE)
    written = [_write_list(chrome, rows, number, len(pages)) for number, rows in enumerate(pages)]
    lists = {folder: written[0], f"{folder}index.html": written[0]}
    if chrome.list_path.endswith("index.html"):
        lists[f"{folder}index_1.html"] = written[0]
        return lists | {f"{folder}index_{number}.html": page for number, page in enumerate(written[1:], start=2)}
    return lists | {f"{folder}index_{number}.html": page for number, page in enumerate(written[1:], start=1)}


def _write_list(chrome: Chrome, rows: Sequence[Article], number: int, pages: int) -> str:
    listed = "\n".join(
        f'<li><a href="{_relative(chrome, row)}" target="_blank" title="{escape(row.title)}">{escape(row.title)}</a>'
        f"<span>{row.published}</span></li>"
        for row in rows
    )
    values = {"rows": listed or "<li>暂无内容</li>", "pages": str(pages), "number": str(number)}
    return fill("trs-list.html", {**words(chrome), **values})


def _relative(chrome: Chrome, article: Article) -> str:
    return "./" + posixpath.relpath(article.path, _folder(chrome.list_path))


def _folder(list_path: str) -> str:
    return list_path[: list_path.rindex("/") + 1]
