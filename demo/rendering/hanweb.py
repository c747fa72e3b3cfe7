"""Hanweb JCMS: the first page of a list inside its script, the rest by POST from ``dataproxy.jsp``.

Rows are numbered from 1; ``startrecord`` and ``endrecord`` are inclusive, and an answer is never longer than asked.
Downloads go through an endpoint that redirects to the file.
"""

from collections.abc import Mapping, Sequence
from hashlib import md5
from html import escape

from demo.rendering.page import Article, Chrome, Neighbours, article_words, fill, words, write_again

CONTAINER = "article-body"
PAGE_SIZE = 10
PROXY = "/module/web/jpage/dataproxy.jsp"
_WEB = "12"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/art/2023/1/29/art_1229_456.html``: column and article."""
    year, month, day = (int(part) for part in published.split("-"))
    return f"/art/{year}/{month}/{day}/art_{_column(list_path)}_{number}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """The link to the download endpoint, and the path that it redirects to."""
    name = md5(f"{article}/{number}".encode(), usedforsecurity=False).hexdigest()
    return f"/module/download/downfile.jsp?classid=0&filename={name}.{suffix}", f"/attach/0/{name}.{suffix}"


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    again = write_again(chrome, article, CONTAINER)
    return fill("hanweb-article.html", {**article_words(chrome, article, neighbours), "copy": again})


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The one list page, with its first rows inline."""
    values = {
        "unit": _unit(chrome),
        "web": _WEB,
        "number": _column(chrome.list_path),
        "per_page": str(PAGE_SIZE),
        "total": str(len(articles)),
        "records": _write_records(chrome, articles[:PAGE_SIZE]),
    }
    return {chrome.list_path: fill("hanweb-list.html", {**words(chrome), **values})}


def answer_proxy(chrome: Chrome, articles: Sequence[Article], asked: Mapping[str, str]) -> str | None:
    """The answer of ``dataproxy.jsp``; ``None`` where the fields name another list.

    ``asked`` holds the query and the form together; without a range, ``page`` and ``perpage`` decide.
    """
    if (asked.get("unitid"), asked.get("columnid")) != (_unit(chrome), _column(chrome.list_path)):
        return None
    size = min(100, _number(asked, "perpage", PAGE_SIZE))
    start = _number(asked, "startrecord", (_number(asked, "page", 1) - 1) * size + 1)
    end = _number(asked, "endrecord", start + size - 1)
    rows = articles[max(0, start - 1) : max(0, end)]
    return (
        f"<datastore><totalrecord>{len(articles)}</totalrecord><totalpage>{-(-len(articles) // size)}</totalpage>"
        f"<recordset>{_write_records(chrome, rows)}</recordset></datastore>"
    )


def _write_records(chrome: Chrome, rows: Sequence[Article]) -> str:
    return "\n".join(
        f'<record><![CDATA[<li><a href="{chrome.origin}{row.path}" target="_blank" title="{escape(row.title)}">'
        f"{escape(row.title)}</a><b>{row.published}</b></li>]]></record>"
        for row in rows
    )


def _column(list_path: str) -> str:
    """``/col/col1229/index.html`` → ``1229``."""
    return list_path.split("/")[2].removeprefix("col")


def _unit(chrome: Chrome) -> str:
    return str(int(_column(chrome.list_path)) * 3 + 1)


def _number(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    value = asked.get(name, "")
    return int(value) if value.isdigit() and int(value) else otherwise
