"""Pages that only lead on: meta refresh, a script's ``location``, frames that hold what the page seems to show."""

import re
from collections.abc import Iterator

from lxml import etree

from spiders.attachments import is_file
from spiders.pages import Page, absolute

SHORT = 300  # characters of text; a page with more is more than a signpost
FEW_LINKS = 12
_REFRESH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*[;,]\s*(?:url\s*=\s*)?['\"]?\s*([^'\"\s]+)", re.IGNORECASE)
_LOCATION = re.compile(
    r"(?:(?:window|self|top|parent|document)\s*\.\s*)*\blocation(?:\.href)?\s*=\s*['\"]([^'\"]+)['\"]"
    r"|\blocation\s*\.\s*(?:replace|assign)\s*\(\s*['\"]([^'\"]+)['\"]\s*\)"
)
# What leads on only where something is pressed or asked for.
_GUARDED = re.compile(r"\bfunction\b[^{}]*\{[^{}]*$")
_SLOW = 60  # seconds; a page that refreshes itself later than that is meant to be read
# Frames of weather, counters, log-ins, maps: never the list.
_IDLE = re.compile(
    r"weather|tianqi|count|login|share|stat\b|map\.|advert|hits|visit|footer|header|foot\b|top\.", re.IGNORECASE
)


def find_onward(page: Page) -> str | None:
    """Where a page sends its reader at once; ``None`` for a page that is meant to be read."""
    for element in page.tree.iter("meta"):
        if (element.get("http-equiv") or "").strip().lower() == "refresh":
            match = _REFRESH.match(element.get("content") or "")
            url = absolute(page.base, match[2]) if match and float(match[1]) < _SLOW else None
            if url and url != page.url:
                return url
    return _find_location(page) if is_signpost(page) else None


def is_signpost(page: Page) -> bool:
    """Whether a page has next to no text and few links of its own."""
    body = page.tree.find(".//body")
    return len(page.links) <= FEW_LINKS and len(_visible_text(page.tree if body is None else body)) <= SHORT


def find_frames(page: Page) -> list[str]:
    """The pages that a page shows in frames, in page order, each once; files, widgets and other schemes left out.

    The frames of a frameset are the page, its head too, which may hold the menu.
    """
    found = ((element.tag, absolute(page.base, _source(element))) for element in page.tree.iter("iframe", "frame"))
    urls = (
        url
        for tag, url in found
        if url and url != page.url and not is_file(url) and not (tag == "iframe" and _IDLE.search(url))
    )
    return list(dict.fromkeys(urls))


def _source(element: etree._Element) -> str | None:
    """The address of a frame; late-loading ones keep it in an attribute of their own."""
    source = (element.get("src") or "").strip()
    return source if source and source != "about:blank" else element.get("data-src") or element.get("data-url")


def _find_location(page: Page) -> str | None:
    for script in _scripts(page.tree):
        for match in _LOCATION.finditer(script):
            url = absolute(page.base, match[1] or match[2])
            if url and url != page.url and not _GUARDED.search(script[: match.start()]):
                return url
    return None


def _scripts(tree: etree._Element) -> Iterator[str]:
    for element in tree.iter("script"):
        yield "".join(str(part) for part in element.itertext())
    for element in tree.iter("body"):
        yield element.get("onload") or ""


def _visible_text(element: etree._Element) -> str:
    hidden = {"script", "style", "noscript", "head"}
    parts = [str(node.text or "") for node in element.iter(etree.Element) if node.tag not in hidden]
    tails = [str(node.tail or "") for node in element.iter() if node is not element]
    return " ".join(" ".join(parts + tails).split())
