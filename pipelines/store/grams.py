"""Grams: what a text is found by. Pairs of neighbouring characters, for Chinese has no spaces between its words.

Most words of Chinese have two characters (海淀, 申请), which an index of threes could not find; a longer word is a row
of pairs. Letters and digits stay whole words. The same grams go into both databases and into every question.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import add

from pipelines.feeds import Line
from pipelines.parse.forms import load_forms
from pipelines.parse.labels import fold_label

MOST_WORDS = 8
_LONGEST_WORD = 40  # characters
_MOST_GRAMS = 50_000  # of a text; PostgreSQL takes a megabyte of them
_SPACE = re.compile(r"\s+")
# Words of letters and digits, or runs of other characters; marks lie between.
_RUN = re.compile(r"[0-9a-z]+|[^\W_0-9a-z]+")
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")  # around a word
_PLAIN = re.compile(r"[0-9a-z]+")
_NUMBER = re.compile(r"[\d.,，%％\s\-—/]*")


def fold(text: str) -> str:
    """As texts are compared: NFKC, small letters, no white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def list_texts(blocks: Iterable[Line]) -> Iterator[str]:
    """What is searched of a body: its paragraphs, and of its tables what is neither number nor label of a form."""
    for block in blocks:
        if block["kind"] == "table":
            texts = dict.fromkeys(text for row in block["grid"] for text in row)
            yield from (
                text for text in texts if not _NUMBER.fullmatch(text) and fold_label(text) not in _list_labels()
            )
        elif block["kind"] != "image":
            yield block["text"]


def make_grams(texts: Iterable[str]) -> list[str]:
    """The grams of texts in their order: words of letters and digits, and of each run of other characters its pairs."""
    grams: list[str] = []
    for text in texts:
        for run in _RUN.findall(fold(text)):
            if run[0] <= "z":  # letters and digits
                grams.append(run[:_LONGEST_WORD])
            else:
                grams += map(add, run, run[1:])
        if len(grams) > _MOST_GRAMS:
            break
    return grams[:_MOST_GRAMS]


def read_words(question: str) -> list[str]:
    """The words of a question, folded: what stands between spaces and quotation marks, without marks around it."""
    parts = re.split(r"[\s\"“”「」『』]+", unicodedata.normalize("NFKC", question))
    words = dict.fromkeys(_MARKS.sub("", fold(part))[:_LONGEST_WORD] for part in parts)
    return [word for word in words if _RUN.search(word)][:MOST_WORDS]


def list_runs(words: Iterable[str]) -> list[list[str]]:
    """For each run of characters in some words its grams; one character alone has none, and must be looked for."""
    runs = [run for word in words for run in _RUN.findall(word)]
    grams = ([run] if _PLAIN.fullmatch(run) else list(map(add, run, run[1:])) for run in runs)
    return [some for some in grams if some]


def write_match(runs: Iterable[Sequence[str]]) -> str:
    """A question to FTS5: the pairs of each run in a row."""
    return " AND ".join(f'"{" ".join(run)}"' for run in runs)


def write_tsquery(runs: Iterable[Sequence[str]]) -> str:
    """A question to PostgreSQL: all pairs of all runs."""
    return " & ".join(f"'{gram}'" for run in runs for gram in run)


@lru_cache(maxsize=1)
def _list_labels() -> frozenset[str]:
    """The labels of all forms, folded: every report has them, so that nobody finds anything by them."""
    found: set[str] = set()
    for table in (table for form in load_forms() for table in form.tables):
        rows, columns = (row.labels for row in table.rows), (column.labels for column in table.columns)
        found.update(*rows, *columns, table.groups, table.corner)
    return frozenset(map(fold_label, found))
