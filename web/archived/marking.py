"""An archived HTML page with everything taken out that could run, fetch or lead away, and one element marked.

The page is also served under a content security policy that forbids all of it (``web.application``); this is the second
lock, and what makes the page look the same in a browser that does not know the first.
"""

import re
from typing import Any

from lxml import etree

from pipelines.clean.htmltree import grow_tree

MARK = "kaijuan-marked"
_STYLE = (
    f"#{MARK}{{outline:3px solid #c2410c!important;outline-offset:1px;"
    "background:#fef3c7!important;color:#111!important;scroll-margin:14rem 0 0 24rem}"
)
# Their contents are no page; those of the others may be, for the parser leaves open what browsers close at once.
_RUNS = frozenset({"script", "iframe"})
_FETCHED_FOR = frozenset({"frame", "frameset", "object", "embed", "applet", "base", "link", "portal", "meta"})
_LEADS_AWAY = frozenset(
    {"href", "src", "srcset", "action", "formaction", "data", "background", "poster", "ping", "target", "srcdoc"}
    | {"longdesc", "cite", "usemap", "manifest", "xlink:href", "lowsrc", "dynsrc", "code", "codebase", "archive"}
)
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FETCHES = re.compile(r"@import[^;]*;?|url\s*\([^)]*\)|expression\s*\(|-moz-binding", re.IGNORECASE)

Element = Any  # lxml ships no types for its HTML tree that survive strict checking


def mark_page(text: str, path: str | None) -> tuple[bytes, bool]:
    """The page as UTF-8, and whether the element at ``path`` (an XPath of the feed) was found and marked in it."""
    root, _ = grow_tree(text)
    if root is None:
        return b"", False
    found = find_element(root, path) if path else None
    if found is not None:
        _unhide(found)
        found.set("id", MARK)
    for element in list(root.iter()):
        _disarm(element, found)
    _add_style(root)
    return b'<!DOCTYPE html>\n<meta charset="utf-8">\n' + etree.tostring(
        root, method="html", encoding="utf-8"
    ), found is not None


def find_element(root: Element, path: str) -> Element | None:
    """The element at a path; ``None`` for one that is no XPath of ours, or leads nowhere."""
    if not re.fullmatch(r"(?:/[\w*.-]+(?:\[\d{1,7}\])?)+", path):
        return None
    try:
        found = root.getroottree().xpath(path)
    except etree.XPathError:
        return None
    return found[0] if len(found) == 1 else None


def _unhide(element: Element) -> None:
    """A copy that the page hides (for print, for phones) may be the one that was read."""
    for each in (element, *element.iterancestors()):
        each.attrib.pop("hidden", None)
        if _HIDES.search(each.get("style") or ""):
            each.set("style", _HIDES.sub("", each.get("style")) + ";display:revert;visibility:visible")


def _disarm(element: Element, kept: Element | None) -> None:
    if not isinstance(element.tag, str):
        return
    tag = element.tag.lower()
    if tag in _RUNS and element is not kept:
        _remove(element)
        return
    if tag in _FETCHED_FOR:
        element.tag = "span"
        element.attrib.clear()
    elif tag == "form":
        element.tag = "div"
    elif tag == "style" and element.text:
        element.text = _FETCHES.sub("", element.text)
    for name, value in list(element.attrib.items()):
        if name.lower().startswith("on") or name.lower() in _LEADS_AWAY:
            del element.attrib[name]
        elif name.lower() == "style" and _FETCHES.search(value):
            element.set(name, _FETCHES.sub("", value))
        elif name == "id" and value == MARK and element is not kept:
            del element.attrib[name]


def _remove(element: Element) -> None:
    """Take an element out and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _add_style(root: Element) -> None:
    style = etree.SubElement(root, "style")
    style.text = _STYLE
