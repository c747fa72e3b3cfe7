"""The tags, attributes and functions that an archived page may keep, from the data beside this module."""

from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("harmless.yaml")


@lru_cache(maxsize=1)
def _load() -> dict[str, frozenset[str]]:
    found: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in found.items()}


TAGS, ATTRIBUTES, FUNCTIONS = (_load()[name] for name in ("tags", "attributes", "functions"))
