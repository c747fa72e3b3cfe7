"""Pages that the further families have in common: an article in a container of their own, a list around its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from html import escape
from typing import Protocol

from demo.rendering.page import Article, Chrome, Neighbours, article_words, fill, write_again

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint sends."""

    text: str
    media_type: str = "text/html; charset=utf-8"


class Answering(Protocol):
    """An endpoint: ``asked`` holds query and form together, ``body`` what was posted."""

    def __call__(
        self, chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str
    ) -> Reply | None:
        """What it answers; ``None`` where the path is not its own."""


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours, container: str, opening: str) -> str:
    """An article page whose body stands in ``opening``, a tag with the family's class or id."""
    again = write_again(chrome, article, container)
    page = fill("trs-article.html", {**article_words(chrome, article, neighbours), "copy": again})
    return page.replace('<div class="TRS_Editor">', opening, 1).replace('class="TRS_Editor"', f'class="{container}"')


def write_list(chrome: Chrome, inner: str, head: str = "", kind: str = "信息公开年报", crumbs: bool = True) -> str:
    """A column page around ``inner``; ``kind`` is its ColumnType, none where empty."""
    tags = f'<meta name="ColumnType" content="{kind}">' if kind else ""
    menu = f'<ul class="left_menu"><li><a href="{chrome.list_path}">{escape(chrome.column)}</a></li></ul>'
    site = escape(chrome.site)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="SiteName" content="{site}">{tags}'
        f"<title>{escape(chrome.column)}</title>{head}</head><body>"
        '<div class="nav"><a href="/">首页</a> <a href="/gzdt/">工作动态</a> <a href="/zfxxgk/">政府信息公开</a></div>'
        f'{menu if crumbs else ""}{inner}<div class="footer">主办单位：{site}</div></body></html>'
    )


def list_rows(rows: Sequence[Article], href: Callable[[Article], str] = lambda row: row.path) -> str:
    """Rows as most templates print them."""
    return "\n".join(
        f'<li><a href="{escape(href(row))}" title="{escape(row.title)}">{escape(row.title)}</a>'
        f"<span>{row.published}</span></li>"
        for row in rows
    )


def page_of(articles: Sequence[Article], number: int, size: int = PAGE_SIZE) -> Sequence[Article]:
    """The rows of one page, counted from 1; none behind the last."""
    return articles[max(0, number - 1) * size : max(0, number) * size]


def number_in(asked: Mapping[str, str], name: str, otherwise: int = 1) -> int:
    """A number among what was asked."""
    value = asked.get(name, "")
    return int(value) if value.isdigit() else otherwise


def digest(text: str) -> str:
    """32 hexadecimal digits that look like the software's own."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()
