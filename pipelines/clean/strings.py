"""A body that is printed once more in one string: hidden, as a page reads it aloud; or its beginning, as an excerpt."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from pipelines.clean.keys import text_key
from pipelines.clean.page import Part

_SHORTEST = 400  # characters of such a string
_COVERED = 0.8  # share of them that the shown blocks say, in the same order
_FEWEST = 5  # blocks
_SENTENCE = 24  # characters
_NEAR = 40  # characters that a shorter text may be ahead
_FIGURE = 4
_MOST = 20  # such strings, and such excerpts, of a page
_SUMMARY = re.compile(r"^[【\[]?\s*(?:内容摘要|内容提要|内容概述|摘要|提要|导读|核心提示)\s*[】\]:：]+\s*")
_SUMMARY_STARTS = frozenset("【[内摘提导核 ")  # no other character begins one in a folded text
_BROKEN_OFF = ("...", "…", "。。。")


def find_strings(parts: Sequence[Part]) -> dict[int, int]:
    """Hidden block → first shown block of the body that it repeats in one string, for each such block."""
    strings = [number for number, part in enumerate(parts) if _may_be_string(part)][:_MOST]
    if not strings:
        return {}
    shown = [(number, key) for number, part in enumerate(parts) if not part.hidden for key in _keys(part)]
    found = {number: _first_repeated(text_key(parts[number].text), shown) for number in strings}
    return {number: first for number, first in found.items() if first is not None}


def find_excerpts(parts: Sequence[Part]) -> dict[int, int]:
    """Block → first block of the text whose beginning it is: a summary above the body, broken off by dots."""
    excerpts = [number for number, part in enumerate(parts) if _may_be_excerpt(part)][:_MOST]
    if not excerpts:
        return {}
    keys = [text_key(part.text) if part.kind in ("heading", "paragraph") else "" for part in parts]
    offsets = [0, *accumulate(map(len, keys))]
    starts = {start: number for number, start in enumerate(offsets[:-1])}
    text = "".join(keys)
    found: dict[int, int] = {}
    for number in excerpts:
        key = text_key(_SUMMARY.sub("", parts[number].text))
        at = text.find(key, offsets[number + 1])
        if len(key) >= _SENTENCE and at in starts:
            found[number] = starts[at]
        elif _SUMMARY.match(parts[number].text):
            found |= _find_gathered(parts[number].text, number, text, offsets)
    return found


def _find_gathered(summary: str, number: int, text: str, offsets: Sequence[int]) -> dict[int, int]:
    """A summary of sentences that all stand behind it, in their order but not side by side, with the first's block."""
    place, first = offsets[number + 1], -1
    for sentence in re.findall(r"[^。！？；]+", _SUMMARY.sub("", summary)):
        key = text_key(sentence)
        at = text.find(key, place)
        if at < 0:
            return {}
        first = at if first < 0 else first
        place = at + len(key)
    return {number: bisect_right(offsets, first) - 1} if first >= 0 else {}


def _may_be_excerpt(part: Part) -> bool:
    if part.hidden or part.kind != "paragraph" or len(part.text) < _SENTENCE:
        return False
    return part.text.endswith(_BROKEN_OFF) or (part.text[0] in _SUMMARY_STARTS and bool(_SUMMARY.match(part.text)))


def _may_be_string(part: Part) -> bool:
    return part.hidden and part.kind == "paragraph" and len(part.text) >= _SHORTEST


def _keys(part: Part) -> list[str]:
    if part.kind == "table":
        slots = {id(slot): slot.text for row in part.grid for slot in row}
        return [text_key(text) for text in slots.values()]
    return [text_key(part.text)] if part.kind != "image" else []


def _first_repeated(string: str, shown: Sequence[tuple[int, str]]) -> int | None:
    """The first block that the string holds, where the blocks in their order make up most of it."""
    place = covered = 0
    held: list[int] = []
    for number, key in shown:
        # Only a sentence may open the string or leap ahead in it; the words of a menu occur in it by chance.
        sentence = len(key) >= _SENTENCE
        if not key or not (sentence or held):
            continue
        at = string.find(key, place, len(string) if sentence else place + len(key) + _NEAR)
        if at < 0 or (len(key) < _FIGURE and at > place):  # a figure counts only where it is due
            continue
        place, covered = at + len(key), covered + len(key)
        held.append(number)
    return held[0] if len(set(held)) >= _FEWEST and covered >= _COVERED * len(string) else None
