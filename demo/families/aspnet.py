"""ASP.NET: the whole page is one form; the pager posts it back with the state that the page carried.

Cruelty: a state that is not the page's own is refused, and the last page's pager still offers a next one, which is the
last page again.
"""

from collections.abc import Mapping, Sequence
from html import escape

from demo.families import pages
from demo.families.pages import Reply, digest
from demo.rendering.page import Article, Chrome, Neighbours

CONTAINER = "Info_Content"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/InfoShow.aspx?id=1301``."""
    return f"/InfoShow.aspx?id={1000 + number}"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments lie in an upload folder."""
    path = f"/UpLoad/File/{number}.{suffix}"
    return path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div class="Info_Content" id="Zoom">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The first page; the others are posted for."""
    return {chrome.list_path: _write_page(chrome, articles, 1)}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """The page that the pager's argument names, if the state is the one of the page before."""
    if path != chrome.list_path.partition("?")[0] or not body:
        return None
    wish = asked.get("__EVENTARGUMENT", "")
    if (
        asked.get("__EVENTTARGET") != "ctl00$Pager"
        or not wish.isdigit()
        or asked.get("__VIEWSTATE") != _state(int(wish) - 1)
    ):
        return Reply("<html><body><h2>Validation of viewstate MAC failed.</h2></body></html>")
    last = -(-len(articles) // pages.PAGE_SIZE)
    return Reply(_write_page(chrome, articles, min(int(wish), last)))


def _write_page(chrome: Chrome, articles: Sequence[Article], number: int) -> str:
    rows = pages.list_rows(pages.page_of(articles, number))
    return pages.write_list(
        chrome,
        f'<form method="post" action="{escape(chrome.list_path)}" id="form1">'
        f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{_state(number)}">'
        f'<input type="hidden" name="__EVENTVALIDATION" value="{digest("valid")}">'
        '<input type="text" name="ctl00$Keyword" value=""><input type="submit" name="ctl00$Search" value="搜索">'
        "<script>function __doPostBack(t, a){ theForm.__EVENTTARGET.value = t; theForm.submit(); }</script>"
        f"<ul>{rows}</ul><div class='pager'>第{number}页 "
        f"<a href=\"javascript:__doPostBack('ctl00$Pager','{number + 1}')\">下一页</a></div></form>",
    )


def _state(number: int) -> str:
    return f"/wEPDwUK{digest(f'state/{number}')}"
