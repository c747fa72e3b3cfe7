"""The sentences and tables of a page, by which two printings of one text are told: also a sentence broken over lines.

Where a line ends in mid-sentence and the next line goes on, the sentence is read over both, for the other printing may
be broken at other places or not at all: lines of one element, and elements in a row that hold a line of a width each. A
line that occurs again beside others is left alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from pipelines.clean.chains import Unit
from pipelines.clean.keys import grid_key, text_key
from pipelines.clean.page import Part
from pipelines.clean.sections import is_section

ANCHOR = 24  # characters of an anchor, white space and punctuation apart
_SENTENCE = re.compile(r"[^。！？；!?;]+[。！？；!?;]*")
_ENDS = frozenset(["", *"。！？；：!?;:"])  # of a block, with which no line is cut off
_CLOSING = frozenset("”’」）)")  # behind an end
_SHORTEST_UNIT = 12
_SHORTEST_BROKEN = 12  # characters of a line that is broken by its width
_FEWEST_ANCHORS = 3
_NEXT = 2  # elements from one line to the next, one of them empty
_WIDEST = 60  # characters of a line
_FULL = 0.85  # of the widest line, that a line has which is cut off: figures are narrow
_FEWEST_CUT = 3  # such lines of a page
_CLAUSE = re.compile(r"[，。；、]")


def read_units(parts: Sequence[Part], *, tables: bool = True) -> list[Unit]:
    """The sentences of the blocks and, if wanted, the tables, in order, each with its key."""
    units = []
    for run in find_runs(parts):
        number = run[0]
        if parts[number].kind == "table":
            key = grid_key(parts[number].grid) if tables else ""
            units.append(Unit(number, key, key, 0))
        elif len(run) > 1:
            units += _read_run(parts, run)
        elif _is_text(parts[number]):
            units += _read_sentences(number, parts[number].text)
    return units


def has_anchors(parts: Sequence[Part]) -> bool:
    """Whether enough long sentences occur again; most pages are done here, before a table of theirs is looked at."""
    texts = [part.text for part in parts if len(part.text) >= ANCHOR and _is_text(part)]
    keys = [text_key(sentence) for text in texts for sentence in _SENTENCE.findall(text) if len(sentence) >= ANCHOR]
    if _occur_again(keys):
        return True
    broken = _find_broken(parts)
    if not broken or not _any_again(parts, broken):
        return False
    return _occur_again([unit.key for unit in read_units(parts, tables=False)])


def _any_again(parts: Sequence[Part], broken: Iterable[int]) -> bool:
    """Whether the text at any of the breaks, on either side of it, is there again: a long sentence reaches so far."""
    keys = [text_key(part.text) if part.kind not in ("table", "image") else "" for part in parts]
    text, ends = "".join(keys), list(accumulate(map(len, keys)))
    half = ANCHOR // 2
    sides = ((text[max(0, ends[at] - half) : ends[at]], text[ends[at] : ends[at] + half]) for at in broken)
    return any(text.find(side, text.find(side) + 1) >= 0 for pair in sides for side in pair if len(side) == half)


def _is_text(part: Part) -> bool:
    """Whether a block may be printed again with its body: links to other pages stand beside it wherever it is."""
    return part.kind not in ("table", "image") and part.linked * 2 <= len(part.text)


def _occur_again(keys: Sequence[str]) -> bool:
    counts = Counter([key for key in keys if len(key) >= ANCHOR])
    return sum(count > 1 for count in counts.values()) >= _FEWEST_ANCHORS


def _read_sentences(number: int, text: str) -> list[Unit]:
    if len(text) < _SHORTEST_UNIT:
        return []
    pairs = [(text_key(sentence), sentence) for sentence in _SENTENCE.findall(text) if len(sentence) >= _SHORTEST_UNIT]
    return [Unit(number, key, sentence, len(key)) for key, sentence in pairs if len(key) >= _SHORTEST_UNIT]


def _read_run(parts: Sequence[Part], run: Sequence[int]) -> Iterator[Unit]:
    """The sentences of lines that go on in each other, each with what every line holds of it."""
    text = "".join(parts[number].text for number in run)
    for match in _SENTENCE.finditer(text):
        key = text_key(match.group())
        if len(key) < _SHORTEST_UNIT:
            continue
        pieces = tuple(_cut(parts, run, *match.span()))
        yield Unit(pieces[0][0], key, match.group(), len(key), pieces if len(pieces) > 1 else ())


def _cut(parts: Sequence[Part], run: Sequence[int], start: int, end: int) -> Iterator[tuple[int, str]]:
    """The lines that the characters from start to end of a run lie in, each with its share."""
    at = 0
    for number in run:
        line = parts[number].text
        piece = line[max(0, start - at) : max(0, end - at)]
        if piece:
            yield number, piece
        at += len(line)


def find_runs(parts: Sequence[Part]) -> Iterator[list[int]]:
    """The numbers of the blocks, those together that a sentence may run through."""
    broken = _find_broken(parts)
    run: list[int] = []
    for number in range(len(parts)):
        run.append(number)
        if number not in broken:
            yield run
            run = []


def find_long_runs(parts: Sequence[Part]) -> list[list[int]]:
    """Those of several blocks."""
    broken = _find_broken(parts)
    runs: list[list[int]] = []
    for number in sorted(broken):
        if runs and runs[-1][-1] == number:
            runs[-1].append(number + 1)
        else:
            runs.append([number, number + 1])
    return runs


def _find_broken(parts: Sequence[Part]) -> set[int]:
    """The lines that end in mid-sentence and go on in the next, wherever else the two of them stand."""
    lines = [part.kind == "paragraph" and not part.linked for part in parts]
    goes_on = [one and two and _is_open(part.text) for part, (one, two) in zip(parts, pairwise(lines), strict=False)]
    if True not in goes_on:
        return set()
    within = [number for number, follows in enumerate(goes_on) if follows and _are_in_one(parts, number)]
    open_lines = sorted({*within, *find_wrapped(parts, goes_on)})
    if not open_lines:
        return set()
    keys = [text_key(part.text) or part.text for part in parts]
    counts, pairs = Counter(keys), Counter([(keys[number], keys[number + 1]) for number in open_lines])
    return {
        number
        for number in open_lines
        if counts[keys[number]] == pairs[keys[number], keys[number + 1]]
        and (len(parts[number + 1].text) < _SHORTEST_BROKEN or counts[keys[number]] == counts[keys[number + 1]])
        and not is_section(parts[number].text)
        and not is_section(parts[number + 1].text)
    }


def _are_in_one(parts: Sequence[Part], number: int) -> bool:
    return parts[number].owner == parts[number + 1].owner


def find_wrapped(parts: Sequence[Part], goes_on: Sequence[bool]) -> list[int]:
    """The lines that a width has cut off, where elements in a row hold a line each and none of them is wider.

    ``goes_on``: of each line but the last whether it may go on in the next.
    """
    lines = [part.text for part, follows in zip(parts, goes_on, strict=False) if follows and len(part.text) <= _WIDEST]
    if len(lines) < _FEWEST_CUT or sum([bool(_CLAUSE.search(line)) for line in lines]) * 2 < _FEWEST_CUT:
        return []
    found: list[int] = []
    run: list[int] = []
    step = 0  # from each element of the run to the next; another step is another element around them
    for number in range(len(parts)):
        last = step
        step = parts[number].owner - parts[number - 1].owner if run else 0
        follows = 0 < step <= _NEXT and (len(run) == 1 or step == last)
        if run and not (follows and parts[number].kind in ("heading", "paragraph")):
            found += _find_cut_off(parts, run, goes_on)
            run = []
        if parts[number].kind in ("heading", "paragraph"):
            run.append(number)
    found += _find_cut_off(parts, run, goes_on)
    return found if len(found) >= _FEWEST_CUT else []


def _find_cut_off(parts: Sequence[Part], run: Sequence[int], goes_on: Sequence[bool]) -> list[int]:
    if len(run) <= 1:
        return []
    widest = max([len(parts[number].text) for number in run])
    if not _SHORTEST_BROKEN < widest <= _WIDEST:
        return []
    cut = [number for number in run[:-1] if goes_on[number] and len(parts[number].text) >= _FULL * widest]
    prose = sum(bool(_CLAUSE.search(parts[number].text)) for number in cut)
    return cut if prose * 2 >= len(cut) else []


def _is_open(text: str) -> bool:
    """Whether a line of text may go on in the next: it is long enough, and without an end."""
    return len(text) >= _SHORTEST_BROKEN and not _is_ended(text)


def _is_ended(text: str) -> bool:
    """Whether a text has an end, be it inside a bracket or quotation."""
    return text[-1:] in _ENDS or (text[-1:] in _CLOSING and text[-2:-1] in _ENDS)
