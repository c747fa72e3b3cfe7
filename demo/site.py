"""One portal as answers: address → status, headers and bytes, built once from truth; some lists answer queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import parse_qsl, urlsplit

from demo.answers import Answer
from demo.cruelties.pages import find_hops, write_frame
from demo.families import answers_of
from demo.portals import Portal
from demo.rendering import gkmlpt, hanweb
from demo.rendering.page import Article, Chrome, fill, words
from demo.rows import FAMILIES, PIXEL, make_rows
from demo.truth import Report

_SLOW = 1.5  # seconds
_ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /login/\n"
_STYLE = "body{font:16px/1.8 serif;margin:0 auto;width:1100px}table{border-collapse:collapse}td{padding:2px 6px}\n"
# What a refusing portal answers to everything: the script that a browser would have to run.
_CHALLENGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>"
    "<script>var _0x=location.href;document.cookie='__tst_seed='+_0x.length+';path=/';</script></body></html>"
)


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
        return self._encode(page or self._excuse())

    def _excuse(self) -> Answer:
        """What the portal says where nothing is."""
        return self.pages["/"] if "soft" in self.portal.traits else _missing(self.chrome, status=404)

    def _encode(self, answer: Answer) -> Answer:
        """A portal that is GBK all over; its header goes on saying UTF-8."""
        if "gbk" not in self.portal.traits or not answer.media_type.startswith("text/html"):
            return answer
        return replace(answer, body=answer.body.decode().encode("gb18030"))

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
            if article.report is None or article.status != "ok":
                continue
            if not (article.report.is_file or article.report.has("images_only")):
                yield self.chrome.origin + article.page_path, article
            for file in (file for file in article.files if not file.gone):
                if file.path.endswith((".pdf", ".xlsx")) or article.report.has("docx_only"):
                    yield self.chrome.origin + file.path, replace(article, report=file.report or article.report)


def build_site(portal: Portal, origin: str, reports: Sequence[Report], seed: int, *, day: int = 1) -> Site:
    """A portal's site for the truth of ``reports``; the same arguments give the same bytes.

    ``day``: on its second or third, ``reports`` are those that it shows then.
    """
    agency = portal.agency
    chrome = Chrome(agency.name, f"{agency.region}0001", portal.column, portal.list_path, origin)
    articles = make_rows(portal, reports, seed, day=day)
    pages = {**_front_pages(portal, chrome, articles), **_article_pages(portal, chrome, articles)}
    lists = FAMILIES[portal.family].write_lists(chrome, [article for article in articles if article.listed])
    pages |= {path: Answer(page.encode()) for path, page in lists.items()}
    return Site(portal, chrome, articles, pages)


def _front_pages(portal: Portal, chrome: Chrome, articles: Sequence[Article]) -> dict[str, Answer]:
    """Home page, disclosure column, robots.txt, and what pages are dressed with."""
    news = [article for article in articles if article.report is None and article.status == "ok"][:6]
    links = (f'<li><a href="{row.path}">{escape(row.title)}</a><i>{row.published}</i></li>' for row in news)
    more = f'<li><a href="{_next_port(chrome.origin)}{chrome.list_path}">{escape(chrome.column)}</a></li>'
    rows = "\n".join([*links, *([more] if "cloned" in portal.traits else [])])
    home = fill("home.html", {**words(chrome), "rows": rows}).encode()
    column = fill("column.html", words(chrome)).encode()
    images = {f"/images/{name}.png": Answer(PIXEL, "image/png") for name in ("logo", "qr", "poster", "table")}
    return {
        "/": Answer(home),
        "/index.html": Answer(home),
        **_robots(portal, home),
        "/zfxxgk/": Answer(column),
        "/images/style.css": Answer(_STYLE.encode(), "text/css; charset=utf-8"),
        **images,
    }


def _article_pages(portal: Portal, chrome: Chrome, articles: Sequence[Article]) -> dict[str, Answer]:
    """Every article and every file beside one. An article whose status is ``missing`` has no page."""
    pages: dict[str, Answer] = {}
    for at, article in enumerate(articles):
        pages |= {path: Answer(b"", status=302, location=to) for path, to in find_hops(article)}
        if article.status == "soft":
            pages[article.path] = _missing(chrome, status=200)
        elif article.status == "ok":
            before = articles[at - 1] if at else None
            after = articles[at + 1] if at + 1 < len(articles) else None
            page = FAMILIES[portal.family].write_article(chrome, article, (before, after))
            pages[article.page_path] = _encode(page, article)
            if article.report and article.report.has("framed"):
                pages[article.path] = Answer(write_frame(article, article.title).encode())
        for file in (file for file in article.files if not file.gone):
            pages[file.path] = Answer(file.body, file.media_type)
            if file.href.startswith("/") and file.href != file.path:
                pages[file.href] = Answer(b"", status=302, location=file.path)
    return pages


def _robots(portal: Portal, home: bytes) -> dict[str, Answer]:
    """What stands in the place of a robots.txt; nothing where it is missing."""
    answers = {
        "rules": Answer(_ROBOTS.encode(), "text/plain; charset=utf-8"),
        "html": Answer(home),
        "broken": Answer(b"<html><body>Internal Server Error</body></html>", status=500),
        "elsewhere": Answer(b"", status=302, location="/"),
    }
    return {"/robots.txt": answers[portal.robots]} if portal.robots in answers else {}


def _next_port(origin: str) -> str:
    before, _, port = origin.rpartition(":")
    return f"{before}:{int(port) + 1}"


def _encode(page: str, article: Article) -> Answer:
    """Bytes and headers of an article page; a GBK page lies about itself in header and meta."""
    report = article.report
    encoding = "gb18030" if report and report.has("gbk") else "utf-8"
    return Answer(page.encode(encoding), delay=_SLOW if report and report.has("slow") else 0)


def _missing(chrome: Chrome, status: int) -> Answer:
    return Answer(fill("missing.html", words(chrome)).encode(), status=status)
