"""Anhui openness: reports that their address tells, under titles that say next to nothing.

Cruelty: the pager is all script, the page beyond the last is the last again, and one report is GBK
under a UTF-8 header.
"""

from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply
from demo.rendering.page import Article, Chrome, Neighbours, pages_of

CONTAINER = "content-text"
_LIST = "/showList/325"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/XxgkAnnualReport/show/4412.html`` for reports, ``/News/show/…`` for anything else."""
    return f"/{'XxgkAnnualReport' if number < 391 else 'News'}/show/{4000 + number}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments are shown in a viewer."""
    path = f"/UploadFiles/{number}.{suffix}"
    return path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div class="content-text">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """Numbered pages under the list's path."""
    written = [_write_page(chrome, rows, number) for number, rows in enumerate(pages_of(articles, pages.PAGE_SIZE), 1)]
    lists = {f"{_LIST}/page/{number}.html": page for number, page in enumerate(written, 1)}
    return lists | {f"{_LIST}.html": written[0], f"{_LIST}/page/{len(written) + 1}.html": written[-1]}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """No endpoint."""
    return None


def _write_page(chrome: Chrome, rows: Sequence[Article], number: int) -> str:
    pager = f'<div class="pagination" data-current="{number}"></div><script src="/images/pager.js"></script>'
    return pages.write_list(chrome, f"<ul>{pages.list_rows(rows)}</ul>{pager}")
