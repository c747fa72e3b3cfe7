"""What two printings of one text share: the text without white space and punctuation."""

import re
from collections.abc import Iterator, Sequence

from pipelines.clean.page import Part
from pipelines.clean.remembering import LONGEST, remembered
from pipelines.document import Grid, Slot

# The marks that most sentences have no others than: to take them out one by one is several times faster.
_MARKS = "，。、：；“”（）《》 "
_NOISE = re.compile(r"[\W_]+")
_NOISE_IN_CELLS = re.compile(r"[^\w\t]+|_+")


def text_key(text: str) -> str:
    """A text's letters and digits."""
    if text.isalnum():
        return text
    return _bare_key(text) if len(text) <= LONGEST else _bare_key.__wrapped__(text)


@remembered
def _bare_key(text: str) -> str:
    bare = text
    for mark in _MARKS:
        bare = bare.replace(mark, "")
    return bare if bare.isalnum() else _NOISE.sub("", bare)


def grid_key(grid: Grid) -> str:
    """The letters and digits of a table's cells, a tab after each; a cell that spans columns counts once a row."""
    bare = "\t".join(
        [slot[0] for row in grid for slot, before in zip(row, (None, *row), strict=False) if slot is not before]
    )
    for mark in _MARKS:
        bare = bare.replace(mark, "")
    return bare if bare.replace("\t", "").isalnum() else _NOISE_IN_CELLS.sub("", bare)


def distinct(row: Sequence[Slot]) -> Iterator[Slot]:
    """The slots of a row, neighbours that are one cell once."""
    last = None
    for slot in row:
        if slot is not last:
            yield slot
        last = slot


def block_key(part: Part) -> str:
    """The key of a block; an image without a text goes by its address."""
    if part.kind == "table":
        return grid_key(part.grid)
    return text_key(part.text) or part.src or part.text
