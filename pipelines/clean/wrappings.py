"""Bodies that a page carries in an element which shows nothing: a script is to unpack them, or a reader has none.

``<noscript>`` and ``<template>`` hold elements; ``<textarea>``, ``<script type="text/html">`` and the ``srcdoc`` of
a frame hold markup as text, which is put below them, so that a path leads through them: ``/html/body/textarea/p[2]``.
"""

import re
from collections.abc import Sequence

from pipelines.clean.body import is_unmistakable
from pipelines.clean.bounds import MAX_CUTS, MAX_ELEMENTS, PageTooLargeError, check_tags
from pipelines.clean.elements import Element
from pipelines.clean.htmltree import grow_tree
from pipelines.clean.page import Part

_WRAPPED = re.compile(
    r"<(?:noscript|template|textarea)\b|\bsrcdoc\s*=|type\s*=\s*[\"']?text/(?:html|template|x-)", re.I
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # which no tree takes from us
_MARKUP = re.compile(r"<(?:p|div|table|h[1-6]|br|section|article)\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"text/(?:html|template|x-[\w-]*template|x-handlebars)", re.IGNORECASE)


def may_be_wrapped(text: str, parts: Sequence[Part]) -> bool:
    """Whether a page that shows neither a section nor a table has elements that may hold its body.

    A page of very many elements is not read a second time.
    """
    return not has_sections(parts) and bool(_WRAPPED.search(text)) and text.count("<") < MAX_CUTS


def has_sections(parts: Sequence[Part]) -> bool:
    """Whether there is a table or the heading of a section."""
    return any(map(is_unmistakable, parts))


def unwrap(root: Element) -> frozenset[Element]:
    """The wrapping elements of a tree, their markup grown below them. Raises ``PageTooLargeError``."""
    found = set(root.iter("noscript", "template"))
    for element in list(root.iter("textarea", "script", "iframe")):
        markup = _find_markup(element)
        if markup and _MARKUP.search(markup):
            _grow(element, markup)
            found.add(element)
    return frozenset(found)


def _find_markup(element: Element) -> str:
    if element.tag == "iframe":
        return str(element.get("srcdoc") or "")
    if element.tag == "script" and not _TEMPLATE.fullmatch((element.get("type") or "").strip()):
        return ""
    return str(element.text or "")


def _grow(element: Element, markup: str) -> None:
    """Put what a text of markup stands for below its element."""
    if markup.count("<") > MAX_ELEMENTS:
        raise PageTooLargeError(f"more than {MAX_ELEMENTS} elements in a {element.tag}")
    check_tags(markup)
    tree, _ = grow_tree(markup)
    body = tree.find("body") if tree is not None else None
    element.text = _CONTROLS.sub("", body.text or "") if body is not None else None
    for child in list(body) if body is not None else []:
        element.append(child)
