"""Tables that two printings of a body cut differently: in more pieces, or to one line a cell. Rows and cells decide."""

from collections.abc import Sequence

from pipelines.clean.chains import Pair
from pipelines.clean.joins import is_figure
from pipelines.clean.keys import distinct, grid_key, text_key
from pipelines.clean.page import Part
from pipelines.document import Grid

Row = tuple[str, ...]
_FEWEST_CELLS = 6
_LARGE = 12  # cells of a table that is printed once in a report, whatever its figures


def pair_cut_tables(parts: Sequence[Part], lefts: Sequence[int], rights: Sequence[int]) -> list[Pair]:
    """Tables of the two sides that hold the same rows in the same order, each with a table of the other side.

    Empty where they do not: one report's table is no twin of another's. Tables that are equal as they stand are left
    to the comparison of blocks.
    """
    sides = [[number for number in side if parts[number].kind == "table"] for side in (lefts, rights)]
    if not all(sides) or len(sides[0]) == len(sides[1]):
        return []
    one, two = (_rows_of(parts, side) for side in sides)
    if len(one) != len(two) or not all(_is_same(a, b) for (_, a), (_, b) in zip(one, two, strict=True)):
        return []
    pairs: dict[Pair, None] = {(a, b): None for (a, _), (b, _) in zip(one, two, strict=True)}
    return list(pairs)


def find_flat_tables(parts: Sequence[Part], lefts: Sequence[int], rights: Sequence[int]) -> dict[int, int]:
    """Line of the right side → table of the left side whose cells, one after the other, the lines are."""
    tables = [number for number in lefts if parts[number].kind == "table"]
    lines = [number for number in rights if parts[number].kind in ("heading", "paragraph")]
    if not tables or len(lines) < _FEWEST_CELLS:
        return {}
    keys = [text_key(parts[number].text) for number in lines]
    found: dict[int, int] = {}
    at = 0
    for table in tables:
        run = _find_run(keys, [text_key(text) for text in cell_texts(parts[table])], at)
        if run:
            found |= dict.fromkeys((lines[place] for place in run), table)
            at = run.stop
    return found


def find_doubled_tables(parts: Sequence[Part]) -> dict[int, int]:
    """Table → equal table before it, where the text around them is there once: side by side, or all of them again.

    All again means two or more without a line between them, in the order in which they stood. A table that stands
    alone under lines of its own is another report's, equal as it may be: many are nothing but zeros.
    """
    tables = {number: part.grid for number, part in enumerate(parts) if part.kind == "table"}
    if len({_first_key(grid) for grid in tables.values()}) == len(tables):  # no two of them begin alike
        return {}
    keys = {number: grid_key(grid) for number, grid in tables.items()}
    if len(set(keys.values())) < len(keys):
        keys = {number: key for number, key in keys.items() if key and len(cell_texts(parts[number])) >= _LARGE}
    if len(set(keys.values())) == len(keys):
        return {}
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    beyond: dict[int, int] = {}  # for each of them the nearest block above that is none
    for number, key in keys.items():
        twin = first.setdefault(key, number)
        above = beyond.get(number - 1, number - 1)
        below = first.get(keys.get(number + 1, ""), number)
        if twin < number and (above == twin or twin < below < number or found.get(number - 1, twin) < twin):
            found[number], beyond[number] = twin, above
    return found


def _first_key(grid: Grid) -> str:
    """What the key of a table has before its first tab."""
    first = next((slot.text for row in grid for slot in row), "")
    return text_key(first.partition("\t")[0])


def _rows_of(parts: Sequence[Part], tables: Sequence[int]) -> list[tuple[int, Row]]:
    """The rows of tables that follow each other, each with its table; a head that a later piece repeats is left out."""
    rows: list[tuple[int, Row]] = []
    head: list[Row] = []
    for table in tables:
        own = [tuple(filter(None, (text_key(slot.text) for slot in distinct(row)))) for row in parts[table].grid]
        own = [row for row in own if row]
        repeated = 0
        while repeated < min(len(head), len(own)) and own[repeated] == head[repeated]:
            repeated += 1
        rows += [(table, row) for row in own[repeated:]]
        head = head or own
    return rows


def _is_same(one: Row, two: Row) -> bool:
    """Whether two rows say the same, but for labels of a group that a cut has taken from one of them."""
    shorter, longer = sorted((one, two), key=len)
    rest = longer[: len(longer) - len(shorter)]
    return longer[len(rest) :] == shorter and not any(map(is_figure, rest))


def cell_texts(part: Part) -> list[str]:
    """The cells of a table that say something, row by row, each once."""
    cells = {slot.path or str(id(slot)): slot.text for row in part.grid for slot in row}
    return [text for text in cells.values() if text_key(text)]


def _find_run(keys: Sequence[str], cells: Sequence[str], first: int) -> range | None:
    """The lines, from one of the first on, that together say the cells in their order; a cell may be several lines."""
    wanted = "".join(cells)
    if len(cells) < _FEWEST_CELLS:
        return None
    starts = [0]
    for key in keys:
        starts.append(starts[-1] + len(key))
    text = "".join(keys)
    borders = {start: place for place, start in reversed(list(enumerate(starts)))}
    at = text.find(wanted, starts[first])
    while at >= 0:
        if at in borders and at + len(wanted) in borders:
            return range(borders[at], borders[at + len(wanted)])
        at = text.find(wanted, at + 1)
    return None
