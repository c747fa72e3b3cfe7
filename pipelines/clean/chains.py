"""Pairs of equal sentences on two sides of a cut, and the heaviest increasing chain of them."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec


class Unit(msgspec.Struct, frozen=True, gc=False):
    """A sentence or a table: the block (index) that holds it, its key, its text, and its weight (tables weigh 0).

    ``pieces``: of a sentence that runs through several blocks, what each of them holds; ``part`` is their first.
    """

    part: int
    key: str
    text: str
    weight: int
    pieces: tuple[tuple[int, str], ...] = ()

    @property
    def last(self) -> int:
        """The block in which it ends."""
        return self.pieces[-1][0] if self.pieces else self.part

    def shares(self) -> tuple[tuple[int, str], ...]:
        """Each block that holds it, or a piece of it, with that text."""
        return self.pieces or ((self.part, self.text),)


_THRICE = 3  # places of a sentence
Pair = tuple[int, int]  # two units (indexes) with one key, the first before the second


def choose_cut(units: Sequence[Unit], places: Mapping[str, Sequence[int]]) -> int:
    """The place between two units that the most repeated weight lies across; the first of equals.

    Of a text that is there three times the first two count, or the cut might fall into the middle one.
    """
    change = [0] * (len(units) + 1)
    for found in places.values():
        if len(found) > 1:
            last = found[1] if len(found) == _THRICE else found[-1]
            change[found[0] + 1] += units[found[0]].weight
            change[last + 1] -= units[found[0]].weight
    best, at, weight = 0, 0, 0
    for place, step in enumerate(change):
        weight += step
        if weight > best:
            best, at = weight, place
    return at


def find_chain(units: Sequence[Unit], places: Mapping[str, Sequence[int]], cut: int) -> list[Pair]:
    """The heaviest chain of pairs across the cut that increases on both sides."""
    pairs = []
    for found in places.values():
        split = bisect_left(found, cut)
        if 0 < split < len(found):
            left, right = found[:split], found[split:]
            if len(left) == len(right):
                pairs += list(zip(left, right, strict=True))
            else:
                pairs.append((left[-1], right[0]))
    return heaviest_chain(pairs, [units[left].weight + 1 for left, _ in sorted(pairs)])


def find_interleaved(units: Sequence[Unit], places: Mapping[str, Sequence[int]]) -> list[Pair]:
    """The pairs of sentences that are each printed twice, when the second printings keep the order of the first."""
    pairs = [
        (found[at], found[at + 1]) for found in places.values() if len(found) % 2 == 0 for at in range(0, len(found), 2)
    ]
    pairs = [(left, right) for left, right in pairs if units[left].part != units[right].part]
    return heaviest_chain(pairs, [units[left].weight + 1 for left, _ in sorted(pairs)])


def heaviest_chain(pairs: Sequence[Pair], weights: Sequence[int]) -> list[Pair]:
    """The subset of the pairs, sorted, that increases in both members and weighs most.

    ``weights`` belong to the sorted pairs. O(n log n): a Fenwick tree of the best chain that ends at or before a place.
    """
    ordered = sorted(pairs)
    ranks = {right: rank for rank, right in enumerate(sorted({right for _, right in ordered}), 1)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(ranks) + 1)  # weight of the chain, index of its last pair
    before = [-1] * len(ordered)
    for index, (_, right) in enumerate(ordered):
        rank = ranks[right]
        best, previous = 0, -1
        place = rank - 1
        while place > 0:
            if tree[place][0] > best:
                best, previous = tree[place]
            place -= place & -place
        before[index] = previous
        place, value = rank, (best + weights[index], index)
        while place < len(tree):
            if value[0] > tree[place][0]:
                tree[place] = value
            place += place & -place
    return _unwind(ordered, before, tree)


def _unwind(ordered: Sequence[Pair], before: Sequence[int], tree: Sequence[tuple[int, int]]) -> list[Pair]:
    index = max(tree, key=lambda item: item[0])[1] if ordered else -1
    chain = []
    while index >= 0:
        chain.append(ordered[index])
        index = before[index]
    return chain[::-1]
