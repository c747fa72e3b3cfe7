"""A body printed two or three times on one page is kept once: the richer copy, with what only the other one says.

Works on the whole page, before any container is chosen, alike on HTML, text and Markdown. Sentences that occur again
are anchors; the heaviest chain of them that increases on both sides of a cut gives two regions; their short lines and
tables are then aligned between the anchors and a little beyond both ends. Accepted only when enough anchors, enough of
the smaller region and enough of the page's prose agree, and when figures do not contradict: two reports of two years or
agencies share sentences, but not numbers. "Drop what was seen before" would destroy tables of zeros and quotations.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from pipelines.clean.alignments import Alignment, align_regions
from pipelines.clean.chains import Unit, choose_cut, find_chain, find_interleaved
from pipelines.clean.keys import block_key
from pipelines.clean.page import Page, Part
from pipelines.clean.richness import find_below, find_common_owner, find_extents, pick_richer
from pipelines.clean.sentences import ANCHOR, has_anchors, read_units
from pipelines.clean.strings import find_excerpts, find_strings
from pipelines.clean.tabletwins import find_doubled_tables
from pipelines.clean.weights import Weight, weigh, weigh_all
from pipelines.document import Dropped

_FEWEST_ANCHORS = 3
_REGION_AGREES = 0.6  # share of the smaller region's prose
_PAGE_AGREES_EXACT = 0.2  # the same where nothing in several blocks differs: a copy that breaks off early
_FEWEST_BLOCKS = 4
_PAGE_AGREES = 0.3  # share of the page's prose, counted once
_INTERLEAVED_AGREES = 0.7
_MOST_COPIES = 4
_WORDS = re.compile(r"[\d.]+")
_SHORTEST_WORDED = 3  # characters besides figures


@dataclass(frozen=True, slots=True)
class Once:
    """The page's blocks with each body once, and what was dropped."""

    parts: tuple[Part, ...]
    dropped: tuple[Dropped, ...] = ()
    starts: tuple[Part, ...] = ()  # the blocks with which the copies' shared text begins
    ends: tuple[Part, ...] = ()  # the last blocks of the copies


def drop_repeats(page: Page) -> Once:
    """The blocks of a page without the second printing of its body; unchanged where nothing is printed twice."""
    strings = find_excerpts(page.parts) | find_strings(page.parts)
    parts = page.parts
    if strings:
        parts = tuple(part for number, part in enumerate(parts) if number not in strings)
    dropped = _log(page, page.parts, strings)
    starts: tuple[Part, ...] = ()
    ends: tuple[Part, ...] = ()
    for _ in range(_MOST_COPIES):
        once = _drop_one(page, parts)
        if once is None:
            break
        parts, dropped = once.parts, (*dropped, *once.dropped)
        starts, ends = (*starts, *once.starts), (*ends, *once.ends)
    tables = find_doubled_tables(parts)
    if not tables:
        return Once(parts, dropped, starts, ends)
    kept = {twin for number, twin in tables.items() if not parts[number].hidden}
    shown = tuple(
        structs.replace(part, hidden=False) if number in kept else part
        for number, part in enumerate(parts)
        if number not in tables
    )
    return Once(shown, (*dropped, *_log(page, parts, tables)), starts, ends)


def _drop_one(page: Page, parts: tuple[Part, ...]) -> Once | None:
    if not has_anchors(parts):
        return None
    units = read_units(parts)
    places: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        places.setdefault(unit.key, []).append(place)
    return _drop_copy(page, parts, units, places) or _drop_interleaved(page, parts, units, places)


def _drop_copy(page: Page, parts: tuple[Part, ...], units: list[Unit], places: dict[str, list[int]]) -> Once | None:
    chain = find_chain(units, places, choose_cut(units, places))
    anchors = [pair for pair in chain if units[pair[0]].weight >= ANCHOR]
    chain = _between(parts, units, chain, anchors)
    if len(anchors) < _FEWEST_ANCHORS or not _agrees(units, chain, anchors):
        return None
    alignment = align_regions(parts, units, chain)
    if alignment.contradicts:
        return None
    extents = find_extents(page, parts, alignment)
    other = alignment.swapped()
    beyond = [_find_beyond(side, extent) for side, extent in ((other, extents[0]), (alignment, extents[1]))]
    weights = weigh_all(parts) if any(beyond) else []
    only = [
        (*side.unique, *_keep_strong(parts, side, found, weights))
        for side, found in zip((other, alignment), beyond, strict=True)
    ]
    says = ([part for _, part in only[0]], [part for _, part in only[1]])
    if pick_richer(parts, extents, says, (bool(alignment.cut), bool(other.cut))) == 1:
        return _apply(page, parts, replace(other, unique=only[0]), extents[1])
    return _apply(page, parts, replace(alignment, unique=only[1]), extents[0])


def _between(
    parts: Sequence[Part], units: list[Unit], chain: list[tuple[int, int]], anchors: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The chain from its first anchor to its last, and the short sentences that go on from these in their element."""
    if not anchors:
        return []
    first, last = chain.index(anchors[0]), chain.index(anchors[-1])

    def touch(one: tuple[int, int], two: tuple[int, int]) -> bool:
        return all(
            right - left == 1 and parts[units[left].last].owner == parts[units[right].part].owner
            for left, right in zip(one, two, strict=True)
        )

    while first > 0 and touch(chain[first - 1], chain[first]):
        first -= 1
    while last + 1 < len(chain) and touch(chain[last], chain[last + 1]):
        last += 1
    return chain[first : last + 1]


def _find_beyond(alignment: Alignment, poorer: range) -> list[tuple[int, int]]:
    """Blocks of the poorer copy outside the shared region, each with the block of the richer one that it stands behind.

    Without those that the richer one has, all of them.
    """
    (first, last), (poor_first, poor_last) = alignment.regions
    before = [number for number in poorer if number < poor_first]
    behind = [number for number in poorer if number > poor_last]
    paired = {*alignment.twins, *alignment.twins.values()}
    found = [(first - 1, number) for number in before] + [(last, number) for number in behind]
    return [(after, number) for after, number in found if number not in paired]


def _keep_strong(
    parts: Sequence[Part], alignment: Alignment, found: Sequence[tuple[int, int]], weights: Sequence[Weight]
) -> list[tuple[int, Part]]:
    """The strong ones of these, and those of which the richer copy has only the beginning.

    Other lines there may be the page's.
    """
    whole = set(alignment.cut.values())
    return [(max(after, 0), parts[number]) for after, number in found if number in whole or weights[number].strong]


def _agrees(units: list[Unit], chain: list[tuple[int, int]], anchors: list[tuple[int, int]]) -> bool:
    matched = sum(units[left].weight for left, _ in chain)
    total = sum(unit.weight for unit in units)
    sizes = [sum(unit.weight for unit in units[anchors[0][side] : anchors[-1][side] + 1]) for side in (0, 1)]
    exact = matched >= max(sizes) and len({units[left].part for left, _ in chain}) >= _FEWEST_BLOCKS
    least = _PAGE_AGREES_EXACT if exact else _PAGE_AGREES
    return matched >= _REGION_AGREES * min(sizes) and matched >= least * max(1, total - matched)


def _drop_interleaved(
    page: Page, parts: tuple[Part, ...], units: list[Unit], places: dict[str, list[int]]
) -> Once | None:
    """Each paragraph printed twice on the spot: the second of each pair goes, when nearly all prose is so doubled."""
    pairs = find_interleaved(units, places)
    if len(pairs) < _FEWEST_ANCHORS:
        return None
    matched = sum(units[left].weight for left, _ in pairs)
    total = _prose_around(page, parts, units, pairs)
    if matched < _INTERLEAVED_AGREES * max(1, total - matched):
        return None
    twins = _twins_of_pairs(parts, units, pairs)
    shown = set(twins.values())
    kept = [
        structs.replace(part, hidden=False) if number in shown else part
        for number, part in enumerate(parts)
        if number not in twins
    ]
    return Once(tuple(kept), _log(page, parts, twins))


def _prose_around(page: Page, parts: Sequence[Part], units: Sequence[Unit], pairs: Sequence[tuple[int, int]]) -> int:
    """The weight of the prose in the element that holds all the pairs, from the first of them to the last.

    Columns of news beside it and behind it do not count.
    """
    last = max(right for _, right in pairs)
    top = find_common_owner(page, [parts[units[number].part].owner for pair in pairs for number in pair])
    between = units[pairs[0][0] : last + 1]
    inside = find_below(page, top)
    return sum(unit.weight for unit in between if inside[parts[unit.part].owner])


def _twins_of_pairs(parts: Sequence[Part], units: list[Unit], pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Dropped block → kept block, short lines that stand doubled between two pairs included."""
    twins = {
        part: units[left].part
        for left, right in pairs
        for part, _ in units[right].shares()
        if units[left].last < units[right].part
    }
    paired = sorted({*twins, *(part for left, _ in pairs for part, _ in units[left].shares())})
    keys = [block_key(part) for part in parts]
    for before, after in zip([-1, *paired], [*paired, len(parts)], strict=True):
        gap = list(range(before + 1, after))
        half = len(gap) // 2
        if half and len(gap) % 2 == 0 and [keys[at] for at in gap[:half]] == [keys[at] for at in gap[half:]]:
            twins |= dict(zip(gap[half:], gap[:half], strict=True))
        else:
            twins |= _find_doubled(keys, gap if before >= 0 else gap[::-1])
    return twins


def _find_doubled(keys: Sequence[str], gap: Sequence[int]) -> dict[int, int]:
    """The lines of a gap that stand doubled, from its near end on.

    Behind the first that does not, only lines of words count: a figure may well be followed by the same figure.
    """
    twins: dict[int, int] = {}
    broken, place = False, 0
    while place + 1 < len(gap):
        first, second = gap[place], gap[place + 1]
        same = keys[first] == keys[second]
        broken = broken or not same
        if same and (not broken or _is_worded(keys[first])):
            twins[max(first, second)] = min(first, second)
            place += 1
        place += 1
    return twins


def _is_worded(key: str) -> bool:
    return "\t" not in key and len(_WORDS.sub("", key)) >= _SHORTEST_WORDED


def _apply(page: Page, parts: tuple[Part, ...], alignment: Alignment, kept: range) -> Once:
    """The page without the poorer region; what only that one says goes where it belongs in the richer one."""
    inserted: dict[int, list[Part]] = {}
    beyond = {id(part) for _, part in alignment.unique}
    for after, part in alignment.unique:
        owner = parts[after].owner
        inserted.setdefault(after, []).append(structs.replace(part, owner=owner, path=page.path(part), hidden=False))
    gone = {*alignment.twins, *alignment.cut, *alignment.moved, *_title_block(parts, alignment)}
    result = []
    for number, part in enumerate(parts):
        if number not in gone and id(part) not in beyond:
            result.append(structs.replace(part, hidden=False) if part.hidden and number in kept else part)
        result += inserted.get(number, [])
    starts = tuple(parts[_find_start(parts, *region)] for region in alignment.regions)
    ends = tuple(parts[number] for number in _find_ends(alignment))
    return Once(tuple(result), _log(page, parts, alignment.twins | dict(alignment.cut)), starts, ends)


def _find_start(parts: Sequence[Part], first: int, last: int) -> int:
    """The first block of a region that is body: its title may be shared too, and the line of its date stands below."""
    return next((number for number in range(first, last + 1) if weigh(parts[number]).strong), first)


def _find_ends(alignment: Alignment) -> tuple[int, int]:
    """The last block of each copy, its signature included."""
    (_, last), (later, end) = sorted(alignment.regions)
    pairs = [sorted(pair) for pair in alignment.twins.items()]
    behind = [(one, two) for one, two in pairs if last < one < later <= two]
    return max([last, *(one for one, _ in behind)]), max([end, *(two for _, two in behind)])


def _title_block(parts: Sequence[Part], alignment: Alignment) -> set[int]:
    """The date and source lines of the copy that goes: what stands between its title's twin and its first sentence."""
    first = alignment.regions[1][0]
    kept_first = alignment.regions[0][0]
    titles = [number for number, twin in alignment.twins.items() if number < first and twin < kept_first]
    lines = range(min(titles, default=first), first)
    return {number for number in lines if parts[number].kind != "table" and not weigh(parts[number]).strong}


def _log(page: Page, parts: Sequence[Part], twins: dict[int, int]) -> tuple[Dropped, ...]:
    return tuple(
        Dropped(_shown_text(parts[number]), page.path(parts[number]), page.path(parts[twin]))
        for number, twin in sorted(twins.items())
    )


def _shown_text(part: Part) -> str:
    if part.kind == "table":
        return "\n".join("\t".join(slot.text for slot in row) for row in part.grid)
    return part.text
