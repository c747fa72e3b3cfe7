"""The text of a ``<pre>``: lines, and tables where they have tabs or bars between their cells."""

from msgspec import structs

from pipelines.clean.bounds import check_lines
from pipelines.clean.elements import Element
from pipelines.clean.page import Part
from pipelines.clean.plaintext import read_lines

_FEWEST_ROWS = 3


def read_preformatted(element: Element, path: str) -> tuple[Part, ...]:
    """The blocks of a ``<pre>`` of nothing but text, in which there is a table; empty for any other.

    Each block and cell has the element's own path. Raises ``PageTooLargeError``.
    """
    if any(child.tag != "br" for child in element):
        return ()
    text = (element.text or "") + "".join(f"\n{child.tail or ''}" for child in element)
    if "\t" not in text and "|" not in text:
        return ()
    check_lines(text)
    parts = read_lines(text)
    if not any(len(part.grid) >= _FEWEST_ROWS for part in parts):
        return ()
    return tuple(
        structs.replace(part, path="", grid=tuple(tuple(slot._replace(path=path) for slot in row) for row in part.grid))
        for part in parts
    )
