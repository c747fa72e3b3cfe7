"""Where a body begins, and the lines in front of it that name it: title, info box, date and source.

They are sought from the body's first block backwards, for columns of news and menus may stand above them; and in front
of each copy of a body that is printed twice, for the copy that is dropped may be the one that bears the box.
"""

from collections.abc import Sequence

from pipelines.clean.edges import is_signature
from pipelines.clean.page import Part
from pipelines.clean.weights import is_prose

_LINES = 80  # lines in front of a body that may belong to it
_LONGEST_BOX = 12  # rows of a table that may be an info box
_PROSE = 1  # paragraphs between the box and the body: a notice, an abstract


def locate(parts: Sequence[Part], wanted: Sequence[Part]) -> list[int]:
    """The numbers of blocks that later steps may have moved or unhidden; those not found are left out."""
    if not wanted:
        return []
    numbers = {id(part): number for number, part in enumerate(parts)}
    if any(id(part) not in numbers for part in wanted):
        twins = {(part.owner, part.kind, part.text): number for number, part in reversed(list(enumerate(parts)))}
        found = [numbers.get(id(part), twins.get((part.owner, part.kind, part.text), -1)) for part in wanted]
    else:
        found = [numbers[id(part)] for part in wanted]
    return [number for number in dict.fromkeys(found) if number >= 0]


def find_head(parts: Sequence[Part], start: int, ends: Sequence[int] = ()) -> list[Part]:
    """The shown lines and small tables before the block ``start``, back to the second paragraph of prose.

    ``ends`` are the last blocks of other copies of the body, into which a head does not reach back.
    """
    floor = max((end + 1 for end in ends if end < start), default=0)
    while 0 < floor < start and parts[floor].kind == "paragraph" and is_signature(parts[floor].text):
        floor += 1
    hidden = start < len(parts) and parts[start].hidden
    prose = taken = 0
    head: list[Part] = []
    for part in reversed(parts[floor:start]):
        if part.kind == "image" or (part.hidden and not hidden):
            continue
        if part.kind == "table":
            if len(part.grid) > _LONGEST_BOX:
                break
        else:
            prose += is_prose(part.text) and part.linked * 2 <= len(part.text)
            taken += not part.linked
            if prose > _PROSE or taken > _LINES:
                break
        head.append(part)
    return head[::-1]


def find_opening(parts: Sequence[Part]) -> int:
    """The number of the second paragraph of prose: where a page begins whose body is not known."""
    prose = [number for number, part in enumerate(parts) if part.kind != "table" and is_prose(part.text)]
    return prose[1] if len(prose) > 1 else len(parts)


def without_signature(head: Sequence[Part]) -> list[Part]:
    """The lines behind the last prose of a head, a signature apart, which belongs to that prose."""
    prose = [number for number, part in enumerate(head) if part.kind != "table" and is_prose(part.text)]
    rest = list(head[prose[-1] + 1 :]) if prose else list(head)
    while prose and rest and rest[0].kind == "paragraph" and is_signature(rest[0].text):
        rest.pop(0)
    return rest
