"""What a page hides from a screen: its style sheets' simple selectors, read in time linear in the sheet."""

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

from pipelines.clean.elements import Element, Hiding

_MARKED = etree.XPath("descendant-or-self::*[@hidden]")
_STYLED = etree.XPath("descendant-or-self::*[@style]")
_HIDING_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HIDING = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_SIMPLE_SELECTOR = re.compile(r"\s*\w{0,20}([.#][\w-]+)\s*")
_BRACES = re.compile(r"([{}])")
_LONGEST = 200_000  # characters of a sheet that are read
_LONGEST_RULE = 2_000


def find_hiding(root: Element, text: str) -> Hiding:
    """What the style sheets and attributes of a page, given as tree and as text, hide from a screen."""
    source = text.encode("utf-8", "replace").lower()  # of bytes, where it costs next to nothing
    if b"none" not in source and b"hidden" not in source:
        return Hiding()
    sheets = [cast(str, style.text) for style in root.iter("style") if style.text]
    selectors = frozenset(selector for sheet in sheets for selector in find_hidden_selectors(sheet))
    hidden = [*cast(list[Element], _MARKED(root)), *_find_styled(root)]
    if selectors:
        hidden += [element for element in root.iter() if _is_selected(element, selectors)]
    return Hiding(frozenset(hidden))


def _find_styled(root: Element) -> Iterator[Element]:
    """The elements that their own style hides; word processors write few styles, thousands of times."""
    known: dict[str, bool] = {}
    for element in cast(list[Element], _STYLED(root)):
        style = element.get("style")
        if style and known.get(style, True):
            known[style] = _HIDING_STYLE.search(style) is not None
            if known[style]:
                yield element


def _is_selected(element: Element, selectors: frozenset[str]) -> bool:
    names, name = element.get("class"), element.get("id")
    if name and "#" + name in selectors:
        return True
    return bool(names) and any("." + name in selectors for name in names.split())


def find_hidden_selectors(sheet: str) -> Iterator[str]:
    """The ``.class`` and ``#id`` that the sheet hides; rules for paper and for small screens hide nothing here."""
    if "none" not in sheet and "hidden" not in sheet:
        return
    preludes: list[str] = []
    text = ""
    for token in _BRACES.split(_without_comments(sheet[:_LONGEST])):
        if token == "{":
            preludes.append(text.rsplit(";", 1)[-1])
        elif token == "}" and preludes:
            yield from _hidden_by(preludes.pop(), text, preludes)
        text = "" if token in "{}" else token


def _hidden_by(selectors: str, declarations: str, around: list[str]) -> Iterator[str]:
    if len(selectors) + len(declarations) > _LONGEST_RULE or not _HIDING.search(declarations):
        return
    if all(_is_for_screens(prelude) for prelude in around):
        matches = (_SIMPLE_SELECTOR.fullmatch(selector) for selector in selectors.split(","))
        yield from (match.group(1) for match in matches if match)


def _is_for_screens(prelude: str) -> bool:
    return prelude.split() in (["@media", "screen"], ["@media", "all"])


def _without_comments(sheet: str) -> str:
    kept, at = [], 0
    while (start := sheet.find("/*", at)) >= 0:
        kept.append(sheet[at:start])
        end = sheet.find("*/", start + 2)
        if end < 0:
            return "".join(kept)
        at = end + 2
    return "".join([*kept, sheet[at:]])
