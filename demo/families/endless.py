"""A pager without an end: behind the list's own rows come news that are made up page by page, new ones each time.

Cruelty: a calendar stands beside the list, which pages through its months by arrows, under the list's own address.
"""

from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply
from demo.rendering.page import Article, Chrome, Neighbours

CONTAINER = "con_text"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/gk/ndbg/2023/0129/1301.html``."""
    return f"{list_path}{published[:4]}/{published[5:7]}{published[8:]}/{1000 + number}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Files lie in a folder of their own."""
    path = f"/gk/fj/{number}.{suffix}"
    return path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div class="con_text">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The first page; the others are asked for by number."""
    return {chrome.list_path: _write_page(chrome, articles, 1)}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """Any page, however high its number; any month."""
    if path != chrome.list_path or not asked:
        return None
    return Reply(_write_page(chrome, articles, pages.number_in(asked, "page"), pages.number_in(asked, "month", 0)))


def _write_page(chrome: Chrome, articles: Sequence[Article], number: int, month: int = 0) -> str:
    shown = pages.page_of(articles, number)
    rows = pages.list_rows(shown) if shown else _make_up(chrome, number)
    box = (
        f'<table class="datebox"><tr><td><a href="?month={month - 1}">&lt;</a></td><td>日</td><td>一</td>'
        f'<td><a href="?month={month + 1}">&gt;</a></td></tr></table>'
    )
    pager = f'<div class="fy">共 9999 条 <a href="?page={number + 1}">下一页</a></div>'
    return pages.write_list(chrome, f"{box}<ul>{rows}</ul>{pager}", kind="")


def _make_up(chrome: Chrome, number: int) -> str:
    return "\n".join(
        f'<li><a href="/gk/dt/{number}/{row}00{number}.html">{chrome.site}第{number}{row}期工作简报</a>'
        f"<span>20{10 + number % 10}-0{row + 1}-11</span></li>"
        for row in range(5)
    )
