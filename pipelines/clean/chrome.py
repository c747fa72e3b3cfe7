"""Lines and elements that surround a body told from the body, by the patterns of ``chrome.yaml``."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.clean.beginnings import look_ahead
from pipelines.clean.remembering import LONGEST, remembered

_FILE = Path(__file__).with_name("chrome.yaml")
_KEYS = {"containers", "marks", "labels", "words", "tools", "buttons", "tools_with", "ends", "footers", "footers_with"}
_WIDE = tuple(zip("：｜（）【】＞［］＋－／", ":|()[]>[]+-/", strict=True))
_ANY_WIDE = re.compile("[：｜（）【】＞［］＋－／]")
_BULLETS = "•·●◆■□▪►◇○*"
_BETWEEN_WORDS = "[]()|/、·:>-"
_DATED = re.compile(r"[\[(]?(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d\d(?::\d\d)?)?")
_MARK = re.compile(r"[a-z]+")
LONGEST_LINE = 160


@dataclass(frozen=True, slots=True)
class Chrome:
    """The compiled patterns."""

    containers: frozenset[str]
    marks: frozenset[str]
    labels: Mapping[str, str]  # label → field, "-" for none
    label: re.Pattern[str]
    bare_label: re.Pattern[str]  # without a colon: the value stands beside it in an element of its own
    spread: re.Pattern[str]  # labels of two characters, set apart for looks: 来 源
    words: re.Pattern[str]
    tools: re.Pattern[str]
    buttons: re.Pattern[str]  # one or more, and counters, that others may follow
    tool_words: re.Pattern[str]  # one of them stands in each of the lines of ``tools_with``
    tools_with: re.Pattern[str]
    ends: re.Pattern[str]
    footers: re.Pattern[str]
    footer_words: re.Pattern[str]  # one of them stands in each of the lines of ``footers_with``
    footers_with: re.Pattern[str]


def squeeze(text: str) -> str:
    """A line as the patterns want it: no white space, narrow punctuation, no bullet."""
    if text.isalnum():
        return text
    return _squeeze(text) if len(text) <= LONGEST else _squeeze.__wrapped__(text)


@remembered
def _squeeze(text: str) -> str:
    return narrow("".join(text.split())).lstrip(_BULLETS)


def narrow(line: str) -> str:
    """A line with narrow punctuation in place of the wide one that labels and buttons are written with."""
    if _ANY_WIDE.search(line):
        for wide, ascii_ in _WIDE:  # many times faster than ``translate``, which looks every character up
            line = line.replace(wide, ascii_)
    return line


def read_chrome(path: Path = _FILE) -> Chrome:
    """The patterns of a data file. Raises ``ValueError`` for a key that is unknown or missing."""
    found: dict[str, Any] = yaml.load(
        path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    wrong = set(found) ^ _KEYS
    if wrong:
        raise ValueError(f"{path}: unknown or missing keys {sorted(wrong)}")
    labels = {label: field for field, names in found["labels"].items() for label in names}
    return Chrome(
        frozenset(name.lower() for name in found["containers"]),
        frozenset(found["marks"]),
        labels,
        re.compile(rf"[\[(]?{_beginnings(labels)}({_longest_first(labels)})[\])]?:"),
        re.compile(
            rf"{_beginnings(labels)}({_longest_first(label for label in labels if len(label) > 2)})"
            r"(?=(?:[^:,。，;；]|(?<=\d):(?=\d)){1,40}$)"
        ),
        re.compile("|".join(f"{label[0]} {{1,4}}{label[1]}" for label in sorted(labels) if len(label) == 2)),
        re.compile(
            rf"(?:(?=\d)|{_beginnings((*found['words'], *_BETWEEN_WORDS))})(?=.*[^\W\d])"
            rf"(?:{_longest_first(found['words'])}|[\[\]()|/、·:>\d-])+",
            re.IGNORECASE,
        ),
        _any(found["tools"]),
        re.compile(f"(?:{_any(found['buttons']).pattern})+"),
        *_with_words(found["tools_with"]),
        _any(found["ends"]),
        _any(found["footers"]),
        *_with_words(found["footers_with"]),
    )


def _with_words(entries: Sequence[Mapping[str, Any]]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The words of lines that are told by a word, and the lines."""
    words = re.compile(_longest_first({word for entry in entries for word in entry["words"]}))
    return words, _any([entry["line"].replace("WORD", f"(?:{_longest_first(entry['words'])})") for entry in entries])


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    lines = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(f"{look_ahead(patterns)}(?:{lines})", re.IGNORECASE)


def _beginnings(words: Iterable[str]) -> str:
    """A look ahead at one character, so that hundreds of words are tried only where one of them may begin."""
    return f"(?=[{re.escape(''.join(sorted({word[0] for word in words})))}])"


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


CHROME = read_chrome()


def line_kind(text: str) -> str:
    """``tool``, ``end``, ``footer``, ``info`` (label and value) or ``""`` for a line that may be body."""
    return "" if len(text) > LONGEST_LINE or text.isdecimal() else _line_kind(text)


@remembered
def _line_kind(text: str) -> str:
    line = squeeze(text)
    if CHROME.ends.fullmatch(line):
        return "end"
    if _is_tool(line):
        return "tool"
    if len(line) < 140 and is_footer(line):
        return "footer"
    return "info" if is_info_line(line) else ""


def is_footer(line: str) -> bool:
    """A squeezed line of the page's foot."""
    if CHROME.footers.fullmatch(line):
        return True
    return bool(CHROME.footer_words.search(line.lower()) and CHROME.footers_with.fullmatch(line))


def is_info_line(line: str) -> bool:
    """A squeezed line that begins with a label of the info box, or with a date or buttons that such labels follow."""
    if len(line) > 120:
        return False
    if CHROME.label.match(line) or CHROME.bare_label.match(line):
        return True
    return ":" in line and (is_dated_info(line) or _follows_buttons(line))


def _follows_buttons(line: str) -> bool:
    """Whether nothing but buttons stands in front of a line's first label: 缩小字体还原放大字体发布时间:2024-02-14."""
    match = CHROME.label.search(line)
    return bool(match and match.start() and is_machinery(line[: match.start()]))


def is_machinery(line: str) -> bool:
    """A squeezed line of buttons and counters: 缩小字体还原放大字体|, 已有1048人阅读."""
    line = line.rstrip("|")
    return _is_tool(line)


def _is_tool(line: str) -> bool:
    if CHROME.tools.fullmatch(line) or CHROME.words.fullmatch(line):
        return True
    if CHROME.tool_words.search(line) and CHROME.tools_with.fullmatch(line):
        return True
    buttons = CHROME.buttons.match(line)
    return bool(buttons and (buttons.end() == len(line) or _is_tool(line[buttons.end() :])))


def is_dated_info(line: str) -> bool:
    """A squeezed line of a date, a clock time perhaps, and a label: 2023-01-2910:20来源:办公室."""
    if ":" not in line:
        return False
    date = _DATED.match(line)
    return bool(date and len(line) <= 120 and CHROME.label.search(line, date.end()))


@lru_cache(maxsize=4096)
def is_chrome_mark(marks: str) -> bool:
    """Whether class or id name an element that never holds the body."""
    return not CHROME.marks.isdisjoint(_MARK.findall(marks.lower()))


@lru_cache(maxsize=4096)
def is_container(marks: str) -> bool:
    """Whether class or id name an element that holds an article."""
    return any(token in CHROME.containers for token in marks.lower().split())
