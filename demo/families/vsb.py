"""VSB: static pages numbered backwards; the list's own address is the first page, its folder's 1.htm the last.

Cruelty: the pager's next link is an image without words, and its numbers stand beside a calendar's.
"""

from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply
from demo.rendering.page import Article, Chrome, Neighbours, pages_of

CONTAINER = "v_news_content"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/info/1061/1301.htm``."""
    return f"/info/1061/{1000 + number}.htm"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments come by a download page that redirects to the file."""
    path = f"/__local/{number % 10}/{number}.{suffix}"
    return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid={number}", path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(
        chrome, article, neighbours, CONTAINER, '<div id="vsb_content"><div class="v_news_content">'
    )


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The list's own address, then its folder counting down."""
    stem, groups = chrome.list_path.removesuffix(".htm"), pages_of(articles, pages.PAGE_SIZE)
    lists = {}
    for number, rows in enumerate(groups, start=1):
        file = len(groups) - number + 1
        path = chrome.list_path if number == 1 else f"{stem}/{file}.htm"
        lists[path] = _write_page(chrome, rows, f"{stem}/{file - 1}.htm" if file > 1 else "", number, len(groups))
    return lists


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """No endpoint."""
    return None


def _write_page(chrome: Chrome, rows: Sequence[Article], following: str, number: int, total: int) -> str:
    days = "".join(f'<td><a href="/rili/{day}.htm">{day}</a></td>' for day in range(1, 8))
    calendar = f'<table class="calendar"><tr>{days}</tr></table>'
    link = f'<a href="{following}"><img src="/images/arrow.png"></a>' if following else ""
    pager = f"<span>共{len(rows)}条</span> <span>{number}/{total}</span> {link}"
    inner = f'{calendar}<ul class="n_listxx1">{pages.list_rows(rows)}</ul><div class="pb_sys_common">{pager}</div>'
    return pages.write_list(chrome, inner + "<!--Announced by Visual SiteBuilder 9-->")
