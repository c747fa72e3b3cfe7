"""A body held against its truth: shingles for F1, counts for once and whole, slots for tables.

White space, marks without width and compatibility forms do not count; every other character does.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.quality.extraction import Extraction
from demo.specimens.specimen import Grid, Truth

_SHINGLE = 5  # characters; a lost character costs as many shingles
_SHORTEST = 4  # characters of a line that is counted
_NOTHING = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+")
_MARKS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """``（２）　a\u200bb`` → ``(2)ab``."""
    return _NOTHING.sub("", unicodedata.normalize("NFKC", text))


def body_of(extraction: Extraction, truth: Truth, flat_tables: bool = False) -> list[str]:
    """The folded lines that count: neutral ones are left out.

    ``flat_tables``: the tool may write cells as lines; those that say what a cell of the truth says are left out.
    """
    neutral = sorted(map(fold, truth.neutral), key=len, reverse=True)
    cells = {fold(text) for grid in truth.grids for row in grid for text in row} if flat_tables else set()
    cells |= {fold(cell.raw) for cell in truth.cells or ()} if flat_tables else set()
    lines = (fold(line) for line in extraction.lines)
    return [line for line in lines if line and line not in cells and not _is_neutral(line, neutral)]


def _is_neutral(line: str, neutral: Sequence[str]) -> bool:
    """Whether nothing but marks is left of a line without the neutral texts."""
    if not any(text in line for text in neutral):
        return False
    for text in neutral:
        line = line.replace(text, "")
    return not _MARKS.sub("", line)


def f1(lines: Sequence[str], truth: Truth) -> float:
    """F1 over shingles, each as often as it occurs: what is there twice costs precision."""
    found, wanted = _shingles("".join(lines)), _shingles("".join(map(fold, truth.lines)))
    common = (found & wanted).total()
    return 2 * common / (found.total() + wanted.total()) if common else 0.0


def _shingles(text: str) -> Counter[str]:
    return Counter(text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1)))


def miscounted(lines: Sequence[str], truth: Truth) -> tuple[list[str], list[str]]:
    """The truth's lines that occur too seldom, and those that occur too often."""
    body, wanted = "".join(lines), "".join(map(fold, truth.lines))
    counts = {line: (body.count(line), wanted.count(line)) for line in map(fold, truth.lines) if len(line) >= _SHORTEST}
    lost = [line for line, (found, right) in counts.items() if found < right]
    return lost, [line for line, (found, right) in counts.items() if found > right]


def is_ordered(lines: Sequence[str], truth: Truth) -> bool:
    """Whether the lines that occur once, and should, stand in the order of the truth."""
    body, wanted = "".join(lines), "".join(map(fold, truth.lines))
    longer = (line for line in map(fold, truth.lines) if len(line) >= 3 * _SHORTEST)
    once = (line for line in longer if body.count(line) == wanted.count(line) == 1)
    places = [body.index(line) for line in once]
    return places == sorted(places)


def chrome_left(lines: Sequence[str], truth: Truth) -> list[str]:
    """The strings of the chrome that stand in the body and that no line of the truth says."""
    body = "\n".join(lines)
    said = "".join(map(fold, (*truth.lines, *truth.neutral)))
    return sorted({text for text in map(fold, truth.chrome) if len(text) > 1 and text in body and text not in said})


def slots_right(grids: Sequence[Grid], truth: Truth, extra: bool = True) -> tuple[int, int]:
    """Slots at their row and column, of all slots of the truth's tables and (``extra``) of tables that no page prints.

    Rows that are blank throughout set nothing but heights. Each table of the truth takes the one that agrees best.
    """
    left = [_rows(grid) for grid in grids]
    right = total = 0
    for wanted in map(_rows, truth.grids):
        total += sum(map(len, wanted))
        best = max(range(len(left)), key=lambda at: _agreement(wanted, left[at]), default=None)
        if best is not None and _agreement(wanted, left[best]):
            right += _agreement(wanted, left.pop(best))
    return right, total + (sum(len(row) for grid in left for row in grid) if extra and not truth.loose else 0)


def _rows(grid: Grid) -> list[list[str]]:
    rows = ([fold(text) for text in row] for row in grid)
    return [row for row in rows if any(row)]


def _agreement(wanted: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> int:
    pairs = zip(wanted, found, strict=False)
    return sum(one == other for row, got in pairs for one, other in zip(row, got, strict=False))


def dropped_body(dropped: Iterable[str], truth: Truth) -> Iterator[str]:
    """Texts dropped as repeats that are lines of the truth."""
    lines = set(map(fold, truth.lines)) - set(map(fold, truth.neutral))
    return (text for text in map(fold, dropped) if text in lines)
