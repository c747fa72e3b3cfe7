"""Dates as portals print them, as YYYY-MM-DD."""

import datetime
import re

from pipelines.clean.remembering import LONGEST, remembered

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_WIDE_DIGIT = re.compile("[０-９]")
_FIRST = frozenset(
    "()（）[]【】:：发日时12１２二一"
)  # of every line that is, or begins with, a date, but for white space
# How every line that is, or begins with, a date begins: most lines are told by their first character.
_DATE_START = re.compile(r"(?:[\s()（）\[\]【】:：]|发布|日期|时间)*+[12１２二一]")
_CHINESE = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
    "O": "0",
}
_NUMERIC = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6})?(?!\d)")
_WRITTEN = re.compile(
    r"([二一][〇零○ＯO九一二三四五六七八]{3})\s*年\s*([一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)
_LINE_START = re.compile(
    r"[(（\[【\s]*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)\s*+日?+(?:\s*\d{1,2}:\d\d(?::\d\d)?)?+"
    r"[)）\]】]?+(?!\s*(?:起|止|前|至|到|施行|修[订正]|通过|印发|公布|以[来前后]|第|我|全|召开|开展))[^，。、；]*$"
)
_URL_DAY = (
    re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+"),  # TRS
    re.compile(r"/art/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),  # Hanweb
    re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)/(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)[-/]?(\d\d)[-/](\d\d)[-_/]"),
)


def find_date(text: str) -> str | None:
    """The first date in a text, or ``None``; a date that the calendar does not have is none."""
    text = _narrow_digits(text)
    for pattern in (_NUMERIC, _COMPACT):
        for match in pattern.finditer(text):
            found = _date(*match.groups())
            if found:
                return found
    written = _WRITTEN.search(text)
    return _written_date(written) if written else None


def find_url_date(url: str) -> str | None:
    """The day that an address gives, by the habits of the portal families, or ``None``."""
    matches = (pattern.search(url) for pattern in _URL_DAY)
    return next((found for match in matches if match and (found := _date(*match.groups()))), None)


def is_date_line(text: str) -> bool:
    """Whether a line is a date and nothing else (a clock time and brackets apart)."""
    first = text[:1]
    if first not in _FIRST and not first.isspace():
        return False
    return _is_date(text) if len(text) <= LONGEST else _is_date.__wrapped__(text)


@remembered
def _is_date(text: str) -> bool:
    if not _DATE_START.match(text):
        return False
    bare = re.sub(r"[\s()（）\[\]【】:：]|(?<=\d)[Tt](?=\d)|发布|日期|时间", "", _narrow_digits(text))
    return bool(re.fullmatch(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\d{0,6}", bare)) or bool(
        _WRITTEN.fullmatch(bare)
    )


def starts_with_date(text: str) -> bool:
    """Whether a short line begins with a date, as the line under a title does: 2023-01-29 办公室, （2023年1月29日）."""
    if len(text) >= 40 or "。" in text or not _DATE_START.match(text):
        return False
    return bool(_LINE_START.match(_narrow_digits(text)))


def _narrow_digits(text: str) -> str:
    return text.translate(_DIGITS) if _WIDE_DIGIT.search(text) else text


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _written_date(match: re.Match[str]) -> str | None:
    year = "".join(_CHINESE.get(character, "") for character in match.group(1))
    return _date(year, str(_small(match.group(2))), str(_small(match.group(3)))) if len(year) == 4 else None


def _small(text: str) -> int:
    """A Chinese number under a hundred."""
    tens, ten, ones = text.rpartition("十")
    value = int(_CHINESE.get(ones, "0")) if ones else 0
    return value + (10 * int(_CHINESE.get(tens, "1") or 1) if ten else 0)
