"""Lines: tables that lost their grid, as the stream of words and values that their short lines still are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipelines.document import Block
from pipelines.parse.cells import read_text
from pipelines.parse.labels import fold_label
from pipelines.parse.sections import is_section
from pipelines.parse.segments import TABLES
from pipelines.parse.template import Template, load_template

_PAGE_NUMBER = re.compile(r"\s*(?:[-—–]\s*\d+\s*[-—–]|第\s*\d+\s*页.*|\d+\s*/\s*\d+)\s*")
_ENUMERATOR = re.compile(r"\d{1,2}[.．、)）]")  # 1. before a label that a space parts from it
_PROSE = re.compile(r"[。！？!?]")
_LONGEST_LINE = 60  # characters; a longer line is a table's only when it holds a row's values or only labels
_FEWEST_VALUES = 5


class Item(NamedTuple):
    """A word or a value of a line."""

    text: str
    core: str
    is_value: bool
    block: int
    path: str


@dataclass(frozen=True, slots=True)
class Run:
    """The items of one table that follow each other without prose or a section heading between them."""

    table: str
    items: tuple[Item, ...]

    @property
    def blocks(self) -> frozenset[int]:
        """The blocks that the items come from."""
        return frozenset(item.block for item in self.items)


def find_runs(blocks: Sequence[Block]) -> Iterator[Run]:
    """The runs of the body that hold words of an official table, in order."""
    current: list[Item] = []
    for index, block in enumerate(blocks):
        if block.kind == "image" or not (block.text.strip() or block.grid) or _PAGE_NUMBER.fullmatch(block.text):
            continue
        if block.kind == "table" or _is_prose(block.text) or is_section(block):
            yield from _split_run(current)
            current = []
        else:
            current += _read_items(block, index)
    yield from _split_run(current)


def _is_prose(text: str) -> bool:
    if _PROSE.search(text):
        return True
    words = text.split()
    if len(text) <= _LONGEST_LINE or sum(map(is_value, words)) >= _FEWEST_VALUES:
        return False
    return not all(fold_label(word) in _all_words() for word in words)  # the header of a table, in one line


@lru_cache(maxsize=8192)
def is_value(word: str) -> bool:
    """Is a word by itself a number or a dash?"""
    if _ENUMERATOR.fullmatch(word):
        return False
    reading = read_text(word)
    return reading.state in ("number", "dash") and not reading.split


def _read_items(block: Block, index: int) -> Iterator[Item]:
    """The line as one item, or its words where they are values and labels."""
    text = block.text.strip()
    words = text.split()
    whole = fold_label(text)
    is_whole = len(words) == 1 or whole in _all_words() or is_value(text)
    if not is_whole and (any(map(is_value, words)) or all(fold_label(word) in _all_words() for word in words)):
        is_numbered = len(words) > 1 and not is_value(words[1])  # a number before a label is the label's
        for place, word in enumerate(words):
            yield Item(word, fold_label(word), is_value(word) and bool(place or not is_numbered), index, block.path)
    else:
        yield Item(text, whole, is_value(text), index, block.path)


@lru_cache(maxsize=1)
def _all_words() -> frozenset[str]:
    """The folded labels of all official tables, common ones included."""
    words: set[str] = {"其他", "总计", "合计", "规章", "企业"}
    return frozenset(words.union(*(load_template(name).words for name in TABLES)))


def _split_run(items: Sequence[Item]) -> Iterator[Run]:
    """Items by table: an item goes to the table whose word it is, any other to the table of the item before it."""
    table: str | None = None
    start = 0
    for place, item in enumerate(items):
        found = _find_tables().get(item.core)
        if found and found != table:
            if table:
                yield Run(table, tuple(items[start:place]))
            table, start = found, place
    if table:
        yield Run(table, tuple(items[start:]))


@lru_cache(maxsize=1)
def _find_tables() -> dict[str, str]:
    """Each table's words with the table; a word of several tables is the first one's."""
    return {word: name for name in reversed(TABLES) for word in load_template(name).words}


def count_labels(run: Run, template: Template) -> int:
    """How many different words of its table a run holds."""
    return len({item.core for item in run.items} & template.words)
