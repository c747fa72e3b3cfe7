"""gkmlpt, the disclosure platform of Guangdong: an index page without rows, and a JSON interface that has them.

``GET /gkmlpt/api/all/{category}?page=&sid=`` answers 100 rows a page; site and category stand in the page's script.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from demo.rendering.page import Article, Chrome, Neighbours, article_words, fill, words, write_again

CONTAINER = "article-content"
PAGE_SIZE = 100
API = "/gkmlpt/api/all/"
SID = "990104"
CATEGORY = 3047
_BEIJING = timezone(timedelta(hours=8))


def article_path(list_path: str, published: str, number: int) -> str:
    """``/gkmlpt/content/10/10071/post_10071123.html``."""
    post = 10_071_000 + number % 1000
    return f"/gkmlpt/content/{post // 1_000_000}/{post // 1000}/post_{post}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments lie in a tree of their own."""
    path = f"/attachment/0/{number // 1000}/{number}/{article.rpartition('_')[2].removesuffix('.html')}.{suffix}"
    return path, path


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    own = {
        "sid": SID,
        "category": str(CATEGORY),
        "post": _post(article),
        "copy": write_again(chrome, article, CONTAINER),
    }
    return fill("gkmlpt-article.html", {**article_words(chrome, article, neighbours), **own})


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The index page, which holds no row."""
    tree = {"guide": CATEGORY - 3, "rules": CATEGORY - 2, "statutory": CATEGORY - 1, "news": CATEGORY + 5}
    values = {"sid": SID, "category": str(CATEGORY), **{name: str(number) for name, number in tree.items()}}
    page = fill("gkmlpt-index.html", {**words(chrome), **values})
    return {chrome.list_path: page, "/gkmlpt/index": page}


def answer_api(chrome: Chrome, articles: Sequence[Article], category: str, asked: Mapping[str, str]) -> str | None:
    """One page of rows as JSON; ``None`` for another site or a category that is not there."""
    if asked.get("sid") != SID or category not in ("0", str(CATEGORY)):
        return None
    page = int(asked["page"]) if asked.get("page", "").isdigit() else 1
    rows = articles[max(0, page - 1) * PAGE_SIZE : max(1, page) * PAGE_SIZE]
    listed = [_row(chrome, row) for row in rows]
    return json.dumps({"total": len(articles), "page": page, "articles": listed}, ensure_ascii=False)


def _row(chrome: Chrome, article: Article) -> dict[str, object]:
    moment = datetime.fromisoformat(article.published).replace(hour=16, tzinfo=_BEIJING)
    return {
        "id": int(_post(article)),
        "title": article.title,
        "url": chrome.origin + article.path,
        "post_url": chrome.origin + article.path,
        "publisher": article.source,
        "document_number": "",
        "display_publish_time": int(moment.timestamp()),
        "first_publish_time": int(moment.timestamp()),
        "created_at": f"{moment:%Y-%m-%d %H:%M:%S}",
        "date": f"{moment:%Y-%m-%d}",
    }


def _post(article: Article) -> str:
    return article.path.rpartition("_")[2].removesuffix(".html")
