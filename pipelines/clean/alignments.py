"""Two regions of a page that share a chain of sentences, aligned block by block: twins, unique text, contradictions."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import pairwise

from msgspec import structs

from pipelines.clean.brokenends import find_broken_end, without_more
from pipelines.clean.chains import Pair, Unit
from pipelines.clean.chrome import line_kind
from pipelines.clean.edges import is_signature
from pipelines.clean.keys import block_key, text_key
from pipelines.clean.nearness import DIGITS, near_pairs
from pipelines.clean.page import Part
from pipelines.clean.tabletwins import find_flat_tables, pair_cut_tables

_YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")
_COVERED = 0.8  # share of a block's characters in matched sentences that makes it a repeat
_MARGIN = 12  # blocks beyond either end that are still compared
_MOST_COMPARED = 400  # blocks of one gap
_CONTRADICTIONS = 2
_LONG_ENOUGH = 12  # characters of a line that may be part of a longer one


@dataclass(frozen=True, slots=True)
class Alignment:
    """``twins``: block of the second region → its equal in the first. Regions are (first block, last block).

    ``unique``: what only the second region says, after which block of the first it belongs; ``moved``: the blocks that
    this empties. ``reverse`` is the same the other way round. ``cut``: block of the first region that breaks off → the
    block of the second whose beginning it is.
    """

    regions: tuple[tuple[int, int], tuple[int, int]]
    twins: dict[int, int]
    unique: tuple[tuple[int, Part], ...] = ()
    moved: frozenset[int] = frozenset()
    contradicts: bool = False
    cut: Mapping[int, int] = field(default_factory=dict)
    reverse: "Alignment | None" = field(default=None, repr=False)

    def swapped(self) -> "Alignment":
        """The alignment that keeps the second region instead."""
        if self.reverse is None:
            raise ValueError("this alignment has no other side")
        return self.reverse


@dataclass(frozen=True, slots=True)
class _Match:
    """Blocks of both sides found equal, and near-equal with other numbers.

    ``flat``: for each side, its lines that are the cells of a table of the other, with that table. ``cut``: for each
    side, its blocks that are the beginning of a block of the other, for it breaks off there.
    """

    equal: list[Pair] = field(default_factory=list)
    differing: list[Pair] = field(default_factory=list)
    flat: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))
    cut: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))

    def swapped(self) -> "_Match":
        equal, differing = ([(b, a) for a, b in pairs] for pairs in (self.equal, self.differing))
        return _Match(equal, differing, self.flat[::-1], self.cut[::-1])


def align_regions(parts: Sequence[Part], units: Sequence[Unit], chain: Sequence[Pair]) -> Alignment:
    """The blocks of both regions of a chain, aligned. Both ways are worked out, for the richer is not known yet."""
    steps = _find_steps(units, chain)
    regions = ((steps[0][0], steps[-1][0]), (steps[0][1], steps[-1][1]))
    match = _match_blocks(parts, steps, _find_blocks(units, chain))
    covered = _covered_blocks(units, chain)
    contradicts = _contradicts(parts, match)
    forward = _one_way(parts, units, chain, steps, match, covered, regions)
    flipped = [(right, left) for left, right in chain]
    back_steps = [(right, left) for left, right in steps]
    reverse = _one_way(parts, units, flipped, back_steps, match.swapped(), covered, (regions[1], regions[0]))
    return replace(forward, contradicts=contradicts, reverse=reverse)


def _find_steps(units: Sequence[Unit], chain: Sequence[Pair]) -> list[Pair]:
    """The blocks in which the sentences of a chain begin, and those in which they end, in order."""
    steps = []
    for left, right in chain:
        steps.append((units[left].part, units[right].part))
        if units[left].pieces or units[right].pieces:
            steps.append((units[left].last, units[right].last))
    return steps


def _find_blocks(units: Sequence[Unit], chain: Sequence[Pair]) -> set[int]:
    """The blocks that hold the sentences of a chain, or pieces of them."""
    return {part for pair in chain for number in pair for part, _ in units[number].shares()}


def _match_blocks(parts: Sequence[Part], steps: Sequence[Pair], matched: Set[int]) -> _Match:
    """Equal and near-equal blocks of the gaps between the steps and of the margins beyond their ends.

    ``matched`` are those that need no other twin, for the chain has their sentences.
    """
    match = _Match()
    (left_first, right_first), (left_last, right_last) = steps[0], steps[-1]
    head = (
        range(max(0, left_first - _MARGIN), left_first),
        range(max(left_last + 1, right_first - _MARGIN), right_first),
    )
    tail = (
        range(left_last + 1, min(right_first, left_last + 1 + _MARGIN)),
        range(right_last + 1, right_last + 1 + _MARGIN),
    )
    gaps = [(range(a[0] + 1, b[0]), range(a[1] + 1, b[1])) for a, b in pairwise(steps)]
    used = set(matched)
    for left, right in [*gaps, tail, head]:
        lefts = [number for number in left if number not in used][:_MOST_COMPARED]
        rights = [number for number in right if number < len(parts) and number not in used][:_MOST_COMPARED]
        if not lefts or not rights:
            continue
        known = len(match.equal)
        if left is tail[0]:
            match.cut[0].update(find_broken_end(parts, lefts, rights))
            match.cut[1].update(find_broken_end(parts, rights, lefts))
            lefts = [number for number in lefts if number not in match.cut[0]]
            rights = [number for number in rights if number not in match.cut[1]]
        cut = pair_cut_tables(parts, lefts, rights)
        tables = {number for pair in cut for number in pair}
        lefts, rights = ([number for number in side if number not in tables] for side in (lefts, rights))
        equal, differing = _match_gap(parts, lefts, rights)
        match.equal.extend(cut)
        match.flat[1].update(find_flat_tables(parts, lefts, rights))
        match.flat[0].update(find_flat_tables(parts, rights, lefts))
        match.equal.extend(_drop_signatures(parts, equal, steps[0]) if left is head[0] else equal)
        if left is not tail[0]:  # behind the body stand the titles of other reports
            match.differing.extend(
                differing
                if left is not head[0]
                else [pair for pair in differing if not any(parts[number].linked for number in pair)]
            )
        used.update(number for pair in match.equal[known:] for number in pair)
    return match


def _drop_signatures(parts: Sequence[Part], equal: list[Pair], first: Pair) -> list[Pair]:
    """The pairs of a head without those of a signature and an agency's name elsewhere.

    Between the two copies stands the end of the first, and in front of the first an info box; a name is a twin only
    where the next lines are a pair too.
    """
    known = {*equal, first}
    return [
        pair
        for pair in equal
        if (pair[0] + 1, pair[1] + 1) in known or not any(is_signature(parts[number].text) for number in pair)
    ]


def _match_gap(parts: Sequence[Part], lefts: list[int], rights: list[int]) -> tuple[list[Pair], list[Pair]]:
    if not lefts or not rights:
        return [], []
    keys = [[block_key(parts[number]) for number in side] for side in (lefts, rights)]
    equal: list[Pair] = []
    differing: list[Pair] = []
    for tag, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag == "equal":
            equal += list(zip(lefts[a:b], rights[c:d], strict=True))
        elif tag == "replace":
            for left, right in near_pairs(parts, lefts[a:b], rights[c:d]):
                same = DIGITS.findall(block_key(parts[left])) == DIGITS.findall(block_key(parts[right]))
                (equal if same else differing).append((left, right))
    return equal, differing


def _contradicts(parts: Sequence[Part], match: _Match) -> bool:
    """Whether the regions are two reports: other years in their titles, other numbers in their tables or sentences."""
    sentences = 0
    for left, right in match.differing:
        if parts[left].kind == "table":
            return True
        one, two = parts[left].text, parts[right].text
        years = set(_YEAR.findall(one)), set(_YEAR.findall(two))
        if "报告" in one and years[0] and years[1] and years[0] != years[1]:
            return True
        sentences += len(one) > 24
    return sentences >= _CONTRADICTIONS


def _covered_blocks(units: Sequence[Unit], chain: Sequence[Pair]) -> dict[int, float]:
    """Block → share of its sentences' characters that the chain has matched."""
    total: dict[int, int] = {}
    matched: dict[int, int] = {}
    for unit in units:
        for part, weight in _weights(unit):
            total[part] = total.get(part, 0) + weight
    for number in {number for pair in chain for number in pair}:
        for part, weight in _weights(units[number]):
            matched[part] = matched.get(part, 0) + weight
    return {part: weight / total[part] if total[part] else 1.0 for part, weight in matched.items()}


def _weights(unit: Unit) -> tuple[tuple[int, int], ...]:
    """Each block of a unit with the weight that lies in it."""
    if not unit.pieces:
        return ((unit.part, unit.weight),)
    return tuple((part, len(text_key(text))) for part, text in unit.pieces)


def _one_way(
    parts: Sequence[Part],
    units: Sequence[Unit],
    chain: Sequence[Pair],
    steps: Sequence[Pair],
    match: _Match,
    covered: dict[int, float],
    regions: tuple[tuple[int, int], tuple[int, int]],
) -> Alignment:
    """What goes and what moves when the first member of each pair is kept."""
    twins = {right: left for left, right in match.equal} | match.flat[1] | match.cut[1]
    for left, right in steps:
        if covered[right] >= _COVERED:
            twins.setdefault(right, left)
    matched = {number for pair in chain for number in pair}
    unique: list[tuple[int, Part]] = []
    moved: set[int] = set()
    host = {right: left for left, right in steps}
    left_overs = _left_overs(units, covered, matched)
    near = range(max(0, regions[0][0] - _MARGIN), min(len(parts), regions[0][1] + 1 + _MARGIN))
    around = [number for number in near if not regions[1][0] <= number <= regions[1][1]]
    said = "".join(block_key(parts[number]) for number in around if parts[number].kind != "table")
    after = steps[0][0]
    for number in range(regions[1][0], regions[1][1] + 1):
        after = host.get(number, twins.get(number, after))
        if number in twins:
            continue
        text = parts[number].text
        if number in covered:
            text = "".join(
                sentence for sentence in left_overs.get(number, ()) if text_key(without_more(sentence)) not in said
            )
        elif parts[number].kind not in ("table", "image") and _says_nothing(parts, number, said):
            text = text if number - 1 in moved and _is_parted(parts, number) else ""
        if text or parts[number].kind in ("table", "image"):
            moved.add(number)
            unique.append((after, structs.replace(parts[number], text=text)))
        else:
            twins[number] = after
    return Alignment(regions, twins, tuple(unique), frozenset(moved), cut=match.cut[0])


def _says_nothing(parts: Sequence[Part], number: int, said: str) -> bool:
    """Whether a line is machinery, or the other copy says it at other breaks: a short one with its neighbours."""
    text = parts[number].text
    kind, key = line_kind(text), text_key(text)
    if not key or (kind and not text.startswith("附")):
        return True
    if len(key) >= _LONG_ENOUGH:
        return key in said
    beside = [place for place in (number - 1, number + 1) if _continues(parts, number, place)]
    before, behind = (text_key(parts[place].text) if place in beside else "" for place in (number - 1, number + 1))
    joined = (before[-_LONG_ENOUGH:] + key, key + behind[:_LONG_ENOUGH])
    return any(len(line) >= _LONG_ENOUGH and line in said for line in joined)


def _is_parted(parts: Sequence[Part], number: int) -> bool:
    """Whether a block is the end of the line before it, which a break has parted from it: a full stop."""
    text = parts[number].text
    return bool(text) and not text_key(text) and _continues(parts, number, number - 1)


def _continues(parts: Sequence[Part], number: int, place: int) -> bool:
    """Whether the block at a place is a line of the same element."""
    return 0 <= place < len(parts) and parts[place].owner == parts[number].owner and parts[place].kind != "table"


def _left_overs(units: Sequence[Unit], covered: dict[int, float], matched: set[int]) -> dict[int, list[str]]:
    """Of each block that is repeated in part, the sentences that are not."""
    texts: dict[int, list[str]] = {}
    for place, unit in enumerate(units):
        if place not in matched:
            for part, text in unit.shares():
                if part in covered:
                    texts.setdefault(part, []).append(text)
    return texts
