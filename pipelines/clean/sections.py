"""Numbered headings of a report: 一、总体情况, （二）依申请公开."""

import re

from pipelines.clean.remembering import remembered

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_NUMBERED = re.compile(rf"^(?:[（(]?{_NUMERAL}\s*[、.．,，:：)）]|第\s*{_NUMERAL}\s*(?:部分|章|节)|{_NUMERAL}\s)\s*\S")
_STARTS = frozenset("（(第一二三四五六七八九十")  # no other character begins a number
_SENTENCE = re.compile(r"[。；;]")
_LONGEST = 45


def is_section(text: str) -> bool:
    """Whether a line is a numbered heading: short, and no sentence."""
    return text[:1] in _STARTS and len(text) <= _LONGEST and _is_numbered(text)


@remembered
def _is_numbered(text: str) -> bool:
    return bool(_NUMBERED.match(text)) and not _SENTENCE.search(text[:-1])
