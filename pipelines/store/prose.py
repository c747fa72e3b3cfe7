"""The prose of a report, in sentences: what its authors wrote, without tables, headings and what every report says.

Two reports on the same form agree in their labels, their headings and the sentences that the notices prescribe; none of
that makes one the copy of the other.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("prescribed.yaml")
_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?")
_END = re.compile(r"[。！？；!?;]")
_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"[0-9](?:[.,]?[0-9])*")
_KEPT = re.compile(r"[0-9A-Za-z\u3400-\u9fff]+")
_SHORTEST = 6  # characters below which a sentence says nothing: 其他。


def find_sentences(blocks: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The sentences of the paragraphs among a document line's ``blocks``, in order, prescribed ones left out.

    A paragraph without any sentence's end is a label, a cell of a flattened table or a signature.
    """
    texts = (block["text"] for block in blocks if block["kind"] == "paragraph" and _END.search(block["text"]))
    sentences = (sentence for text in texts for sentence in split_sentences(text))
    return tuple(sentence for sentence in sentences if len(sentence) >= _SHORTEST and not is_prescribed(sentence))


def split_sentences(text: str) -> list[str]:
    """A text's sentences in NFKC and without white space, each with the mark that ends it."""
    return [folded for piece in _SENTENCE.findall(text) if (folded := _SPACE.sub("", _fold(piece)))]


def _fold(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def is_prescribed(sentence: str) -> bool:
    """Whether a sentence is one that the notices on the form ask of every report."""
    return bool(_prescribed().search(sentence))


@lru_cache(maxsize=1)
def _prescribed() -> re.Pattern[str]:
    """One pattern for all sentences of the data file; raises ``ValueError`` naming the file where it is malformed."""
    found = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError(f"{_FILE}: expected a list of patterns")
    return re.compile("|".join(f"(?:{item})" for item in found))


def mask(prose: str) -> str:
    """Prose for comparison: every number as ``0``, nothing but letters and digits."""
    return "".join(_KEPT.findall(_DIGITS.sub("0", prose)))


def find_shared(sentences: Iterable[str], others: Iterable[str], shortest: int = 12) -> tuple[list[str], float]:
    """The sentences that also stand among the others but for their numbers, and their share of the characters.

    Sentences of fewer than ``shortest`` characters count for nothing: 下一步,我局将重点做好以下工作.
    """
    known = {mask(other) for other in others}
    longer = [(sentence, masked) for sentence in sentences if len(masked := mask(sentence)) >= shortest]
    shared = [sentence for sentence, masked in longer if masked in known]
    total = sum(len(masked) for _, masked in longer)
    return shared, sum(len(masked) for _, masked in longer if masked in known) / total if total else 0.0
