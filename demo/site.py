"""One portal as answers: address → status, headers and bytes, built once from truth; some lists answer queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qsl, urlsplit

from demo.families import answers_of
from demo.portals import Portal
from demo.rendering import gkmlpt, hanweb
from demo.rendering.page import Article, Chrome, fill, words
from demo.rows import FAMILIES, make_rows
from demo.truth import Report

HTML = "text/html; charset=utf-8"
_SLOW = 1.5  # seconds
_ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /login/\n"
_STYLE = "body{font:16px/1.8 serif;margin:0 auto;width:1100px}table{border-collapse:collapse}td{padding:2px 6px}\n"
# What a refusing portal answers to everything: the script that a browser would have to run.
_CHALLENGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>"
    "<script>var _0x=location.href;document.cookie='__tst_seed='+_0x.length+';path=/';</script></body></html>"
)
# The smallest PNG there is: one grey pixel.
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63680000008200817751ea0c0000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends for one address; ``delay`` in seconds before the first byte."""

    body: bytes = field(repr=False)
    media_type: str = HTML
    status: int = 200
    location: str | None = None
    delay: float = 0


@dataclass(frozen=True, slots=True)
class Site:
    """One portal under one origin. ``articles`` are its list's rows, newest first."""

    portal: Portal
    chrome: Chrome
    articles: tuple[Article, ...]
    pages: Mapping[str, Answer]

    def answer(self, target: str, form: str = "") -> Answer:
        """The answer to a request target (path and query); ``form`` is a POST's urlencoded body."""
        if self.portal.temper == "refuses":
            return Answer(_CHALLENGE.encode(), status=412)
        parts = urlsplit(target)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True)) | dict(parse_qsl(form, keep_blank_values=True))
        page = self._answer_endpoint(parts.path, asked, form)
        page = page or self.pages.get(target) or self.pages.get(parts.path) or self._answer_query(parts.path, asked)
        return page or _missing(self.chrome, status=404)

    def _answer_endpoint(self, path: str, asked: Mapping[str, str], body: str) -> Answer | None:
        answer = answers_of(self.portal.family)
        reply = answer(self.chrome, self.articles, path, asked, body) if answer else None
        return Answer(reply.text.encode(), reply.media_type) if reply else None

    def _answer_query(self, path: str, asked: Mapping[str, str]) -> Answer | None:
        if self.portal.family == "hanweb" and path == hanweb.PROXY:
            text = hanweb.answer_proxy(self.chrome, self.articles, asked)
            return Answer(text.encode(), "text/xml; charset=utf-8") if text else None
        if self.portal.family == "gkmlpt" and path.startswith(gkmlpt.API):
            text = gkmlpt.answer_api(self.chrome, self.articles, path.removeprefix(gkmlpt.API), asked)
            return Answer(text.encode(), "application/json; charset=utf-8") if text else None
        return None

    def addresses(self) -> Iterator[tuple[str, Article]]:
        """Every URL at which a report lies, with its row: the page, and the PDF that says the same."""
        for article in self.articles:
            if article.report is None:
                continue
            if not article.report.has("pdf_only"):
                yield self.chrome.origin + article.path, article
            for file in article.files:
                if file.path.endswith(".pdf"):
                    yield self.chrome.origin + file.path, article


def build_site(portal: Portal, origin: str, reports: Sequence[Report], seed: int) -> Site:
    """A portal's site for the truth of ``reports``; the same arguments give the same bytes."""
    agency = portal.agency
    chrome = Chrome(agency.name, f"{agency.region}0001", portal.column, portal.list_path, origin)
    articles = make_rows(portal, reports, seed)
    pages = {**_front_pages(portal, chrome, articles), **_article_pages(portal, chrome, articles)}
    lists = FAMILIES[portal.family].write_lists(chrome, articles)
    pages |= {path: Answer(page.encode()) for path, page in lists.items()}
    return Site(portal, chrome, articles, pages)


def _front_pages(portal: Portal, chrome: Chrome, articles: Sequence[Article]) -> dict[str, Answer]:
    """Home page, disclosure column, robots.txt, and what pages are dressed with."""
    news = [article for article in articles if article.report is None and article.status == "ok"][:6]
    links = (f'<li><a href="{row.path}">{escape(row.title)}</a><i>{row.published}</i></li>' for row in news)
    home = fill("home.html", {**words(chrome), "rows": "\n".join(links)}).encode()
    robots = Answer(home) if portal.robots == "html" else Answer(_ROBOTS.encode(), "text/plain; charset=utf-8")
    column = fill("column.html", words(chrome)).encode()
    images = {f"/images/{name}.png": Answer(_PIXEL, "image/png") for name in ("logo", "qr", "poster")}
    return {
        "/": Answer(home),
        "/index.html": Answer(home),
        "/robots.txt": robots,
        "/zfxxgk/": Answer(column),
        "/images/style.css": Answer(_STYLE.encode(), "text/css; charset=utf-8"),
        **images,
    }


def _article_pages(portal: Portal, chrome: Chrome, articles: Sequence[Article]) -> dict[str, Answer]:
    """Every article and every file beside one. An article whose status is ``missing`` has no page."""
    pages: dict[str, Answer] = {}
    for at, article in enumerate(articles):
        if article.status == "soft":
            pages[article.path] = _missing(chrome, status=200)
        elif article.status == "ok":
            before = articles[at - 1] if at else None
            after = articles[at + 1] if at + 1 < len(articles) else None
            page = FAMILIES[portal.family].write_article(chrome, article, (before, after))
            pages[article.path] = _encode(page, article)
        for file in article.files:
            pages[file.path] = Answer(file.body, file.media_type)
            if file.href.startswith("/") and file.href != file.path:
                pages[file.href] = Answer(b"", status=302, location=file.path)
    return pages


def _encode(page: str, article: Article) -> Answer:
    """Bytes and headers of an article page; a GBK page lies about itself in header and meta."""
    report = article.report
    encoding = "gb18030" if report and report.has("gbk") else "utf-8"
    return Answer(page.encode(encoding), delay=_SLOW if report and report.has("slow") else 0)


def _missing(chrome: Chrome, status: int) -> Answer:
    return Answer(fill("missing.html", words(chrome)).encode(), status=status)
