"""The pages' words in both languages, a file for each room; the loader refuses a word that one of them lacks."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent


class _Filler(Formatter):
    """Fills blanks; ``{count:square|squares}`` is the first word where the value shown is 1, else the second."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One blank."""
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else many
        return str(super().format_field(value, format_spec))


_FILLER = _Filler()


class Words:
    """One language: ``words("coverage.title", count=3)``."""

    def __init__(self, language: str, entries: dict[str, str]) -> None:
        self.language = language
        self._entries = entries

    @property
    def keys(self) -> Collection[str]:
        """All keys."""
        return self._entries.keys()

    @property
    def other(self) -> str:
        """The other language."""
        return LANGUAGES[1 - LANGUAGES.index(self.language)]

    def __call__(self, key: str, **values: Any) -> str:
        """The text under a key, its blanks filled. Raises ``KeyError`` for one that no language has."""
        text = self._entries[key]
        return _FILLER.format(text, **values) if values else text

    def get(self, key: str, default: str) -> str:
        """The text under a key that may be missing: a word of the data rather than of the pages."""
        return self._entries.get(key, default)


@lru_cache(maxsize=1)
def load_words() -> dict[str, Words]:
    """Both languages. Raises ``ValueError`` naming file and key where they do not match, or two files have a key."""
    entries: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for file in sorted(FOLDER.glob("*.yaml")):
        for key, texts in _flatten(yaml.safe_load(file.read_text(encoding="utf-8"))):
            if not isinstance(texts, list) or len(texts) != len(LANGUAGES):
                raise ValueError(f"{file.name}: {key!r} needs {len(LANGUAGES)} texts: {', '.join(LANGUAGES)}")
            if key in entries[LANGUAGES[0]]:
                raise ValueError(f"{file.name}: {key!r} stands in another file already")
            for language, text in zip(LANGUAGES, texts, strict=True):
                entries[language][key] = text
    return {language: Words(language, found) for language, found in entries.items()}


def choose_language(accepted: str | None) -> str:
    """The language for an ``Accept-Language`` header: the first that we have, Chinese where there is none."""
    for part in (accepted or "").lower().split(","):
        for language in LANGUAGES:
            if part.strip().startswith(language):
                return language
    return LANGUAGES[0]


def _flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        found += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return found
