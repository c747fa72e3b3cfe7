"""Numbers that a word processor prints before a paragraph and keeps out of its text: 一、 （二） 3. ④.

ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats). Bullets are ornaments and give nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_DIGITS = "零一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_SILENT = ("bullet", "none")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, how its number is written, and the text around it."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    decimal: bool = False  # all numbers of this level's text are decimal


@dataclass(slots=True)
class Numbering:
    """The lists of one document; ``next_number`` counts them on, so that it is asked once a paragraph, in order."""

    lists: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)  # numId → its levels
    roots: Mapping[str, str] = field(default_factory=dict)  # numId → the list whose counting it shares
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next_number(self, number: str, depth: int) -> str:
        """What stands before the next paragraph of a list at a depth (from 0); empty for bullets and no list."""
        levels = self.lists.get(number)
        level = levels.get(depth) if levels else None
        if levels is None or level is None:
            return ""
        counts = self._counts.setdefault(self.roots.get(number, number), {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        if level.form in _SILENT:
            return ""

        def write(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            other = levels.get(at, Level())
            return write_number(counts.get(at, other.start), "decimal" if level.decimal else other.form)

        return _PLACE.sub(write, level.text)


def write_number(value: int, form: str) -> str:
    """A number in a format of ECMA-376; an unknown one as digits."""
    if form in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"):
        return write_chinese(value)
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(("〇" + _DIGITS[1:])[int(digit)] for digit in str(value))
    if form == "ideographTraditional":
        return _STEMS[(value - 1) % 10]
    if form == "ideographZodiac":
        return _BRANCHES[(value - 1) % 12]
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if form in ("lowerLetter", "upperLetter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 % 10 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < value < 4000:
        roman = _write_roman(value)
        return roman.upper() if form == "upperRoman" else roman
    return f"{value:02d}" if form == "decimalZero" else str(value)


def write_chinese(value: int) -> str:
    """A number below ten thousand as it is counted: 十二, 一百零三; others as digits."""
    if not 0 < value < 10_000:
        return _DIGITS[0] if value == 0 else str(value)
    text, pending = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            text += ("零" if pending and text else "") + _DIGITS[digit] + unit
        pending = not digit
    return text[1:] if 10 <= value < 20 else text


def _write_roman(value: int) -> str:
    text = ""
    for number, letters in _ROMAN:
        text += letters * (value // number)
        value %= number
    return text


def read_numbering(root: Any) -> Numbering:
    """The lists of ``word/numbering.xml``."""
    abstract: dict[str, dict[int, Level]] = {}
    for item in root.iterfind(f"{W}abstractNum"):
        abstract[item.get(f"{W}abstractNumId", "")] = dict(map(_read_level, item.iterfind(f"{W}lvl")))
    lists: dict[str, dict[int, Level]] = {}
    roots: dict[str, str] = {}
    for item in root.iterfind(f"{W}num"):
        name, base = item.get(f"{W}numId", ""), value_of(item.find(f"{W}abstractNumId"))
        levels = dict(abstract.get(base, {}))
        roots[name] = base
        for override in item.iterfind(f"{W}lvlOverride"):
            depth = _integer(override.get(f"{W}ilvl"), 0)
            own = override.find(f"{W}lvl")
            start = value_of(override.find(f"{W}startOverride"))
            if own is not None:
                levels[depth] = _read_level(own)[1]
            if start:
                old = levels.get(depth, Level())
                levels[depth] = Level(_integer(start, 1), old.form, old.text, old.decimal)
                roots[name] = f"num {name}"  # it begins anew, so it counts by itself
        lists[name] = levels
    return Numbering(lists, roots)


def _read_level(item: Any) -> tuple[int, Level]:
    legal = item.find(f"{W}isLgl")
    return _integer(item.get(f"{W}ilvl"), 0), Level(
        _integer(value_of(item.find(f"{W}start")), 1),
        value_of(item.find(f"{W}numFmt")) or "decimal",
        value_of(item.find(f"{W}lvlText")),
        legal is not None and value_of(legal) not in ("0", "false"),
    )


def value_of(element: Any) -> str:
    """The ``w:val`` of an element that may be missing."""
    return str(element.get(f"{W}val", "")) if element is not None else ""


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default
