"""Segments: which rows of the body's tables belong to which official table.

Rows are told one by one, by the labels that only one table prints; rows without such a label go with the rows before
them. So one table over several blocks (cut by pages) and several tables in one block come out the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.document import Block
from pipelines.parse.labels import fold_label
from pipelines.parse.rows import TableRow, read_rows
from pipelines.parse.template import load_template

TABLES = ("disclosure", "requests", "appeals", "indicators")
_LONGEST_BREAK = 40  # characters of prose that a page cut may leave between two parts of a table (page number, caption)
_MOST_ROWS = 40  # that a page cut can leave without any label of their table


@dataclass(frozen=True, slots=True)
class Segments:
    """The rows of each official table, and the rows of tables that are none."""

    rows: dict[str, tuple[TableRow, ...]]
    others: tuple[TableRow, ...]


def find_segments(blocks: Sequence[Block], claimed: frozenset[int] = frozenset()) -> Segments:
    """The rows of each official table in the order of the body; ``claimed`` blocks are no tables' any more."""
    found: dict[str, list[TableRow]] = {name: [] for name in TABLES}
    others: list[TableRow] = []
    state: str | None = None
    last = -1
    for block, rows in _group_blocks(read_rows(blocks)):
        if block in claimed:
            continue
        kinds = [find_kind(row.labels) for row in rows]
        if _has_prose(blocks[last + 1 : block]) or (len(rows) > _MOST_ROWS and not any(kinds)):
            state = None
        state = state or next((kind for kind in kinds if kind), None)
        for row, kind in zip(rows, kinds, strict=True):
            state = kind or state
            (found[state] if state else others).append(row)
        last = block
    return Segments({name: tuple(rows) for name, rows in found.items()}, tuple(others))


@lru_cache(maxsize=4096)
def find_kind(labels: tuple[str, ...]) -> str | None:
    """The official table whose own labels a row has; ``None`` where it has none's, or two tables' equally.

    Most reports print the labels of the form, row by row, so that most rows have been seen before.
    """
    tables = _find_tables()
    counts = [0] * len(TABLES)
    for word in set(map(fold_label, labels)):
        for table in tables.get(word, ()):
            counts[table] += 1
    most = max(counts)
    return TABLES[counts.index(most)] if most and counts.count(most) == 1 else None


@lru_cache(maxsize=1)
def _find_tables() -> dict[str, tuple[int, ...]]:
    """Each word of the official tables with the places of its tables in ``TABLES``."""
    found: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(TABLES):
        for word in load_template(name).words:
            found[word] = (*found.get(word, ()), place)
    return found


def _group_blocks(rows: Iterable[TableRow]) -> list[tuple[int, list[TableRow]]]:
    groups: list[tuple[int, list[TableRow]]] = []
    for row in rows:
        if not groups or groups[-1][0] != row.block:
            groups.append((row.block, []))
        groups[-1][1].append(row)
    return groups


def _has_prose(blocks: Sequence[Block]) -> bool:
    """Is there more between two tables than a page cut leaves?"""
    texts = [block.text.strip() for block in blocks if block.kind in ("heading", "paragraph")]
    return sum(map(len, texts)) > _LONGEST_BREAK or any(block.kind == "heading" for block in blocks)
