"""An archived HTML page made safe to show, with one place marked: an element, and in it the words that are meant."""

import re
from typing import Any

from lxml import etree

from pipelines.clean.htmltree import grow_tree
from pipelines.clean.stylesheets import find_hidden_selectors
from web.archived.disarming import ABSENT, Element, add_style, disarm
from web.archived.dressing import Dress, undressed

MARK = "kaijuan-marked"
WORDS = "kaijuan-words"
STYLE = (
    f"#{MARK}{{outline:3px solid #c2410c!important;outline-offset:1px;"
    "background:#fef3c7!important;color:#111!important;scroll-margin:14rem 0 0 24rem}"
    f"mark.{WORDS}{{background:#fdba74!important;color:#111!important;padding:0}}"
    f".{ABSENT}{{display:inline-block;box-sizing:border-box;min-width:9em;padding:.4em .7em;border:1px dashed #78716c;"
    "color:#57534e;background:#f5f5f4;font:14px/1.4 sans-serif;text-indent:0;overflow:hidden}"
)
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWN = "display:revert!important;visibility:visible!important"
_LONG = 40  # characters of an element from which on words in it are marked too


def mark_page(text: str, path: str | None, dress: Dress | None = None, words: str = "") -> tuple[bytes, bool]:
    """The page as UTF-8, and whether the element at ``path`` (an XPath of the feed) was found and marked in it.

    ``words``: what is meant in the element, a number or a sentence; marked where it stands there once. ``dress``: where
    pictures and style sheets lie; none are shown without it.
    """
    root, _ = grow_tree(text)
    if root is None:
        return b"", False
    dress = dress or undressed()
    _read_base(root, dress)
    found = find_element(root, path) if path else None
    disarm(root, dress, found)
    if found is not None:
        for element in _hidden(found, _hidden_selectors(root, dress)):
            _show(element)
        found.set("id", MARK)
        mark_words(found, words)
    add_style(root, STYLE)
    return write_page(root), found is not None


def write_page(root: Element) -> bytes:
    """A tree as a page in UTF-8."""
    return b'<!DOCTYPE html>\n<meta charset="utf-8">\n' + etree.tostring(root, method="html", encoding="utf-8")


def find_element(root: Element, path: str) -> Element | None:
    """The element at a path; ``None`` for one that is no XPath of ours, or leads nowhere."""
    if not re.fullmatch(r"(?:/[\w*.-]+(?:\[\d{1,7}\])?)+", path):
        return None
    try:
        found = root.getroottree().xpath(path)
    except etree.XPathError:
        return None
    return found[0] if len(found) == 1 else None


def mark_words(element: Element, words: str) -> None:
    """Mark the words in a long element, white space aside, where they stand in it exactly once."""
    pieces = list(_texts(element))
    letters = [
        (piece, at) for piece, (_, _, text) in enumerate(pieces) for at, one in enumerate(text) if not one.isspace()
    ]
    whole = "".join(pieces[piece][2][at] for piece, at in letters)
    wanted = "".join(words.split())
    if not wanted or len(whole) <= max(_LONG, len(wanted)) or whole.count(wanted) != 1:
        return
    start = whole.index(wanted)
    spans: dict[int, tuple[int, int]] = {}
    for piece, at in letters[start : start + len(wanted)]:
        spans[piece] = (spans.get(piece, (at, at))[0], at + 1)
    for piece in sorted(spans, reverse=True):
        _wrap(*pieces[piece], *spans[piece])


def _texts(element: Element) -> list[tuple[Element, bool, str]]:
    """The pieces of text below an element in order: whose they are, whether they stand behind it, and the text."""
    found = [(element, False, element.text or "")]
    for child in element:
        if isinstance(child.tag, str) and child.tag != "style":
            found += _texts(child)
        found.append((child, True, child.tail or ""))
    return found


def _wrap(owner: Element, behind: bool, text: str, start: int, end: int) -> None:
    mark = etree.Element("mark", {"class": WORDS})
    mark.text, mark.tail = text[start:end], text[end:]
    if behind:
        owner.tail = text[:start]
        parent: Any = owner.getparent()
        parent.insert(parent.index(owner) + 1, mark)
    else:
        owner.text = text[:start]
        owner.insert(0, mark)


def _read_base(root: Element, dress: Dress) -> None:
    """A page may say what its addresses are relative to; only the first counts."""
    for element in root.iter("base"):
        if address := element.get("href"):
            dress.rebase(address)
            return


def _hidden(element: Element, hidden: frozenset[str]) -> list[Element]:
    """What a page hides (a copy for print, for phones) may be what was read: the elements that hide it."""
    return [
        each
        for each in (element, *element.iterancestors())
        if each.get("hidden") is not None or _HIDES.search(each.get("style") or "") or hidden & _names(each)
    ]


def _names(element: Element) -> set[str]:
    names = {f".{name}" for name in (element.get("class") or "").split()}
    return names | {f"#{element.get('id')}"}


def _hidden_selectors(root: Element, dress: Dress) -> frozenset[str]:
    """The classes and ids that the page's sheets hide, those that it loads included."""
    sheets = [element.text or "" for element in root.iter("style")]
    sheets += [dress.read(element.get("href")) for element in root.iter("link")]
    return frozenset(selector for sheet in sheets for selector in find_hidden_selectors(sheet))


def _show(element: Element) -> None:
    element.attrib.pop("hidden", None)
    element.set("style", f"{_HIDES.sub('', element.get('style') or '')};{_SHOWN}".lstrip("; "))
