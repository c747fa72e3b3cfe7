"""What every family's templates are filled from: one article, one list, and the portal around them.

Templates are HTML files beside this module, with placeholders like ``§title``; one without a value is an error.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Protocol

from demo.truth import Report

_TEMPLATES = Path(__file__).parent / "templates"

# Words of the chrome that no report says: a clean document holds none of them.
CHROME = (
    *(
        "无障碍",
        "网站地图",
        "友情链接",
        "相关链接",
        "上一篇",
        "下一篇",
        "分享到",
        "打印",
        "主办单位",
        "ICP备",
        "网站标识码",
    ),
    *("当前位置", "您现在的位置", "责任编辑", "扫一扫", "浏览次数", "关闭窗口", "没有了", "主动公开目录", "主题分类"),
)


class Template(string.Template):
    """Placeholders begin with §, which no page needs for itself (scripts need $)."""

    delimiter = "§"


@dataclass(frozen=True, slots=True)
class Chrome:
    """The portal around an article: whose it is, and where its disclosure column lies."""

    site: str
    id_code: str  # SiteIDCode: ten characters, the first six the region
    column: str  # the name of the report list's column
    list_path: str
    origin: str  # http://host:port


@dataclass(frozen=True, slots=True)
class File:
    """A file beside an article: ``name`` is what the link says, ``href`` where it points.

    Where ``href`` is a download endpoint, it answers with a redirect to ``path``.
    """

    href: str
    path: str
    name: str
    media_type: str
    body: bytes = field(repr=False)
    linked: bool = True  # False for what the body itself shows
    report: Report | None = None  # that it holds, where it is not quite the page's
    gone: bool = False  # True where the link leads to nothing


@dataclass(frozen=True, slots=True)
class Article:
    """One row of a list and the page behind it. ``report`` is ``None`` for news and notices."""

    path: str
    title: str
    published: str
    source: str
    body: str  # HTML
    copy: str = ""  # the second printing of the body, where there is one
    report: Report | None = None
    own: bool = True  # False for another agency's report in this portal's list
    files: tuple[File, ...] = ()
    status: str = "ok"  # ok, missing (404), soft (200 and an excuse), or a word of demo.cruelties.pages.LEADS
    leads_to: str = ""  # where the page lies, if the row's address only leads there
    listed: bool = True  # False for a page that its list no longer names

    @property
    def page_path(self) -> str:
        """Where the page itself lies: behind what the row's address leads to, or in its frame."""
        path = self.leads_to or self.path
        return f"{path}.body.html" if self.report and self.report.has("framed") else path


Neighbours = tuple[Article | None, Article | None]  # the rows above and below an article in its list


class Family(Protocol):
    """What a module of this folder has to offer: one family of portal software."""

    CONTAINER: str

    def article_path(self, list_path: str, published: str, number: int) -> str:
        """Where an article lies."""

    def file_addresses(self, article: str, number: int, suffix: str) -> tuple[str, str]:
        """Link and path of a file beside the article at that path."""

    def write_article(self, chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
        """The article page."""

    def write_lists(self, chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
        """Path → list page."""


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template file with its placeholders filled; values are HTML already."""
    return _read(template).substitute(values)


@cache
def _read(template: str) -> Template:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8"))


def words(chrome: Chrome) -> dict[str, str]:
    """The placeholders that every template of a portal may use."""
    return {
        "site": escape(chrome.site),
        "id_code": chrome.id_code,
        "column": escape(chrome.column),
        "list_path": chrome.list_path,
        "origin": chrome.origin,
        "domain": chrome.origin.partition("//")[2],
        "charset": "utf-8",
    }


def article_words(chrome: Chrome, article: Article, neighbours: Neighbours) -> dict[str, str]:
    """The placeholders of an article page; the mandated content tags of 国办发〔2017〕47号 among them."""
    report = article.report
    heading = "" if report and report.has("no_title") else escape(article.title)
    before, after = (f'<a href="{n.path}">{escape(n.title)}</a>' if n else "没有了" for n in neighbours)
    return {
        **words(chrome),
        "title": escape(article.title),
        "heading": heading,
        "published": article.published,
        "source": escape(article.source),
        "index_number": report.index_number if report else f"990000000/{article.published[:4]}-00001",
        "body": article.body,
        "before": before,
        "after": after,
        "files": "".join(
            f'<li><a href="{escape(file.href)}">{escape(file.name)}</a></li>' for file in article.files if file.linked
        ),
    }


def write_again(chrome: Chrome, article: Article, container: str) -> str:
    """The second printing of a body with chrome of its own; empty where the page prints its body once."""
    if not article.copy or article.report is None:
        return ""
    hidden = article.report.has("hidden_copy")
    return fill(
        "printed-again.html",
        {
            "again_class": "print_area" if hidden else "mobile_area",
            "hidden": ' style="display:none"' if hidden else "",
            "column": escape(chrome.column),
            "title": escape(article.title),
            "published": article.published,
            "container": container,
            "copied": article.copy,
        },
    )


def pages_of(articles: Sequence[Article], size: int) -> list[Sequence[Article]]:
    """The rows of each list page; an empty list has one empty page."""
    return [articles[at : at + size] for at in range(0, max(1, len(articles)), size)]
