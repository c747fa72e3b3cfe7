"""One table element of a page: told from a frame, its stray words, its grid, and the links in its cells."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.clean.elements import SILENT, Element, Hiding, fold
from pipelines.clean.grids import expand_rows, find_rows, read_rows
from pipelines.clean.layouts import is_data_table, is_frame
from pipelines.clean.paths import PathBook
from pipelines.document import Grid

_PARTS = frozenset(["caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th", "form"]) | SILENT


@dataclass(frozen=True, slots=True)
class DataTable:
    """``strays`` are the lines that stand in the table but in no cell: browsers show them before the table.

    ``linked`` counts the characters inside links; ``links`` are addresses with their texts. The grid may be empty.
    """

    strays: tuple[str, ...]
    grid: Grid
    linked: int
    links: tuple[tuple[str, str], ...]


def read_table(table: Element, paths: PathBook, hiding: Hiding) -> DataTable | None:
    """The table, or ``None`` where it only places things on the page. Raises ``GridTooLargeError``."""
    source = find_rows(table)
    if is_frame(table, source):
        return None
    rows = read_rows(source, paths, hiding)
    if not is_data_table(table, rows):
        return None
    links = [(link.get("href"), fold("".join(link.itertext()))) for link in table.iterdescendants("a")]
    linked = sum(len(text) for _, text in links)
    addresses = tuple((href.strip(), text) for href, text in links if href)
    return DataTable(tuple(_find_strays(table)), expand_rows(rows), linked, addresses)


def _find_strays(table: Element) -> Iterator[str]:
    """The captions, and what stands before, between and behind the cells."""
    for caption in table.iterchildren("caption"):
        yield "".join(caption.itertext())
    buffer: list[str] = []
    for frame in _frames(table):
        buffer.append(frame.text or "")
        for child in frame:
            if child.tag not in _PARTS:
                buffer.append("".join(child.itertext()))
                yield "".join(buffer)
                buffer.clear()
            if child.tail:
                buffer.append(child.tail)
    yield "".join(buffer)


def _frames(table: Element) -> list[Element]:
    """The table, its row groups and rows, and then the rows of its groups."""
    groups = [child for child in table if child.tag in ("tbody", "thead", "tfoot", "tr")]
    rows = [row for group in groups if group.tag != "tr" for row in group if row.tag == "tr"]
    return [table, *groups, *rows]
