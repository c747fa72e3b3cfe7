"""Labels: the printed words of a form's rows and columns, folded so that two prints of one label become one string.

A label is certain or it is nothing: exact after folding, or damaged in a way that only one official label can explain.
"""

import re
import unicodedata
from collections.abc import Iterable, Set
from functools import lru_cache

_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_ENUMERATOR = re.compile(
    r"(?:\([一二三四五六七八九十\d]{1,3}\)[、.:]?|[一二三四五六七八九十]{1,3}[、.:)]|\d{1,2}[、.:)](?!\d)|\d{1,2}(?=[一-鿿])|其中[:,、]?)+"
)
_NOTE = re.compile(r"\([^()]*\)")
_OPEN_NOTE = re.compile(r"\([^()]*$")
_MARKS = re.compile(r"[\W_]+")
_MARKED = re.compile(r"[\u2460-\u2473\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+")  # ① before a label or as a footnote's
_NO_BRACKETS = str.maketrans("（）()", "    ")  # a label whose note lost a bracket shows all its words
_BRACKETS = str.maketrans(
    {"〔": "(", "〕": ")", "[": "(", "]": ")", "【": "(", "】": ")", "{": "(", "}": ")", "．": "."}
)


def squeeze(text: str) -> str:
    """``text`` in NFKC without any white space or invisible character; punctuation stays."""
    plain = _normalize(text)
    return plain if plain.isprintable() and " " not in plain else _SPACE.sub("", plain)


# What most Chinese text consists of. NFKC changes only the full-width forms among it, and looks up every character.
_PLAIN = re.compile(r"[\x00-\x7f\u2014\u2018-\u201d\u3000-\u3002\u3008-\u3011\u3014\u3015\u4e00-\u9fff\uff01-\uff5e]*")
_WIDE = re.compile(r"[\uff01-\uff5e]")
_WIDTH = 0xFEE0  # from a full-width form to its narrow one
_COMMON_WIDE = [(wide, chr(ord(wide) - _WIDTH)) for wide in "，（）：；"]  # one by one is several times faster


def _normalize(text: str) -> str:
    """``text`` in NFKC, but for U+3000, which is white space either way."""
    if not _PLAIN.fullmatch(text):
        return unicodedata.normalize("NFKC", text)
    for wide, narrow in _COMMON_WIDE:
        text = text.replace(wide, narrow)
    return _WIDE.sub(lambda wide: chr(ord(wide[0]) - _WIDTH), text)


@lru_cache(maxsize=16384)
def fold_label(text: str) -> str:
    """The core of a label: NFKC, no white space, no enumerator, no bracketed note, no punctuation.

    ``（二）部分公开（区分处理的，只计这一情形…）`` gives ``部分公开``. A text that is a note and nothing else keeps the
    words of the note; a bracket that a page cut left open is a note to the end. An enumerator alone has no core.
    """
    folded = squeeze(_MARKED.sub("", text)).translate(_BRACKETS)
    number = _ENUMERATOR.match(folded)
    if number:
        folded = folded[number.end() :]
    bare = _OPEN_NOTE.sub("", _NOTE.sub("", folded))
    return _MARKS.sub("", bare) or _MARKS.sub("", folded)


def is_subsequence(short: str, long: str) -> bool:
    """Are the characters of ``short`` found in ``long``, in order?"""
    rest = iter(long)
    return all(character in rest for character in short)


def measure_distance(left: str, right: str) -> int:
    """The number of characters to insert, delete or replace to turn one text into the other."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


_MOST_DAMAGE = 0.34  # share of a label that may be lost
# Words that may follow a whole label without changing what it means: 行政事业性收费项目 is 行政事业性收费.
_TAILS = frozenset(["项目", "事项", "情况", "数量", "数目", "件数", "数", "总数", "信息", "类", "项", "件"])
_LEAST_LEAD = (
    0.12  # by which the next label must be worse: 本年新收… and 上年结转… differ in four of fourteen characters
)


class Lexicon:
    """The labels that may stand at one place of a form, each with the identifier it means."""

    def __init__(self, labels: Iterable[tuple[str, str]]) -> None:
        """``labels`` are pairs of printed label and identifier; one label may not mean two things."""
        self._exact: dict[str, str] = {}
        for label, meaning in labels:
            for core in (fold_label(label), fold_label(label.translate(_NO_BRACKETS))):
                if self._exact.setdefault(core, meaning) != meaning:
                    raise ValueError(f"label {label!r} means both {self._exact[core]!r} and {meaning!r}")
        self._damaged: dict[str, str | None] = {}

    @property
    def cores(self) -> Set[str]:
        """The folded labels."""
        return self._exact.keys()

    def __contains__(self, text: str) -> bool:
        return fold_label(text) in self._exact

    def find_exact(self, text: str) -> str | None:
        """The identifier of a label that is whole after folding."""
        return self._exact.get(fold_label(text))

    def find(self, text: str) -> str | None:
        """The identifier of a label, also of a damaged one where only one label explains it; else ``None``."""
        core = fold_label(text)
        found = self._exact.get(core)
        if found is not None or len(core) < 3:
            return found
        if core not in self._damaged:
            if len(self._damaged) > 4096:  # a bound on memory; the entries are a pure function of the text
                self._damaged.clear()
            self._damaged[core] = self._find_damaged(core)
        return self._damaged[core]

    def _find_damaged(self, core: str) -> str | None:
        scores = sorted((self._score(core, label), meaning) for label, meaning in self._exact.items())
        best, meaning = scores[0]
        rival = next((score for score, other in scores if other != meaning), 1.0)
        return meaning if best <= _MOST_DAMAGE and rival - best >= _LEAST_LEAD else None

    @staticmethod
    def _score(core: str, label: str) -> float:
        """0 for the same text, 1 for no likeness.

        A label of four characters or more may be followed by a word that every label could have.
        Lost characters are forgiven up to two thirds of a label; other damage only in long labels, because among short
        ones (行政处罚, 行政处分) one swapped character is another word.
        """
        if len(label) > 3 and core.startswith(label) and core[len(label) :] in _TAILS:
            return 0.01
        if is_subsequence(core, label):
            return 0.01 + (len(label) - len(core)) / 2 / len(label)
        if len(label) < 8 or abs(len(core) - len(label)) > len(label) // 3:
            return 1.0
        return measure_distance(core, label) / len(label)
