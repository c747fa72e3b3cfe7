"""Attachments: the files that a report page links, by address, by download endpoint or by the name that it prints."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree

from spiders.pages import Link, Page, absolute, find_links

SUFFIXES = ("pdf", "doc", "docx", "xls", "xlsx", "wps", "et", "ofd", "zip", "rar", "7z", "csv", "rtf", "ceb")
_SUFFIX = re.compile(rf"\.(?:{'|'.join(SUFFIXES)})$", re.IGNORECASE)
_NAMED = re.compile(
    rf"\.(?:{'|'.join(SUFFIXES)})\s*[\])）】]?\s*(?:[(（\[]?[\d.]+\s*[KMkm][Bb]?[)）\]]?)?$", re.IGNORECASE
)
_DOWNLOAD = re.compile(r"/(?:[\w-]*down[\w-]*|attach[\w-]*|file[\w-]*)(?:\.\w+)?(?:\?|$)", re.IGNORECASE)
# What every address of a file has somewhere, and few others: a suffix, or a word of ``_DOWNLOAD``.
_FILE_WORD = re.compile(rf"\.\s*(?:{'|'.join(SUFFIXES)})|down|attach|file", re.IGNORECASE)
_FILE_NAME = re.compile(rf"\.\s*(?:{'|'.join(SUFFIXES)})\b", re.IGNORECASE)
# A download whose link names no file says so in words.
_SAID = re.compile(r"附件|点击下载|下载(?:全文|附件|文件|报告)|年报|年度报告|报告(?:全文)?(?:下载)?$")
# Files that script opens: ``PDFObject.embed("/a.pdf")``, ``var file = 'a.docx'``.
_QUOTED = re.compile(rf"['\"]([^'\"\s<>]{{1,400}}\.(?:{'|'.join(SUFFIXES)})(?:\?[^'\"\s<>]*)?)['\"]", re.IGNORECASE)
_NOT_OF_URLS = str.maketrans("", "", "\t\r\n")
_VIEWERS = ("iframe", "embed", "object")
# Containers of a page's foot by their class or id, as whole words. Heads and menus are left in: wrappers of whole pages
# are called so too, and a file missed is worse than one too many.
_CHROME = re.compile(r"(?:^|[\s_-])(?:footer|foot|friend(?:link)?s?|copyright)(?:$|[\s_-])", re.IGNORECASE)


def is_file(url: str) -> bool:
    """Whether an address is one of a file: by the end of its path, or of a value in its query."""
    parts = urlsplit(url)
    if _SUFFIX.search(unquote(parts.path)):
        return True
    return any(_SUFFIX.search(value.strip()) for _, value in parse_qsl(parts.query))


def find_attachments(page: Page) -> list[Link]:
    """The files that a page links or shows in a frame, each once, in page order; those of its chrome left out."""
    found = (link for link in (*_candidates(page.tree, page), *_written(page)) if link.url != page.url)
    return list({link.url: link for link in reversed(list(found))}.values())[::-1]


def _candidates(tree: etree._Element, page: Page) -> Iterator[Link]:
    for element in tree.iter("a", *_VIEWERS):
        if element.tag in _VIEWERS:
            if not _is_chrome(element):
                yield from _shown(element, page)
            continue
        # Of a page's hundred links this leaves a handful: titles, dates and places are read of those alone.
        if not _may_lead_to_file(element) or _is_chrome(element):
            continue
        for link in find_links(element, page.base):
            named = _NAMED.search(link.title) or _NAMED.search(element.get("download") or "")
            said = "?" in link.url and _SAID.search(link.title) and _DOWNLOAD.search(link.url)
            if is_file(link.url) or named or said:
                yield link


def _may_lead_to_file(element: etree._Element) -> bool:
    """Whether any address in a link holds what an address of a file does, wherever it stands in it, or its words do."""
    if element.get("download") or any(_FILE_NAME.search(str(text)) for text in element.itertext()):
        return True
    links = element.iter("a", "area")
    hrefs = (f"{link.get('href') or ''} {link.get('onclick') or ''}".translate(_NOT_OF_URLS) for link in links)
    return any(_FILE_WORD.search(unquote(href)) for href in hrefs)


def _shown(element: etree._Element, page: Page) -> Iterator[Link]:
    """A file in a viewer: the frame's own address, or the one that it hands to the viewer (``viewer.html?file=``)."""
    source = element.get("src") or element.get("data") or element.get("data-src")
    address = absolute(page.base, source)
    if address is None:
        return
    parts = urlsplit(address)
    # The viewer's own query, or what stands behind its fragment, which an absolute address has lost.
    handed = f"{parts.query}&{(source or '').partition('#')[2]}"
    inner = [value for _, value in parse_qsl(handed) if _SUFFIX.search(value.partition("?")[0].strip())]
    if _SUFFIX.search(parts.path):
        yield Link(address, element.get("title") or "")
    for value in inner:
        # pdf.js takes an address from where the viewer is; one that begins with ./ was written for the page.
        if url := absolute(page.base if value.startswith("./") else address, value):
            yield Link(url, element.get("title") or "")


def _written(page: Page) -> Iterator[Link]:
    """Files whose addresses stand in the page's script."""
    for script in page.tree.iter("script"):
        for match in _QUOTED.finditer("".join(str(part) for part in script.itertext()).replace("\\/", "/")):
            written = parse_qsl(urlsplit(match[1]).query) if not _SUFFIX.search(match[1].partition("?")[0]) else []
            handed = next((value for _, value in written if _SUFFIX.search(value)), match[1])
            if url := absolute(page.base, handed):
                yield Link(url, "")


def _is_chrome(element: etree._Element) -> bool:
    """Whether an element stands in a page's chrome."""
    for ancestor in element.iterancestors():
        if ancestor.tag in {"header", "footer", "nav"}:
            return True
        if ancestor.tag != "body" and _CHROME.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False
