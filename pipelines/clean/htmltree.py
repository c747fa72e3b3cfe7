"""HTML text as the tree that every ``path`` refers to."""

from threading import local

from lxml import etree

from pipelines.clean.bounds import (
    MAX_CHARACTERS,
    MAX_CUTS,
    MAX_TEXT,
    PageUnreadableError,
    check_markup,
    check_tags,
    check_text,
)
from pipelines.clean.elements import Element

_GIVES_UP = "ERR_RESOURCE_LIMIT"  # libxml2's name for nesting that it does not follow
_SHALLOW = 1_000  # tags, with which no page comes near its bound of 2,048


def encode_html(text: str) -> bytes:
    """A page's text as the parser reads it."""
    return text.encode("utf-8", "replace")


def parse_html(text: str, source: bytes | None = None) -> Element | None:
    """The root of the tree, comments and processing instructions left out; ``None`` where there is nothing.

    ``source``: the text as ``encode_html`` gives it, from who has encoded it already.
    lxml's HTML parser: no implied ``tbody``, nesting followed to libxml2's bound of 2,048. Raises ``PageTooLargeError``
    and, where the nesting goes deeper, ``PageUnreadableError``.
    """
    if len(text) > MAX_CUTS and (len(text) > MAX_CHARACTERS or text.count("<") > MAX_CUTS):  # no other is so large
        check_markup(text)
    check_tags(text)
    root, is_whole = _grow(encode_html(text) if source is None else source)
    if not is_whole:
        raise PageUnreadableError("nested too deeply")
    if root is not None and len(text) > MAX_TEXT:
        check_text(root)
    return root


class _Kept(local):
    """A parser for each thread, for what one says of the last page it keeps to itself."""

    def __init__(self) -> None:
        self.parser = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, recover=True
        )


_kept = _Kept()


def grow_tree(text: str) -> tuple[Element | None, bool]:
    """The same tree of any page, for who only wants its links; and whether the parser followed it to its end."""
    return _grow(encode_html(text))


def _grow(source: bytes) -> tuple[Element | None, bool]:
    parser = _kept.parser
    payload = source.replace(b"\x00", b"") if b"\x00" in source else source
    try:
        root = etree.fromstring(payload, parser) if payload.strip() else None
    except etree.LxmlError:
        return None, True
    errors = parser.error_log  # in memory a list; to count the tags of a page without errors takes longer
    if not len(errors) or payload.count(b"<") < _SHALLOW:
        return root, True
    return root, all(entry.type_name != _GIVES_UP for entry in errors)
