"""Which of two printings of one body says more: its region and what goes on from it, sentences and tables."""

from collections.abc import Sequence

from pipelines.clean.alignments import Alignment
from pipelines.clean.edges import is_signature
from pipelines.clean.page import Page, Part
from pipelines.clean.weights import weigh

_TABLE_BONUS = 200


def find_extents(page: Page, parts: Sequence[Part], alignment: Alignment) -> tuple[range, range]:
    """The blocks of each copy: its region, and the prose and tables that go on from it in the same element.

    Where one element holds both copies, what stands between them is the end of the first, up to the line that repeats
    the title; after that it is the beginning of the second.
    """
    (left_first, left_last), (right_first, right_last) = sorted(alignment.regions)
    pairs = [sorted(pair) for pair in alignment.twins.items()]
    middle = min(
        (later for earlier, later in pairs if earlier < left_first and left_last < later < right_first),
        default=right_first,
    )
    left = _grow(page, parts, left_first, left_last, -1, middle)
    right = _grow(page, parts, right_first, right_last, max(left.stop - 1, left_last), len(parts))
    return (left, right) if alignment.regions[0][0] == left_first else (right, left)


def pick_richer(
    parts: Sequence[Part],
    extents: tuple[range, range],
    only: tuple[Sequence[Part], Sequence[Part]],
    broken: tuple[bool, bool],
) -> int:
    """0 or 1: the copy that says more by itself; of equals the one that does not break off (``broken``).

    Then the one with more of a signature, the visible one, and at last the one in far more blocks.
    """
    scores = [_score(side) for side in only]
    if scores[0] != scores[1]:
        return int(scores[1] > scores[0])
    if broken[0] != broken[1]:
        return int(broken[0])
    signed = [sum(_signs(parts[number]) for number in extent) for extent in extents]
    if signed[0] != signed[1]:
        return int(signed[1] > signed[0])
    hidden = [any(parts[number].hidden for number in extent) for extent in extents]
    if hidden[0] != hidden[1]:
        return int(hidden[0])
    return int(len(extents[1]) > 2 * len(extents[0]))


def _grow(page: Page, parts: Sequence[Part], first: int, last: int, floor: int, ceiling: int) -> range:
    """The region with the strong blocks that go on from it in its own element, between floor and ceiling."""
    top = find_common_owner(page, [parts[number].owner for number in range(first, last + 1)])
    inside = find_below(page, top)
    while first - 1 > floor and inside[parts[first - 1].owner]:
        first -= 1
    while last + 1 < ceiling and inside[parts[last + 1].owner]:
        last += 1
    return range(first, last + 1)


def _signs(part: Part) -> bool:
    return part.kind == "paragraph" and not part.linked and is_signature(part.text)


def _score(parts: Sequence[Part]) -> int:
    score = 0
    for part in parts:
        weight = weigh(part)
        if weight.strong:
            score += int(weight.score) + (_TABLE_BONUS if part.kind == "table" else 0)
    return score


def find_common_owner(page: Page, owners: Sequence[int]) -> int:
    """The innermost node that holds all of the nodes; each is climbed from once, however deep the page is."""
    common, known = owners[0], {owners[0]}
    for owner in owners:
        node = owner
        while node not in known and node != common:
            if node > common:
                known.add(node)
                node = page.nodes[node].parent
            else:
                known.add(common)
                common = page.nodes[common].parent
    return common


def find_below(page: Page, top: int) -> list[bool]:
    """For each node whether it is, or lies in, another."""
    inside = [False] * len(page.nodes)
    for index in range(top, len(inside)):
        parent = page.nodes[index].parent
        inside[index] = index == top or (parent >= 0 and inside[parent])
    return inside
