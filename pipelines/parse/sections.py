"""Sections: the numbered parts of a report, by number and heading, with their text whole and their tables left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from pipelines.document import Block
from pipelines.parse.forms import load_forms
from pipelines.parse.labels import fold_label
from pipelines.parse.template import load_template
from pipelines.report import Section

_NUMBERED = re.compile(r"\s*([一二三四五六七八九十]{1,3})\s*[、.．,，]\s*(\S.*)", re.DOTALL)
_INSTRUCTION = re.compile(
    r"[（(【][^（）()【】]*(?:宋体|黑体|仿宋|楷体|字号|小四|四号|三号|文字描述)[^（）()【】]*[）)】]"
)
_LONGEST_HEADING = 40
_MARKUP = "#* \t\r\n\u3000\xa0"  # what Markdown, set as plain text, leaves around a heading
_END = re.compile(r"[。；;！!]")
_HEAD_STOP = re.compile(r"[。：:\n]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading, with what follows it in the same block."""

    number: str | None
    text: str
    rest: str


def find_sections(blocks: Sequence[Block], claimed: frozenset[int] = frozenset()) -> Iterator[Section]:
    """The sections in the order of the body; ``claimed`` blocks are the lines of a table. Numbers stay as printed."""
    current: Heading | None = None
    lines: list[str] = []
    for index, block in enumerate(blocks):
        if block.kind not in ("heading", "paragraph") or index in claimed:
            continue
        heading = read_heading(block)
        if heading is None:
            lines.append(block.text.strip())
            continue
        if current is not None:
            yield _make_section(current, lines)
        current, lines = heading, [heading.rest]
    if current is not None:
        yield _make_section(current, lines)


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
    number, title = numbered.groups()
    rows = load_template("requests").row_labels
    if fold_label(title) in load_template("requests").words or rows.find(title) or rows.find(title.split()[0]):
        return None
    head, rest = _split_title(title, block.kind == "heading")
    return None if head is None else Heading(number, _strip_instruction(head), rest)


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
