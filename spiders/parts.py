"""What belongs to a report page beside its files: images in its body, pages in its frames, further pages, styles.

A report may be images alone; then each is fetched like an attachment, so that whoever can read images reads it.
"""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree

from spiders.calls import find_calls
from spiders.families.trs import Trs
from spiders.pages import Link, Page, absolute, squeeze
from spiders.rows import is_article, reads_like_report
from spiders.stubs import find_frames, find_onward, is_signpost

MOST_IMAGES = 80  # of one page
MOST_PAGES = 30  # of one article
MOST_LOADED = 2  # pages that a script loads
LITTLE = 400  # Chinese characters outside of links; a page with fewer says what it says in images or files
_SMALLEST = 48  # pixels that an image says it is wide or high; smaller ones are signs
# Where an image is loaded late, src is a placeholder.
_SOURCES = ("data-original", "data-src", "data-lazy-src", "_src", "src", "oldsrc")
_DRESSING = re.compile(
    r"(?:^|[\s_-])(?:head(?:er)?|top|logo|nav|menu|share|foot(?:er)?|banner|ewm|qr(?:code)?|side(?:bar)?|left|related|links?"
    r"|search|copyright|breadcrumb|crumbs|tool(?:bar)?|weixin|wx|print|pager?|near|float|ad)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"(?:^|[/_-])(?:logo|icon|ico|btn|button|share|qr|qrcode|ewm|wx|weixin|weibo|print|banner|bg|dot|line|arrow|top|blue|red"
    r"|beian|ghs|jiucuo|sitemap|search|close|loading|spacer|blank)[\w-]*\.\w{3,4}$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"['\"]([^'\"\s<>]{1,400}\.(?:jpe?g|png|gif|bmp|webp|tiff?))['\"]", re.IGNORECASE)
_PAGE_FILE = re.compile(r"\.(?:s?html?|txt)$", re.IGNORECASE)
_FOOT = re.compile(r"foot|copyright|header", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def find_images(page: Page) -> list[tuple[Link, str]]:
    """The images of a page's body with the kind of their context: ``attachment`` where they are all it says."""
    images = {link.url: link for element in page.tree.iter("img") if (link := _image(element, page))}
    little = says_little(page)
    if not images and little:
        images = {link.url: link for link in _written_images(page)}
    kind = "attachment" if little else "other"
    return [(link, kind) for link in islice(images.values(), MOST_IMAGES)]


def find_styles(page: Page) -> list[Link]:
    """The style sheets that a page loads."""
    sheets = (element for element in page.tree.iter("link") if "stylesheet" in (element.get("rel") or "").lower())
    urls = (absolute(page.base, element.get("href")) for element in sheets)
    return [Link(url, "") for url in dict.fromkeys(urls) if url]


def find_inner_pages(page: Page) -> list[str]:
    """The pages that hold the rest of a report: where a stub leads, what frames show, an article's further pages."""
    onward = find_onward(page) if is_signpost(page) else None
    if onward:
        return [onward]
    if reads_like_report(page.text):
        return list(dict.fromkeys(_further_pages(page)))
    frames = find_frames(page) or (_loaded_pages(page) if says_little(page) else [])
    return list(dict.fromkeys([*frames, *_further_pages(page)]))


def says_little(page: Page) -> bool:
    """Whether a page has next to no Chinese characters outside of links, scripts and dressing."""
    left = LITTLE
    for text in _plain_texts(page.tree):
        left -= len(_CHINESE.findall(text))
        if left <= 0:
            return False
    return True


def _image(element: etree._Element, page: Page) -> Link | None:
    sources = (absolute(page.base, element.get(name)) for name in _SOURCES)
    url = next((source for source in sources if source), None)
    if url is None or _SIGN.search(urlsplit(url).path) or _is_small(element) or is_dressing(element):
        return None
    return Link(url, squeeze(element.get("alt") or element.get("title") or ""))


def _written_images(page: Page) -> Iterator[Link]:
    """Images whose addresses stand in the page's script alone."""
    for script in page.tree.iter("script"):
        for match in _QUOTED.finditer("".join(str(part) for part in script.itertext()).replace("\\/", "/")):
            url = absolute(page.base, match[1])
            if url and not _SIGN.search(urlsplit(url).path):
                yield Link(url, "")


def _loaded_pages(page: Page) -> list[str]:
    """The pages that the script of a page without text loads into it."""
    urls = (call.url for call in find_calls(page) if call.sends == "query" and not call.values)
    host = urlsplit(page.url).netloc
    own = (url for url in urls if urlsplit(url).netloc == host and _PAGE_FILE.search(urlsplit(url).path))
    return list(islice(dict.fromkeys(own), MOST_LOADED))


def _is_small(element: etree._Element) -> bool:
    sizes = (re.match(r"\d+", (element.get(name) or "").strip()) for name in ("width", "height"))
    return any(size is not None and int(size[0]) < _SMALLEST for size in sizes)


def is_dressing(element: etree._Element) -> bool:
    """Whether an element stands in what surrounds a body on every page."""
    for ancestor in element.iterancestors():
        if ancestor.tag in {"header", "footer", "nav", "aside"}:
            return True
        if ancestor.tag not in {"body", "html"} and _DRESSING.search(_names(ancestor)):
            return True
    return False


def _plain_texts(tree: etree._Element) -> Iterator[str]:
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            yield node.tail or ""
        elif node.tag in {"a", "script", "style", "head", "header", "footer", "nav", "select"} or _is_foot(node):
            walker.skip_subtree()
        elif isinstance(node.tag, str):
            yield node.text or ""


def _is_foot(node: etree._Element) -> bool:
    return node.tag == "div" and bool(_FOOT.search(_names(node)))


def _names(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _further_pages(page: Page) -> Iterator[str]:
    """The pages into which its software cut an article: as it links them, or as its pager's script names them.

    ``t20230118_123_1.html`` of ``t20230118_123.html``; ``createPageHTML(3, 0, "t20230118_123", "html")``.
    """
    stem, _, suffix = page.url.partition("?")[0].rpartition(".")
    if is_article(page.url):
        further = re.compile(rf"{re.escape(stem)}_\d{{1,2}}\.{re.escape(suffix)}")
        yield from islice((link.url for link in page.links if further.fullmatch(link.url)), MOST_PAGES)
    pager = Trs().read_pager(page)
    name = urlsplit(page.url).path.rpartition("/")[2].partition(".")[0]
    if pager and pager.current == 0 and pager.name == name:
        for number in range(1, min(pager.total, MOST_PAGES)):
            yield urljoin(page.base, f"{pager.name}_{number}.{pager.extension}")
