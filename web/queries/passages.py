"""Passages: where the words of a question stand in a text, cut out and marked."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipelines.store.grams import fold

MOST_PASSAGES = 3
_BEFORE, _AFTER = 30, 60  # characters around a word
_LONGEST_HEADING = 30


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text."""

    text: str
    is_marked: bool


def find_passages(texts: Sequence[str], words: Sequence[str], also: str, is_whole: bool) -> list[list[Part]]:
    """For each word the first passage that has it and is not shown yet; none where a word is missing.

    ``also``: what the report says elsewhere. Without ``is_whole`` words may be missing.
    """
    folded = [fold(text) for text in texts]
    places = {word: _find_place(folded, word) for word in words}
    if is_whole and any(at is None and word not in also for word, at in places.items()):
        return []
    shown = dict.fromkeys(at for at in places.values() if at is not None)
    return [_cut(texts[at], words) for at in list(shown)[:MOST_PASSAGES]]


def _find_place(texts: Sequence[str], word: str) -> int | None:
    """The first text with a word, sentences before headings."""
    found = [at for at, text in enumerate(texts) if word in text]
    return next((at for at in found if len(texts[at]) > _LONGEST_HEADING), found[0] if found else None)


def mark_words(text: str, words: Sequence[str]) -> list[Part]:
    """A text in parts, those marked that are a word of the question."""
    marks = _find_marks(text, words)
    return [
        Part("".join(c for c, _ in some), is_marked)
        for is_marked, some in groupby(zip(text, marks, strict=True), lambda pair: pair[1])
    ]


def _cut(text: str, words: Sequence[str]) -> list[Part]:
    """What stands around the first word of a text, with dots where something is left out."""
    text = " ".join(text.split())
    first = _find_marks(text, words).index(True)
    start, end = max(0, first - _BEFORE), min(len(text), first + _AFTER)
    parts = mark_words(text[start:end], words)
    dots = Part("…", False)
    return [*([dots] if start else []), *parts, *([dots] if end < len(text) else [])]


def _find_marks(text: str, words: Sequence[str]) -> list[bool]:
    """For each character whether it belongs to a word, as folded texts are compared."""
    places = [(at, char) for at, char in enumerate(text) for char in _fold_character(char)]
    folded = "".join(char for _, char in places)
    marks = [False] * len(text)
    for word in words:
        for start in _find_all(folded, word):
            for at, _ in places[start : start + len(word)]:
                marks[at] = True
    return marks


def _fold_character(char: str) -> str:
    return "".join(unicodedata.normalize("NFKC", char).casefold().split())


def _find_all(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))
