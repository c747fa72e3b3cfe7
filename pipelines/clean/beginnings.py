"""With which characters the matches of a pattern may begin, so that most lines need not be held against it.

It knows the parts of regular expressions that ``chrome.yaml`` is written in: characters, classes, groups that capture
nothing, and counts. Of anything else it says that a match may begin with any character.
"""

import re
from collections.abc import Sequence

_ITEM = re.compile(r"\(\?:|\[(?:\\.|[^\]\\])+\]|\\.|[^\\]", re.DOTALL)
_COUNT = re.compile(r"[*?]|\+|\{(\d+)(?:,\d*)?\}")
_CLASSES = frozenset(("\\d", "\\w", "\\s"))


def look_ahead(patterns: Sequence[str]) -> str:
    """A pattern of no length that holds where a match of any of the patterns may begin; empty if that is anywhere."""
    found = [find_beginnings(pattern) for pattern in patterns]
    classes = [item for items in found for item in items or ()]
    return "" if None in found or not classes else f"(?={_join(classes)})"


def _join(items: Sequence[str]) -> str:
    """The items in one class; classes with a range stay beside it."""
    inner = {item[1:-1] if item.startswith("[") else item for item in items}
    ranges = sorted(item for item in inner if "-" in item.replace("\\-", ""))
    return "|".join(f"[{item}]" for item in ("".join(sorted(inner.difference(ranges))), *ranges) if item)


def find_beginnings(pattern: str) -> frozenset[str] | None:
    """The characters (as they stand in a class) and classes that a match may begin with; ``None`` for any."""
    found, end = _read_alternatives(pattern, 0)
    return found if end == len(pattern) else None


def _read_alternatives(pattern: str, at: int) -> tuple[frozenset[str] | None, int]:
    """What the alternatives from a place on begin with, and the place behind them; ``None`` as one may be empty."""
    found: frozenset[str] | None = frozenset()
    while True:
        first, at = _read_sequence(pattern, at)
        found = None if found is None or first is None else found | first
        if at >= len(pattern) or pattern[at] != "|":
            return found, at
        at += 1


def _read_sequence(pattern: str, at: int) -> tuple[frozenset[str] | None, int]:
    """What one alternative begins with: the first of its items, and those behind items that may be left out."""
    found: frozenset[str] = frozenset()
    is_open, is_any = True, False
    while at < len(pattern) and pattern[at] not in "|)":
        match = _ITEM.match(pattern, at)
        item = match.group() if match else "."
        at += len(item)
        if item == "(?:":
            first, at = _read_alternatives(pattern, at)
            at += 1
        else:
            first = _read_item(item)
        count = _COUNT.match(pattern, at)
        at = count.end() if count else at
        if is_open:
            is_any = is_any or first is None
            found |= first or frozenset()
            is_open = bool(count and (count.group() in "*?" or count.group(1) == "0"))
    return None if is_open or is_any else found, at


def _read_item(item: str) -> frozenset[str] | None:
    if item.startswith("["):
        return None if item.startswith("[^") else frozenset((item,))
    if item.startswith("\\"):
        return frozenset((item,)) if item in _CLASSES or not item[1].isalnum() else None
    return None if item in ".^$()" else frozenset((re.escape(item),))
