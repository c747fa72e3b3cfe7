"""What a page hides from a screen: its style sheets' simple selectors, read in time linear in the sheet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from lxml import etree

from pipelines.clean.elements import Element, Hiding

_MARKED = etree.XPath("descendant-or-self::*[@hidden]")
_STYLED = etree.XPath("descendant-or-self::*[@style]")
_HIDING_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HIDING = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_SIMPLE_SELECTOR = re.compile(r"\s*\w{0,20}([.#][\w-]+)\s*")
_HIDDEN = re.compile(rb"hidden(?<![\w:-]hidden)(?![\w:.-])")  # the word first: what begins with one is found fast
_ENCODED = re.compile(rb"&[^<>]*")
_LONGEST_VALUE = 80  # bytes behind a property's name in which its value begins, or the place is uncertain
_MOST_COUNTED = 5_000  # properties; no page that means well has so many
_MOST_NAMED = 12  # selectors by which the tree is searched without looking at every element
_BRACES = re.compile(r"([{}])")
_LONGEST = 200_000  # characters of a sheet that are read
_LONGEST_RULE = 2_000


def find_hiding(root: Element, source: bytes) -> Hiding:
    """What the style sheets and attributes of a page, given as tree and as the parser's bytes, hide from a screen."""
    source = source.lower()  # of bytes, where it costs next to nothing
    whole = b"\x00" in source or _has_encoded_style(source)
    if b"none" not in source and b"hidden" not in source:
        return Hiding(displays=whole or b"display" in source)
    silent = [(item.tag, cast(str, item.text)) for item in root.iter("style", "script") if item.text]
    sheets = [text for tag, text in silent if tag == "style"]
    codes = [text for _, text in silent]
    selectors = frozenset(selector for sheet in sheets for selector in find_hidden_selectors(sheet))
    hidden = cast(list[Element], _MARKED(root)) if whole or _HIDDEN.search(source) else []
    if whole or _may_hide(source, codes):
        hidden += _find_styled(root)
    if selectors:
        hidden += [element for element in _find_named(root, selectors) if _is_selected(element, selectors)]
    return Hiding(frozenset(hidden), whole or source.count(b"display") > sum(code.count("display") for code in codes))


def _has_encoded_style(source: bytes) -> bool:
    """Whether a tag with a style has a character reference, so that the source may not say what the style says."""
    behind = 0  # the last run of text or markup with a reference in it
    for match in _ENCODED.finditer(source):
        start = source.rfind(b"<", behind, match.start())
        if start >= 0 and source.find(b">", start, match.start()) < 0 and b"style" in source[start : match.end()]:
            return True
        behind = match.end()
    return False


def _may_hide(source: bytes, silent: Sequence[str]) -> bool:
    """Whether an element's own style may hide it: more of the source, in lower case, does than its sheets and scripts.

    To look through the source takes a tenth of the time in which the styles of a word processor are asked for.
    """
    if source.count(b"display") + source.count(b"visibility") > _MOST_COUNTED:
        return True
    found = _count_hiding(source)
    return found > 0 and found > sum(_count_hiding(text.encode("utf-8", "replace").lower()) for text in silent)


def _count_hiding(source: bytes) -> int:
    """How many times a property and a value that hide stand in it; an uncertain place counts too."""
    found = 0
    for name, value in ((b"display", "none"), (b"visibility", "hidden")):
        at = source.find(name)
        while at >= 0:
            at += len(name)
            before, colon, behind = source[at : at + _LONGEST_VALUE].decode("utf-8", "ignore").partition(":")
            behind = behind.lstrip()
            found += not before.strip() and (not colon or len(behind) < len(value) or behind.startswith(value))
            at = source.find(name, at)
    return found


def _find_named(root: Element, selectors: frozenset[str]) -> Iterable[Element]:
    """The elements of which a class or id may be one of the selectors'."""
    if len(selectors) > _MOST_NAMED:
        return cast(Iterable[Element], root.iter())
    found = [f"contains(@{'id' if name[0] == '#' else 'class'}, '{name[1:]}')" for name in sorted(selectors)]
    return cast(list[Element], root.xpath(f"descendant-or-self::*[{' or '.join(found)}]"))


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
