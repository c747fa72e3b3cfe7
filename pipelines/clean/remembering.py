"""What has been found out about a text, remembered for a while: every step asks the same of the same lines.

Only pure functions of one text, so that no result depends on the pages before it; only so many texts, and the caller
asks for no long ones, so that a worker's memory stays flat.
"""

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from typing import Any, TypeVar

LONGEST = 400  # characters of a text that is worth remembering
_MOST = 2_048  # texts of each function

Found = TypeVar("Found")
_known: "list[_lru_cache_wrapper[Any]]" = []


def remembered(function: Callable[[str], Found]) -> "_lru_cache_wrapper[Found]":
    """The function with a memory of the texts that it was asked about last."""
    known = lru_cache(_MOST)(function)
    _known.append(known)
    return known


def forget() -> None:
    """Begin anew, for who measures what a page costs that is read for the first time."""
    for known in _known:
        known.cache_clear()
