"""Plain text and Markdown as blocks: a line is a block, runs of lines with bars or tabs are tables.

Paths are line numbers (``line 120``, from 1). A row is kept as it stands: cells between the bars or tabs, stripped,
rows padded at the right; which of them a lost span has moved is for the parser to find out.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import structs

from pipelines.clean.elements import fold
from pipelines.clean.page import Part
from pipelines.clean.sections import is_section
from pipelines.document import Grid, Slot

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_RULE = re.compile(r"^[\s|:+\-=]*-{2,}[\s|:+\-=]*$|^\s*(?:[-*_]\s*){3,}$")
_IMAGE_NAME = re.compile(r"^[^\s。，；]{0,80}\.(?:png|jpe?g|gif|bmp|webp)$", re.IGNORECASE)
_IMAGE_MARKUP = re.compile(r"^!\[([^\]]*)\]\(([^)\s]*)[^)]*\)$")
_IMAGE_ALT = re.compile(r"^(?:说明|图片说明|图示|描述)\s*[:：]\s*\S.{0,80}(?<![。；！？])$")
_LINK_MARKUP = re.compile(r"(?<!!)\[([^\]]+)\]\((?:https?:|/|\.)[^)]*\)")
_BARS = re.compile(r"[|｜│┃]")
_SENTENCE = re.compile(r"[。！？；]")
_FEWEST_ROWS = 2
_LONGEST_CELL = 60


def read_lines(text: str, *, markdown: bool = False) -> tuple[Part, ...]:
    """The blocks of a text: headings, paragraphs, tables and images, in order."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n").split("\n")
    parts: list[Part] = []
    number = 0
    while number < len(lines):
        last = _table_end(lines, number)
        if last > number:
            parts += _read_table(lines, number, last)
            number = last
            continue
        part = _read_line(lines[number], markdown)
        if part is not None:
            parts.append(structs.replace(part, path=f"line {number + 1}"))
        number += 1
    return tuple(parts)


def has_bars(line: str) -> bool:
    """Whether a line has a bar between cells; to look for each of them is faster than one pattern for all."""
    return "|" in line or "｜" in line or "│" in line or "┃" in line


def is_image_line(text: str) -> bool:
    """A line that stands for an image: its file name, or the alternative text that a converter wrote out."""
    return bool(_IMAGE_NAME.match(text) or _IMAGE_ALT.match(text))


def _read_line(line: str, markdown: bool) -> Part | None:
    text = fold(line)
    if not text or (markdown and _RULE.match(text)):
        return None
    level = 0
    if markdown:
        heading = _HEADING.match(line)
        level = len(heading.group(1)) if heading else 0
        image = _IMAGE_MARKUP.match(text)
        if image:
            return Part("image", fold(image.group(1)), src=image.group(2))
        text = fold(_LINK_MARKUP.sub(r"\1", _STRONG.sub(r"\2", heading.group(2) if heading else text)))
    if is_image_line(text):
        return Part("image", text)
    return Part("heading" if level else "paragraph", text, level=level)


def _table_end(lines: Sequence[str], start: int) -> int:
    """The number of the line after the table that begins at ``start``; ``start`` itself where none begins."""
    for is_row in (_is_bar_row, _is_tab_row):
        end = start
        while end < len(lines) and (is_row(lines[end]) or (end > start and _is_lone_cell(lines, end, is_row))):
            end += 1
        rows = [line for line in lines[start:end] if not _RULE.match(line)]
        if len(rows) >= _FEWEST_ROWS or (rows and _is_lone_row(rows[0])):
            return end
    return start


def _is_lone_cell(lines: Sequence[str], at: int, is_row: Callable[[str], bool]) -> bool:
    """A row of one cell, its separators trimmed away: a short line between two rows, no heading and no sentence."""
    text = lines[at].strip()
    if not 0 < len(text) < _LONGEST_CELL or at + 1 >= len(lines) or not is_row(lines[at + 1]):
        return False
    return not is_section(text) and not _SENTENCE.search(text)


def _is_bar_row(line: str) -> bool:
    return has_bars(line)


def _is_tab_row(line: str) -> bool:
    """Tabs between cells, or around a short one; a long line after two tabs is an indented paragraph."""
    text = line.strip()
    return "\t" in text or (line.count("\t") > 1 and 0 < len(text) < _LONGEST_CELL)


def _is_lone_row(line: str) -> bool:
    """One row by itself is a table only where most of its cells are numbers (a piece that a page cut off)."""
    cells = [cell for cell in split_row(line) if cell]
    return len(cells) > 3 and sum(cell.isdigit() for cell in cells) * 2 > len(cells)


def split_row(line: str) -> list[str]:
    """The cells of a line with bars or tabs, stripped, empty ones kept."""
    cells = _BARS.split(line.strip()) if has_bars(line) else line.strip("\r\n ").split("\t")
    return [fold(cell) for cell in cells]


def _read_table(lines: Sequence[str], start: int, end: int) -> Iterator[Part]:
    rows = [(number, split_row(lines[number])) for number in range(start, end) if not _RULE.match(lines[number])]
    yield Part("table", "", path=f"line {start + 1}", grid=make_grid([(f"line {at + 1}", row) for at, row in rows]))


def make_grid(rows: Sequence[tuple[str, list[str]]]) -> Grid:
    """Rows of (path, cells) as a grid; a bar at every row's start or end is its frame, not a cell."""
    cells = [row for _, row in rows]
    if all(len(row) > 2 and not row[0] for row in cells) and all(not row[-1] for row in cells):
        cells = [row[1:] for row in cells]
    if all(len(row) > 1 and not row[-1] for row in cells):
        cells = [row[:-1] for row in cells]
    width = max(map(len, cells))
    return tuple(
        tuple(Slot(_unmark(text), path) for text in row + [""] * (width - len(row)))
        for (path, _), row in zip(rows, cells, strict=True)
    )


def _unmark(text: str) -> str:
    return fold(_STRONG.sub(r"\2", text)) if "**" in text or "__" in text else text
