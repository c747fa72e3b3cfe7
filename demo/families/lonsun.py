"""Lonsun: disclosure by organ and type; rows by a label's call, each year a tab of its own.

Cruelty: addresses in the rows have no scheme; the label ignores ``timeFrame`` unless it is sent.
"""

from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply
from demo.rendering.page import Article, Chrome, Neighbours

CONTAINER = "gzk-article"
_ORGAN = "6595161"
_LABEL = "/site/label/8888"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/public/6595161/10443.html``."""
    return f"/public/{_ORGAN}/{10_000 + number}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments lie in a group of the file server."""
    path = f"/group{number % 3}/M00/0A/{number:04X}.{suffix}"
    return path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div class="gzk-article j-fontContent">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The column, and one page a year under the same path."""
    path, _, _ = chrome.list_path.partition("?")
    years = sorted({row.published[:4] for row in articles}, reverse=True)
    tabs = "".join(f'<li><a href="{path}?type=3&amp;timeFrame={year}">{year}年</a></li>' for year in years)
    script = (
        "<script>function loadList(pageIndex){ $.get('/site/label/8888?IsAjax=1&dataType=html&labelName=publicInfoList"
        f"&siteId=6793339&pageSize=15&action=list&organId={_ORGAN}&type=3&timeFrame=' + timeFrame + '&pageIndex='"
        " + pageIndex, function(html){ $('#xxgk_list').html(html); }); } loadList(1);</script>"
    )
    page = pages.write_list(chrome, f'<ul class="years">{tabs}</ul><div id="xxgk_list"></div>{script}')
    return {chrome.list_path: page, path: page}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """The label's markup."""
    if path != _LABEL or asked.get("organId") != _ORGAN:
        return None
    year, host = asked.get("timeFrame", ""), chrome.origin.partition("//")[2]
    rows = [row for row in articles if row.published.startswith(year)]
    shown = pages.page_of(rows, pages.number_in(asked, "pageIndex"), pages.number_in(asked, "pageSize", 15))
    return Reply(f"<ul>{pages.list_rows(shown, lambda row: f'//{host}{row.path}')}</ul>")
