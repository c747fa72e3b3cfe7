"""How much a block looks like body: prose, section headings and figures count, links and machinery do not."""

import re
from collections.abc import Sequence

import msgspec
from msgspec import structs

from pipelines.clean.chrome import CHROME, line_kind, squeeze
from pipelines.clean.keys import distinct
from pipelines.clean.page import Part
from pipelines.clean.sections import is_section
from pipelines.clean.sentences import find_long_runs

_ENGLISH_SENTENCE = re.compile(r"[a-z]{2}[,.;] [A-Za-z]")
_COMMA = re.compile(r"[，,；;]")
_SHORTEST_PROSE = 24
_SHORTEST_ANY = 8
_FOOT_ROWS = 12  # rows of a table that may be a page's foot


class Weight(msgspec.Struct, frozen=True, gc=False):
    """``score`` in characters; ``strong`` blocks are body wherever they stand; ``kind`` is the line's of ``chrome``.

    A structure, like ``Part``, because it is made for every block.
    """

    score: float
    strong: bool
    kind: str


_NOTHING = {kind: Weight(0, False, kind) for kind in ("", "tool", "end", "footer", "info")}


def weigh(part: Part) -> Weight:
    """The weight of one block by its own looks."""
    return name_link(part, _weigh(part))


def name_link(part: Part, weight: Weight) -> Weight:
    """The weight of a block of ``weigh_all`` with its kind, also where it is a link."""
    if part.linked * 2 > len(part.text) and part.kind in ("heading", "paragraph"):
        return _NOTHING[line_kind(part.text)]
    return weight


def _weigh(part: Part) -> Weight:
    """The weight of a block; a link, of which a page's menus have hundreds, weighs nothing and is not given a kind."""
    kind, text = part.kind, part.text
    if kind == "table":
        return _weigh_table(part)
    length = len(text)
    if kind == "image" or part.linked * 2 > length:
        return _NOTHING[""]
    named = line_kind(text)
    if named:
        return _NOTHING[named]
    if is_section(text):
        return Weight(length, True, "")
    if length < _SHORTEST_ANY or not (_has_comma(text) or ("." in text and _ENGLISH_SENTENCE.search(text))):
        return Weight(min(length, 12) * 0.25, False, "")
    return Weight(length, length >= _SHORTEST_PROSE and (length >= 60 or _has_sentence(text)), "")


def _has_comma(text: str) -> bool:
    """Whether there is any mark of a sentence; to look for each of them is faster than one pattern for all."""
    return "，" in text or "。" in text or "、" in text or "：" in text or "," in text or ";" in text or _is_rare(text)


def _is_rare(text: str) -> bool:
    return "；" in text or "！" in text or "？" in text


def _has_sentence(text: str) -> bool:
    return "。" in text or ";" in text or _is_rare(text)


def weigh_all(parts: Sequence[Part]) -> list[Weight]:
    """The weight of each block, lines that a sentence runs through weighed as the paragraph that they are.

    A first line without a comma may be a title above the text, so that it counts by its own looks. Links have no kind
    here: ``name_link`` gives it to those of which somebody asks for it.
    """
    weights = [_weigh(part) for part in parts]
    for run in find_long_runs(parts):
        while len(run) > 1 and (weights[run[0]].kind or not _COMMA.search(parts[run[0]].text)):
            run = run[1:]
        if (
            len(run) > 1
            and weigh(structs.replace(parts[run[0]], text="".join(parts[number].text for number in run))).strong
        ):
            for number in run:
                if not weights[number].kind:
                    weights[number] = Weight(len(parts[number].text), True, "")
    return weights


def is_prose(text: str) -> bool:
    """A paragraph of at least one sentence."""
    return len(text) >= _SHORTEST_PROSE and _has_sentence(text)


def is_info_table(part: Part) -> bool:
    """The info box of a page drawn as a table: labels of the box in at least two of its cells."""
    return len(part.grid) <= 12 and count_labels([slot.text for row in part.grid for slot in row]) >= 2


def count_labels(cells: Sequence[str]) -> int:
    """How many of the cells are, or begin with, a label of the info box."""
    lines = {squeeze(cell) for cell in set(cells) if len(cell) < 80 and not cell.isdecimal()}
    return sum(line.rstrip(":") in CHROME.labels or bool(CHROME.label.match(line)) for line in lines)


def _weigh_table(part: Part) -> Weight:
    length = len("".join([text for row in part.grid for text, _, _ in row]))
    is_info = is_info_table(part)
    if is_info or part.linked * 2 > length:
        return _NOTHING["info" if is_info else ""]
    if len(part.grid) > _FOOT_ROWS:
        return Weight(min(length, 4000) + 2 * len(part.grid), True, "")
    texts = [slot.text for row in part.grid for slot in distinct(row) if slot.text]
    if _is_foot(texts):
        return _NOTHING["footer"]
    return Weight(min(length, 4000) + 2 * len(part.grid), len(part.grid) > 1 or _has_figures(texts), "")


def _is_foot(texts: Sequence[str]) -> bool:
    """A page's foot, or its search bar, drawn as a table: most of its text is lines of machinery."""
    off = sum(len(text) for text in texts if line_kind(text) or text.rstrip().endswith(("：", ":")))
    return off * 2 > sum(map(len, texts))


def _has_figures(texts: Sequence[str]) -> bool:
    return sum(text[0].isdigit() for text in texts) * 2 > len(texts)
