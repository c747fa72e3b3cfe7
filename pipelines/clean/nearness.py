"""Blocks that say nearly the same: a letter apart, or with other figures."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from pipelines.clean.chains import Pair
from pipelines.clean.keys import block_key
from pipelines.clean.page import Part

DIGITS = re.compile(r"\d+")
_NEAR = 0.9
_NEIGHBOURS = 12  # blocks that are held against each other
_LONGEST_NEAR = 2_000


def near_pairs(parts: Sequence[Part], lefts: list[int], rights: list[int]) -> Iterator[Pair]:
    """Pairs, in order, of one kind whose texts are nearly the same once digits are left out."""
    at = 0
    for left in lefts[:_NEIGHBOURS]:
        for position in range(at, min(len(rights), at + _NEIGHBOURS)):
            if _is_near(parts[left], parts[rights[position]]):
                yield left, rights[position]
                at = position + 1
                break


def _is_near(left: Part, right: Part) -> bool:
    if (left.kind == "table") != (right.kind == "table") or "image" in (left.kind, right.kind):
        return False
    one, two = (DIGITS.sub("", block_key(part))[:_LONGEST_NEAR] for part in (left, right))
    if min(len(one), len(two)) < 6 or abs(len(one) - len(two)) > 0.2 * max(len(one), len(two)):
        return False
    if one == two:
        return True
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return (
        matcher.real_quick_ratio() > _NEAR
        and matcher.quick_ratio() > _NEAR
        and (len(one) > 600 or matcher.ratio() > _NEAR)
    )
