"""The fields of a finding's sentence, read back by the pattern that it was made by.

A feed's finding is an English sentence with an id. A page in Chinese needs what the sentence says, not the sentence:
``sentences.yaml`` has the pattern of each, and a sentence that fits none (of a store that another version filled) is
shown as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
FINDINGS, RUNS = "sentences", "runs"  # the files of patterns
REFUSED = "unmapped-table"  # the kind of which a sentence may hold another one

_NUMBER = r"-?\d[\d.]*(?:e[+-]?\d+)?"
_NAME = r"[\w.]+"
_FIELD = re.compile(r"\\{(\w+)\\}")
# What fields hold; those that are not named here hold any text.
_SHAPES = {
    **dict.fromkeys(("count", "left", "right"), _NUMBER),
    **dict.fromkeys(("identity", "table", "row", "cell", "column", "form", "expected"), _NAME),
    "year": r"\d{4}",
    "share": r"\d+%",
    "rows": r"[\w.]+(?:, [\w.]+)*",
    "rows_and": r"[\w.]+(?: and [\w.]+)*",
    **dict.fromkeys(("url", "other"), r"\S+://\S+"),
    "host": r"\S+",
    "status": r"\d{3}",
    **dict.fromkeys(("rest", "any"), ".*"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says. ``name``: of its words; ``fields``: as they were written."""

    name: str
    fields: Mapping[str, str]


def read_sentence(kind: str, text: str, book: str = FINDINGS) -> Said | None:
    """The fields of a finding's sentence; ``None`` where no pattern of its kind, in that file of them, fits."""
    for name, pattern in load_patterns(book).get(kind, ()):
        if found := pattern.fullmatch(text):
            return Said(name, found.groupdict())
    return None


@lru_cache(maxsize=2)
def load_patterns(book: str = FINDINGS) -> dict[str, Sequence[tuple[str, re.Pattern[str]]]]:
    """The patterns of each kind, in the order in which they are tried."""
    kinds = yaml.safe_load((FOLDER / f"{book}.yaml").read_text(encoding="utf-8"))
    return {
        kind: [(name, re.compile(_make_expression(text), re.DOTALL)) for name, text in sentences.items()]
        for kind, sentences in kinds.items()
    }


def list_fields(pattern: re.Pattern[str]) -> set[str]:
    """The names of a pattern's fields."""
    return set(pattern.groupindex)


def _make_expression(text: str) -> str:
    """A pattern as a regular expression; ``(s)`` is a plural's ending."""
    escaped = re.escape(text).replace(r"\(s\)", "s?")
    return _FIELD.sub(lambda match: f"(?P<{match[1]}>{_SHAPES.get(match[1], '.+?')})", escaped)
