"""The lines of a page of fixed layout, and the paragraphs that they make."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.clean.elements import fold, join_lines
from pipelines.clean.files.rules import Box
from pipelines.clean.page import Part
from pipelines.clean.radicals import fold_radicals
from pipelines.clean.sections import is_section

_CLOSE = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”])\s+(?=[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”])"
)
_PAGE_NUMBER = re.compile(r"^(?:[-—–－\s]*\d{1,3}[-—–－\s]*|第\s*\d{1,3}\s*页.{0,10}|\d{1,3}\s*/\s*\d{1,3})$")
_SENTENCE_END = re.compile(r"[。！？；：:]$")
_SAME_LINE = 0.5  # of a character's height
_GAP = 0.3  # of a character's size, between words that are not Chinese
_INDENT = 1.2  # characters
_LARGER = 1.15  # times the body's size
_SHORT = 2.5  # characters that a last line lacks


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text with its place; ``size`` is its characters' in points."""

    text: str
    page: int
    box: Box
    size: float

    @property
    def is_page_number(self) -> bool:
        """Whether the line is nothing but a page's number."""
        return bool(_PAGE_NUMBER.match(self.text))


def make_path(page: int, box: Box) -> str:
    """The proof path of a box on a page."""
    return f"page {page} [{', '.join(f'{value:.1f}' for value in box)}]"


def read_lines(page: int, characters: Sequence[dict[str, Any]], tables: Sequence[Box]) -> list[Line]:
    """The lines outside the tables, from top to bottom."""
    outside = [char for char in characters if char["text"].strip() and not any(is_inside(char, box) for box in tables)]
    return [_make_line(row, page) for row in group_lines(outside)]


def is_inside(char: dict[str, Any], box: Box) -> bool:
    """Whether a character's middle lies in a box."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def group_lines(characters: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Characters by line, each line from left to right; a character belongs to the line that it overlaps by half."""
    rows: list[list[dict[str, Any]]] = []
    middle = height = 0.0
    for char in sorted(characters, key=lambda char: ((char["top"] + char["bottom"]) / 2, char["x0"])):
        center = (char["top"] + char["bottom"]) / 2
        if rows and abs(center - middle) <= _SAME_LINE * max(height, char["bottom"] - char["top"]):
            rows[-1].append(char)
        else:
            rows.append([char])
            middle, height = center, char["bottom"] - char["top"]
    return [sorted(row, key=lambda char: (char["x0"], char["top"])) for row in rows]


def line_text(row: Sequence[dict[str, Any]]) -> str:
    """The text of one line: Chinese closed up, gaps between other words kept as one space."""
    pieces: list[str] = []
    last: dict[str, Any] | None = None
    for char in row:
        if last is not None and char["x0"] - last["x1"] > _GAP * char["size"]:
            pieces.append(" ")
        elif last is not None and char["text"] == last["text"] and abs(char["x0"] - last["x0"]) < 0.1 * char["size"]:
            continue  # printed twice for a bold look
        pieces.append(char["text"])
        last = char
    return _CLOSE.sub("", fold(fold_radicals("".join(pieces))))


def join_paragraphs(lines: Sequence[Line]) -> Iterator[Part]:
    """The paragraphs of consecutive lines: a new one begins at an indent, after a short line, at a change of size."""
    if not lines:
        return
    left, right = _margins(lines)
    sizes = sorted(line.size for line in lines for _ in line.text)
    body = sizes[len(sizes) // 2]
    group = [lines[0]]
    for line in lines[1:]:
        if not _is_same_title(group[-1], line, body) and _begins(group[-1], line, left, right):
            yield _make_paragraph(group)
            group = []
        group.append(line)
    yield _make_paragraph(group)


def _is_same_title(before: Line, line: Line, body: float) -> bool:
    """Whether two lines are one title: larger than the body's, of one size, set about one middle, no gap between."""
    if min(before.size, line.size) < _LARGER * body or abs(before.size - line.size) > 0.1 * line.size:
        return False
    middles = [(item.box[0] + item.box[2]) / 2 for item in (before, line)]
    near = line.page == before.page and line.box[1] - before.box[3] < 1.5 * line.size
    return near and abs(middles[0] - middles[1]) < line.size and not _SENTENCE_END.search(before.text)


def _begins(before: Line, line: Line, left: float, right: float) -> bool:
    size = line.size
    if abs(before.size - size) > 0.15 * size or is_section(line.text):
        return True
    if line.box[0] - left > _INDENT * size:
        return True
    short = before.box[2] < right - _SHORT * size
    return short or (is_section(before.text) and bool(_SENTENCE_END.search(before.text)))


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    """Where most lines begin and where the long ones end."""
    starts = sorted(round(line.box[0]) for line in lines)
    left = min(starts, key=lambda value: (-sum(abs(value - other) <= 3 for other in starts[:400]), value))
    return float(min(left, starts[len(starts) // 10])), max(line.box[2] for line in lines)


def _make_paragraph(group: Sequence[Line]) -> Part:
    first = [line for line in group if line.page == group[0].page]
    box = (
        min(line.box[0] for line in first),
        first[0].box[1],
        max(line.box[2] for line in first),
        first[-1].box[3],
    )
    text = _CLOSE.sub("", join_lines([line.text for line in group]))
    return Part("paragraph", text, path=make_path(group[0].page, box))


def _make_line(row: Sequence[dict[str, Any]], page: int) -> Line:
    box = (
        min(char["x0"] for char in row),
        min(char["top"] for char in row),
        max(char["x1"] for char in row),
        max(char["bottom"] for char in row),
    )
    sizes = sorted(char["size"] for char in row)
    return Line(line_text(row), page, box, float(sizes[len(sizes) // 2]))
