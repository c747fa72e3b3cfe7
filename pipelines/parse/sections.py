"""Sections: the numbered parts of a report, by number and heading, with their text whole and their tables left out."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

import msgspec
from msgspec.structs import replace

from pipelines.document import Block
from pipelines.parse.cells import read_text
from pipelines.parse.forms import load_forms
from pipelines.parse.labels import fold_label
from pipelines.parse.template import load_template
from pipelines.report import Section

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_NUMBERED = re.compile(
    rf"\s*(?:({_NUMERAL})\s*[、.．,，:：]|第\s*({_NUMERAL})\s*(?:部分|章|节)[\s、.．,，:：]*|({_NUMERAL})\s)\s*(\S.*)",
    re.DOTALL,
)
_INSTRUCTION = re.compile(
    r"[（(【][^（）()【】]*(?:宋体|黑体|仿宋|楷体|字号|小四|四号|三号|文字描述)[^（）()【】]*[）)】]"
)
_LONGEST_HEADING = 40
_MARKUP = "#* \t\r\n\u3000\xa0"  # what Markdown, set as plain text, leaves around a heading
_END = re.compile(r"[。；;！!]")
_PAGE = re.compile(r"\d{1,3}$")
_HEAD_STOP = re.compile(r"[。：:\n]")


class Heading(msgspec.Struct, frozen=True, gc=False):
    """A section's heading, with what follows it in the same block."""

    number: str | None
    text: str
    rest: str


def find_sections(blocks: Sequence[Block], claimed: frozenset[int] = frozenset()) -> Iterator[Section]:
    """The sections in the order of the body; ``claimed`` blocks are the lines of a table. Numbers stay as printed.

    The lines of a list of contents, and a heading that is printed again right after itself, open no section.
    """
    parts = list(_read_parts(blocks, claimed))
    contents = _find_contents(parts)
    current: Heading | None = None
    lines: list[str] = []
    for place, part in enumerate(parts):
        if isinstance(part, Heading):
            if place in contents:
                continue
            if current is not None:
                yield _make_section(current, lines)
            current, lines = part, [part.rest]
        elif part:
            lines.append(part)
    if current is not None:
        yield _make_section(current, lines)


def _read_parts(blocks: Sequence[Block], claimed: frozenset[int]) -> Iterator[Heading | str]:
    """Headings and texts in order; an empty text for what stands between them and is neither."""
    for index, block in enumerate(blocks):
        if block.kind == "table":
            yield from _read_table_parts(block)
        elif block.kind == "image" or index in claimed:
            yield ""
        elif block.text.strip():
            yield from _read_text_parts(block)


def _read_text_parts(block: Block) -> Iterator[Heading | str]:
    """A block's heading or text; where several of its lines are sections' headings, line by line."""
    text = block.text.strip()
    if "\n" in text:
        lines = [replace(block, text=line) for line in block.text.split("\n") if line.strip()]
        if sum(map(is_section, lines)) > 1:
            for line in lines:
                yield (read_heading(line) if is_section(line) else None) or line.text.strip()
            return
    yield read_heading(block) or text


def _read_table_parts(block: Block) -> Iterator[Heading | str]:
    """The sections' headings that are rows of a table, and the sentences in rows below them."""
    is_inside = False
    for row in block.grid:
        first, last = row[0].text, row[-1].text
        if first != last and first.strip() and last.strip():
            yield ""  # two cells are no heading and no sentence
            continue
        texts = sorted({slot.text for slot in row})
        line = Block("paragraph", "", texts[-1].strip()) if not any(map(str.strip, texts[:-1])) else None
        heading = read_heading(line) if line and is_section(line) else None
        if heading and heading.number:  # without a number it is the table's caption
            is_inside = True
            yield heading
        else:
            yield line.text if line and is_inside and _END.search(line.text) else ""


def _find_contents(parts: Sequence[Heading | str]) -> frozenset[int]:
    """The headings of a list of contents: they follow each other without text between, and each returns later."""
    cores = {place: _fold_heading(part) for place, part in enumerate(parts) if isinstance(part, Heading)}
    bare = {place for place in cores if isinstance(part := parts[place], Heading) and not part.rest}
    last = {core: place for place, core in cores.items()}
    return frozenset(
        place
        for place in bare
        if last[cores[place]] > place
        and (place + 1 in cores or (place - 1 in bare and last[cores[place - 1]] >= place))
    )


def _fold_heading(heading: Heading) -> str:
    """The core of a heading, without the page number that a list of contents prints behind it."""
    return _PAGE.sub("", fold_label(heading.text))


def _make_section(heading: Heading, lines: Sequence[str]) -> Section:
    return Section(heading.number, heading.text, "\n".join(line for line in lines if line))


def read_heading(block: Block) -> Heading | None:
    """The section heading that a block is or begins with; ``None`` for a table's row label and for prose."""
    text = block.text.strip(_MARKUP)
    if not text:
        return None
    numbered = _NUMBERED.fullmatch(text)
    if numbered is None:
        is_known = text[0] not in "（(" and len(text) <= _LONGEST_HEADING and fold_label(text) in _known_headings()
        return Heading(None, _strip_instruction(text), "") if is_known else None
    title = numbered[4]
    is_known = fold_label(title) in _known_headings()
    if not is_known and (numbered[3] or _is_table_line(title)):
        return None
    head, rest = _split_title(title, block.kind == "heading")
    number = numbered[1] or numbered[2] or numbered[3]
    return None if head is None else Heading(number, _strip_instruction(head), rest)


def _is_table_line(title: str) -> bool:
    """Is it the label of a row of the requests table (三、本年度办理结果), alone or before values?"""
    template = load_template("requests")
    if fold_label(title) in template.words or template.row_labels.find(title):
        return True
    first, *rest = title.split()
    has_values = any(read_text(word).state in ("number", "dash") for word in rest)
    return has_values and (template.row_labels.find(first) is not None or fold_label(first) in template.words)


def is_section(block: Block) -> bool:
    """Is the block the heading of a section that some form has, under any of its names?"""
    heading = read_heading(block)
    return heading is not None and fold_label(heading.text) in _known_headings()


def _split_title(title: str, is_heading: bool) -> tuple[str | None, str]:
    """A title and the text that follows it on the same line; no title where the line is a sentence of the prose."""
    stop = _HEAD_STOP.search(title)
    first = title[: stop.start()] if stop else title
    if fold_label(first) in _known_headings():
        return first.strip(), title[stop.end() :].strip() if stop else ""
    if len(title) <= _LONGEST_HEADING and not _END.search(title):
        return title.strip(), ""
    return (title.strip(), "") if is_heading and len(title) <= 2 * _LONGEST_HEADING else (None, "")


def _strip_instruction(title: str) -> str:
    return _INSTRUCTION.sub("", title).strip().rstrip("：:。")


@lru_cache(maxsize=1)
def _known_headings() -> frozenset[str]:
    """The folded headings of all forms."""
    labels = chain.from_iterable(rule.labels for form in load_forms() for rule in form.sections)
    return frozenset(map(fold_label, labels))


def find_missing_sections(sections: Sequence[Section], form: str | None) -> list[str]:
    """The sections of the form that no heading names, as ``六、其他需要报告的事项``; by heading, or else by number."""
    rules = next((known.sections for known in load_forms() if known.name == form), ())
    headings = {fold_label(section.heading) for section in sections}
    numbers = {section.number for section in sections}
    return [
        f"{rule.number}、{rule.labels[0]}"
        for rule in rules
        if rule.number not in numbers and not headings & set(map(fold_label, rule.labels))
    ]
