"""ucap: a list whose rows a search service answers as JSON.

Cruelty: the service ignores the size that is asked for, states half of its rows as the total, and leaves out the
scheme of every address.
"""

import json
from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply, digest
from demo.rendering.page import Article, Chrome, Neighbours

CONTAINER = "pages_content"
_CHANNEL = digest("channel")


def article_path(list_path: str, published: str, number: int) -> str:
    """``/qhz/c115990/202301/<32 hex>.shtml``."""
    return f"{list_path.rpartition('/')[0]}/{published[:4]}{published[5:7]}/{digest(str(number))}.shtml"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments lie beside the article, in a folder of its name."""
    path = f"{article.removesuffix('.shtml')}/files/{digest(str(number))}.{suffix}"
    return path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div id="UCAP-CONTENT" class="pages_content">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """A page that asks the service."""
    script = (
        f'<script>function getData(page){{ $.getJSON("/common/search/{_CHANNEL}?_isAgg=false&_isJson=true&_pageSize=50'
        '&_template=index&_channelName=&page=" + page, function(json){ render(json.data.results); }); }'
        " getData(1);</script>"
    )
    return {chrome.list_path: pages.write_list(chrome, f'<ul class="list"></ul>{script}')}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """A page of the channel, ten rows whatever was asked for."""
    if path != f"/common/search/{_CHANNEL}":
        return None
    number, host = pages.number_in(asked, "page"), chrome.origin.partition("//")[2]
    rows = [
        {"title": row.title, "url": f"//{host}{row.path}", "publishedTimeStr": f"{row.published} 09:00:00"}
        for row in pages.page_of(articles, number)
    ]
    data = {"page": number, "rows": 10, "total": len(articles) // 2, "results": rows}
    return Reply(json.dumps({"code": 200, "data": data}, ensure_ascii=False), "application/json;charset=UTF-8")
