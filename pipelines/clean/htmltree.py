"""HTML text as the tree that every ``path`` refers to."""

from lxml import etree

from pipelines.clean.elements import Element

MAX_CHARACTERS = 24_000_000


def parse_html(text: str) -> Element | None:
    """The root of the tree, comments and processing instructions left out; ``None`` where there is nothing.

    lxml's HTML parser: no implied ``tbody``, nesting followed to libxml2's bound of 2,048.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, recover=True)
    payload = (text.replace("\x00", "") if "\x00" in text else text).encode("utf-8", "replace")
    try:
        return etree.fromstring(payload, parser) if payload.strip() else None
    except etree.LxmlError:
        return None
