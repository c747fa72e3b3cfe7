"""An archived page's tree with nothing in it that could run, fetch or lead away: what is known to be harmless stays.

The page is also served under a content security policy that forbids all of it (``web.application``); this is the second
lock, and holds by itself. It works on lists of what may stay, for browsers learn new elements and attributes each year.
"""

import re
from typing import Any

from lxml import etree

from web.archived.dressing import Dress
from web.archived.harmless import ATTRIBUTES, TAGS

Element = Any  # lxml ships no types for its HTML tree that survive strict checking

OURS = "kaijuan"
ABSENT = "kaijuan-absent"
# Gone with all that is in them: code, drawings in a grammar of their own, and what no browser shows.
_GONE = frozenset({"script", "template", "svg", "math", "datalist", "audio", "noembed", "xml"})
# In their place stands a box: they show what lies elsewhere. The parser may have put page below the first four.
_WINDOWS = frozenset({"object", "frame", "applet", "portal", "iframe", "embed", "video", "canvas", "fencedframe"})
_HOLLOW = frozenset({"meta", "base", "source", "track", "param", "input", "bgsound", "keygen", "area", "basefont"})
# Where a picture is loaded late, ``src`` is a placeholder.
_SOURCES = ("data-original", "data-src", "data-lazy-src", "_src", "src", "oldsrc")
_SMALL = 40  # pixels: a picture that says it is smaller is a sign or a spacer
_NUMBER = re.compile(r"\s*(\d{1,5})\s*(?:px)?\s*$")


def disarm(root: Element, dress: Dress, kept: Element | None) -> None:
    """Take out of the tree all that is not known to be harmless; ``kept``, the place to be marked, stays as it is."""
    above = set() if kept is None else {kept, *kept.iterancestors()}
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.lower()
        if tag == "link":
            _import_sheet(element, dress)
        elif tag in _GONE or tag in _HOLLOW or tag in _WINDOWS:
            _close(element, tag, stays=element in above or (tag not in _GONE and len(element) > 0))
        elif tag == "img":
            _show_picture(element, dress)
        else:
            if tag not in TAGS:
                element.tag = "span"
            _clean(element, dress)
    for style in root.iter("style"):
        style.text = dress.clean_sheet("".join(style.itertext()))
        for child in list(style):
            style.remove(child)


def remove(element: Element) -> None:
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


def _close(element: Element, tag: str, *, stays: bool) -> None:
    """An element that shows, runs or fetches: out, or an empty shell where page lies in it."""
    if stays:
        element.tag = "span"
        element.attrib.clear()
    elif tag in _WINDOWS:
        _put_box(element, "此处的框架或媒体未显示 · embedded content is not shown")
    else:
        remove(element)


def _clean(element: Element, dress: Dress) -> None:
    background = element.get("background")
    for name, value in list(element.attrib.items()):
        lower = name.lower()
        if name not in ATTRIBUTES or (lower in ("id", "class") and value.lower().lstrip().startswith(OURS)):
            del element.attrib[name]
        elif lower == "style":
            element.set(name, dress.clean_style(value))
    ours = dress.find(background, "picture") if background and element.tag in ("body", "table", "td", "th") else None
    if ours:
        element.set("background", ours)


def _import_sheet(element: Element, dress: Dress) -> None:
    """A style sheet that is archived is asked of us; every other link goes."""
    words = (element.get("rel") or "").lower().split()
    ours = (
        dress.find(element.get("href") or "", "sheet") if "stylesheet" in words and "alternate" not in words else None
    )
    media = element.get("media")
    if ours is None:
        if len(element):
            element.tag = "span"
            element.attrib.clear()
        else:
            remove(element)
        return
    element.attrib.clear()
    element.attrib.update({"rel": "stylesheet", "href": ours} | ({"media": media} if media else {}))


def _show_picture(element: Element, dress: Dress) -> None:
    addresses = [value for name in _SOURCES if (value := element.get(name))]
    ours = next((found for address in addresses if (found := dress.find(address, "picture"))), None)
    small = any(size < _SMALL for size in _read_sizes(element).values())
    _clean(element, dress)
    if ours is not None:
        element.set("src", ours)
    elif small or not addresses:
        remove(element)
    else:
        _put_box(element, f"图片未存档 · picture not archived {(element.get('alt') or '')[:40]}".rstrip())


def _put_box(element: Element, text: str) -> None:
    """An empty box of the size that the element says, with the reason in it."""
    sizes = _read_sizes(element)
    for child in list(element):
        element.remove(child)
    element.attrib.clear()
    element.tag, element.text = "span", text
    element.set("class", ABSENT)
    if sizes:
        element.set("style", ";".join(f"{name}:{size}px" for name, size in sizes.items()) + ";max-width:100%")


def _read_sizes(element: Element) -> dict[str, int]:
    """Width and height as the element says them, in pixels."""
    found = {name: _NUMBER.match(element.get(name) or "") for name in ("width", "height")}
    return {name: int(match[1]) for name, match in found.items() if match}


def add_style(root: Element, text: str) -> None:
    """A style sheet of ours at the page's end, where it has the last word."""
    style = etree.SubElement(root, "style")
    style.text = text
