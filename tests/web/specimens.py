"""What the shared archive holds beside the demo's pages: tricks, a dressed page with its parts, reports in files."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from demo.cast import Agency
from demo.crowd import draw_agencies
from demo.portals import Portal
from demo.printing import Break
from demo.rendering.docx import MEDIA_TYPE as WORD
from demo.rendering.layout import lay_out
from demo.rendering.office import WORKBOOK, write_word, write_workbook
from demo.rendering.pdf import write_pdf
from demo.rows import PIXEL
from demo.site import build_site
from demo.truth import Report, make_reports
from tests.archive.building import http, make_id, metadata, record
from tests.clean.filing import pack
from tests.web.hostile import load_tricks, write_page

FIRST = 900_000  # of the records' numbers, so that theirs are nobody else's
DRESSED = "http://www.dressed.example.gov.cn"
DRESSED_PAGE = f"""<html><head><title>页</title><link rel="stylesheet" href="/css/main.css"><link rel="stylesheet"
href="http://elsewhere.example.gov.cn/gone.css"><style>.later{{background:url(/img/once.png)}}</style></head><body>
<h1 id="head">装扮</h1><img id="logo" src="/img/logo.png" width="80" height="60"><img src="/img/none.png" alt="沒有">
<img src="/img/spacer.gif" width="1"><img data-src="/img/twice.png" src="/img/loading.png"><img src="/img/drawn.svg">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><div class="hidden"><p id="text">{"政府信息公开" * 10}</p></div>
<iframe src="/frame.html"></iframe></body></html>"""
SHEET = """@import "more.css"; @import url(http://elsewhere.example.gov.cn/gone.css);
h1{color:rgb(1,2,3);background:url('../img/logo.png');position:fixed;top:0} .hidden{display:none}
p{background:url(/img/none.png)}"""
MORE = "h1{letter-spacing:7px} @font-face{font-family:x;src:url(/f.woff)}"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_TYPE = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\n"


@dataclass(frozen=True)
class Extra:
    """One answer of the archive; ``run`` is its crawl's."""

    url: str
    media: str
    body: bytes
    run: str = "first"
    date: str = "2023-01-18T09:30:00Z"


def list_extras(canary: str) -> list[Extra]:
    """All of them, in the order of the file."""
    return [*_tricks(canary), *_dressed(), *_files(), *_versions()]


def write_extras(canary: str) -> Iterator[bytes]:
    """Their records."""
    for at, extra in enumerate(list_extras(canary)):
        number = FIRST + 2 * at
        block, date = http(extra.body, _TYPE.format(extra.media)), {"WARC_Date": extra.date}
        yield record(block=block, number=number, WARC_Target_URI=extra.url, **date)
        yield metadata(number + 1, number, f"run: {extra.run}\r\n")


def name_of(canary: str, url: str, run: str = "first") -> str:
    """The capture's name in addresses."""
    found = [at for at, extra in enumerate(list_extras(canary)) if (extra.url, extra.run) == (url, run)]
    return make_id(FIRST + 2 * found[0]).removeprefix("<urn:uuid:").removesuffix(">")


def trick_url(name: str) -> str:
    """Where a page of one trick lay."""
    return f"http://tricks.example.gov.cn/{name}.html"


def _tricks(canary: str) -> Iterator[Extra]:
    for name in load_tricks():
        yield Extra(trick_url(name), "text/html; charset=utf-8", write_page(name, canary).encode())


def _dressed() -> Iterator[Extra]:
    yield Extra(f"{DRESSED}/page.html", "text/html; charset=utf-8", DRESSED_PAGE.encode())
    yield Extra(f"{DRESSED}/css/main.css", "text/css", SHEET.encode())
    yield Extra(f"{DRESSED}/css/more.css", "text/css", MORE.encode())
    yield Extra(f"{DRESSED.replace('http', 'https')}/img/logo.png", "image/png", PIXEL)  # under another scheme
    yield Extra(f"{DRESSED}/img/once.png", "image/png", PIXEL + b"once")
    yield Extra(f"{DRESSED}/img/drawn.svg", "image/svg+xml", SVG)
    yield Extra(f"{DRESSED}/img/twice.png", "image/png", PIXEL + b"near", run="second")
    yield Extra(f"{DRESSED}/img/twice.png", "image/png", PIXEL + b"own", date="2023-03-18T09:30:00Z")


def _files() -> Iterator[Extra]:
    word, book, packed = file_reports()
    yield Extra(f"{DRESSED}/a.docx", WORD, write_word(word.title, lay_out(word)))
    yield Extra(f"{DRESSED}/b.xlsx", WORKBOOK, write_workbook(book.title, lay_out(book)))
    members = {"附件/年报.pdf": write_pdf(packed.title, lay_out(packed))}
    yield Extra(f"{DRESSED}/c.zip", "application/zip", pack(members))


# Of the second version: three requests more, so that everything still adds up.
CHANGED = tuple(f"requests.{row}.{who}" for row in ("new", "granted", "handled_total") for who in ("natural", "total"))


def versioned() -> tuple[Agency, Agency]:
    """An agency as it is at first, and once it has changed six numbers and a word of its report."""
    drawn = next(one for one in draw_agencies(78, 60) if one.looks[0].form == "2021" and not one.looks[0].quirks)
    changed = tuple(Break(cell, off_by=3) for cell in CHANGED)
    return drawn, replace(drawn, looks=(replace(drawn.looks[0], breaks=changed),))


def _versions() -> Iterator[Extra]:
    for agency, date in zip(versioned(), ("2024-02-01T08:00:00Z", "2024-05-01T08:00:00Z"), strict=True):
        portal = Portal(agency, "trs", "/zfxxgk/nb/", quiet=True)
        site = build_site(portal, "http://versions.example.gov.cn:80", make_reports(78, (agency,)), 78)
        (article,) = site.articles
        body = site.pages[article.page_path].body.decode()
        text = body.replace("全年", "全年度", 1) if "-05-" in date else body
        yield Extra(
            f"http://versions.example.gov.cn{article.page_path}", "text/html; charset=utf-8", text.encode(), date=date
        )


def file_reports() -> tuple[Report, ...]:
    """The reports that lie in a DOCX, an XLSX and a ZIP: of agencies that have pages in no portal."""
    agencies = [agency for agency in draw_agencies(77, 40) if agency.looks[0].form == "2021"][:3]
    return make_reports(77, agencies)
