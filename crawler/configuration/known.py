"""Which settings there are: ours as ``crawler/settings.py`` lists them, and Scrapy's own."""

import functools
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.settings import default_settings

from crawler import settings

SCRAPY, WIRING = "scrapy", "wiring"
# What tells a crawl's processes of each other; nobody else sets it.
INTERNAL = frozenset({"RUN_ID", "ARCHIVE_RESUME", "MANY_TASK", "ADDRESS_LOCKS"})
_HEADING = re.compile(r"# \[(\w+)\] (.+)")
_ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)(?:: [^=]+)? = ")


@dataclass(frozen=True, slots=True)
class Setting:
    """``table``: its table in ``kaijuan.toml``; ``says``: its comment, one line; ``default`` gives its type."""

    name: str
    table: str
    default: Any
    says: str = ""


@functools.cache
def read_known() -> Mapping[str, Setting]:
    """Every setting by name: ours in the order of ``crawler/settings.py``, then Scrapy's."""
    ours = {name: Setting(name, table, getattr(settings, name), says) for name, (table, says) in _read_source().items()}
    theirs = {
        name: Setting(name, SCRAPY, getattr(default_settings, name))
        for name in dir(default_settings)
        if name.isupper() and not name.endswith("_BASE") and name not in ours
    }
    return ours | theirs


@functools.cache
def read_tables() -> Mapping[str, str]:
    """The tables of ``kaijuan.toml`` in their order, and what each is about."""
    lines = _lines()
    found = {match[1]: match[2] for line in lines if (match := _HEADING.fullmatch(line))}
    return {name: says for name, says in found.items() if name != WIRING} | {SCRAPY: "Scrapy's own settings."}


def _read_source() -> dict[str, tuple[str, str]]:
    """Name → table and comment."""
    comments = _comments()
    found: dict[str, tuple[str, str]] = {}
    table, above = WIRING, ""
    for number, line in enumerate(_lines(), 1):
        if heading := _HEADING.fullmatch(line):
            table, above = heading[1], ""
        elif line.startswith("#"):
            above = f"{above} {line.lstrip('# ')}".strip()
        elif match := _ASSIGNMENT.match(line):
            found[match[1]] = table, comments.get(number, above)
            above = ""
        elif not line.strip():
            above = ""
    return found


def _comments() -> dict[int, str]:
    """The comments behind code, by line."""
    with _path().open("rb") as source:
        tokens = [token for token in tokenize.tokenize(source.readline) if token.type == tokenize.COMMENT]
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.start[1]}


def _lines() -> list[str]:
    return _path().read_text(encoding="utf-8").splitlines()


def _path() -> Path:
    return Path(str(settings.__file__))
