"""Prose: the figures that sentences state, each with its sentence; never mixed with the cells of a table."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.document import Block
from pipelines.parse.cells import read_digits, to_number
from pipelines.parse.entries import Entry, read_entry
from pipelines.parse.labels import squeeze
from pipelines.report import Number, Stated

FILE = Path(__file__).parents[1] / "forms" / "prose.yaml"
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_STOP = re.compile(r"[，,。；;：:、！!？?]")
_ARABIC = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_CHINESE = "一二两三四五六七八九十百零〇"
_PLACEHOLDERS = {
    "NC": rf"(?P<n>{_ARABIC}|[{_CHINESE}]+)(?P<s>万)?(?:件|项|条|份|次|宗|起|例|人次)(?!次数|以上)",
    "N": rf"(?P<n>{_ARABIC})(?P<s>万)?",
    "~": rf"[^，,。；;：:、！!？?\d{_CHINESE}余近约超]{{0,16}}?",
}
_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording of a figure; ``value`` where the words themselves are the number."""

    expression: re.Pattern[str]
    value: int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the wordings that state it and the words that show that another one is meant."""

    id: str
    words: tuple[str, ...]  # one of them stands in every sentence that states the figure
    patterns: tuple[Pattern, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatedCheck:
    """A stated figure and the cells whose sum it should be (I9); only in sentences with a word of ``needs``, if any."""

    id: str
    cells: tuple[str, ...]
    needs: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_prose() -> tuple[tuple[Figure, ...], tuple[StatedCheck, ...]]:
    """The figures and their checks; raises ``FormError`` with file and line."""
    top = read_entry(FILE)
    top.expect({"unless", "figures", "checks"})
    figures = tuple(_load_figure(entry, top.texts("unless")) for entry in top.entries("figures"))
    known = {figure.id for figure in figures}
    checks = []
    for entry in top.entries("checks"):
        entry.expect({"id", "cells"}, {"needs"})
        if entry.text("id") not in known:
            entry.refuse(f"no figure {entry.text('id')!r}")
        checks.append(StatedCheck(entry.text("id"), entry.texts("cells"), entry.texts("needs")))
    return figures, tuple(checks)


@lru_cache(maxsize=1)
def _find_subjects() -> re.Pattern[str]:
    """A cheap first look: the last character of each figure's words, which no white space can tear."""
    characters = sorted({word[-1] for figure in load_prose()[0] for word in figure.words})
    return re.compile(f"[{re.escape(''.join(characters))}]")


@lru_cache(maxsize=1)
def _find_places() -> dict[str, frozenset[int]]:
    """The words of all figures, each with the places of its figures among them."""
    figures = load_prose()[0]
    words = dict.fromkeys(word for figure in figures for word in figure.words)
    return {word: frozenset(at for at, figure in enumerate(figures) if word in figure.words) for word in words}


def _load_figure(entry: Entry, unless: tuple[str, ...]) -> Figure:
    entry.expect({"id", "words", "patterns"}, {"unless"})
    general = () if entry.has("unless") and not entry.texts("unless") else unless
    patterns = tuple(_load_pattern(item, entry) for item in entry.entries_or_texts("patterns"))
    return Figure(entry.text("id"), entry.texts("words"), patterns, (*general, *entry.texts("unless")))


def _load_pattern(item: "Entry | str", figure: Entry) -> Pattern:
    if isinstance(item, str):
        text, value = item, None
    else:
        item.expect({"pattern", "value"})
        text, value = item.text("pattern"), item.number("value")
    text = re.sub("NC|N|~", lambda match: _PLACEHOLDERS[match[0]], text)
    try:
        return Pattern(re.compile(text), value)
    except re.error as error:
        figure.refuse(f"pattern of {figure.text('id')!r}: {error}")


def find_stated(blocks: Iterable[Block], claimed: frozenset[int] = frozenset()) -> Iterator[Stated]:
    """The figures of headings and paragraphs, in the order of the text; the same figure twice is said once.

    ``claimed`` blocks are the lines of a table.
    """
    seen: set[tuple[str, Number]] = set()
    subjects = _find_subjects()
    for index, block in enumerate(blocks):
        if block.kind not in ("heading", "paragraph") or index in claimed:
            continue
        for sentence in _SENTENCE.findall(block.text):
            if not subjects.search(sentence):
                continue
            for identifier, value in find_figures(squeeze(sentence)):
                if (identifier, value) not in seen:
                    seen.add((identifier, value))
                    yield Stated(identifier, value, sentence.strip(), block.path)


def find_figures(sentence: str) -> Iterator[tuple[str, Number]]:
    """The figures that one sentence (without white space) states."""
    found = [places for word, places in _find_places().items() if word in sentence]
    for place in sorted(set().union(*found)):
        figure = load_prose()[0][place]
        for pattern in figure.patterns:
            for match in pattern.expression.finditer(sentence):
                clause = _STOP.split(sentence[: match.start()])[-1] + match[0]
                value = pattern.value if pattern.value is not None else _read_number(match)
                if value is not None and not any(word in clause for word in figure.unless):
                    yield figure.id, value


def _read_number(match: re.Match[str]) -> Number | None:
    """The number that a sentence states; ``None`` for one too long to be one."""
    text, scale = match["n"], 10_000 if match["s"] else 1
    if text[0].isdigit():
        number = read_digits(text, scale)
        return None if number is None else to_number(number)
    total, digit = 0, 0
    for character in text:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[character]
    return (total + digit) * scale
