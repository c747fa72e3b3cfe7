"""Cells: what a cell prints becomes a value and a state, or the reason why it has no value; nothing is repaired.

The rules are the table of the feeds' documentation: a blank is not zero, a dash is not zero, a change in words has a
sign, several numbers are text with parts, and so is a number too long to be one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipelines.report import CellState, Number

_MOST_DIGITS = 15  # before the point: a float, as which stores keep values, tells whole numbers apart below 2**53
_BOUND = 10**_MOST_DIGITS

# Words that reports print where a number belongs; they are text, and no label.
INSTEAD_OF_NUMBER = frozenset(
    [
        "无",
        "空",
        "略",
        "否",
        "零",
        "没有",
        "暂无",
        "不涉及",
        "未涉及",
        "不适用",
        "未统计",
        "无统计",
        "无数据",
        "不详",
        "未发生",
        "无此项",
        "无此类",
        "详见附件",
        "见附件",
        "详见附表",
        "见附表",
    ]
)
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Compatibility folding would turn ① and ² into digits of the number they annotate, so only widths are folded here.
_WIDTHS = str.maketrans({**{chr(k): chr(v) for k, v in _FULL_WIDTH.items()}, "−": "-", "﹣": "-", "，": ",", "〔": "("})
_DASHES = re.compile(r"[-‐‑‒–—―─━﹘﹣_/\\~]+")
_SPLIT = re.compile(r"\d[^\S\n]+\d|\d[\u200b\ufeff]+\d")
_BROKEN_LINE = re.compile(r"\d\s*\n\s*\d")

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?"
_MEASURES = "人次|件次|条次|项次|件|项|个|条|宗|份|次|起|例|笔|户|家|部|人"
_UNIT = rf"(?:(?P<scale>亿|百万|万|千)?(?P<money>元)|(?P<tens>万|亿)?(?P<measure>{_MEASURES})?)"
_SIGNS = "(?:净?增加了?|增长|新增|净?增|净?减少了?|净?减|下降):?|[-+↑↓]|[–—](?=\\d)"
_LEAD = r"(?P<lead>\([^()]*\)|共计|合计|总计|共|人民币)?[￥¥]?"
_NOTE_MARKS = r"(\[【*※†‡#\u00b9\u00b2\u00b3\u2070-\u2079\u2460-\u24ff\u2776-\u2793"  # brackets, stars, ² and ①
_NOTE = rf"(?P<note>[{_NOTE_MARKS}].*|[,;。、]?(?:其中|包括|含|注[:.]|详见).*)?"
_WHOLE = re.compile(rf"{_LEAD}(?P<sign>{_SIGNS})?(?P<number>{_NUMBER}){_UNIT}{_NOTE}[。;,、]?", re.DOTALL)
_PART = re.compile(
    rf"(?P<label>[^\d;,、。:+-]{{1,30}}?)[:]?(?P<number>[-+]?{_NUMBER})(?P<scale>万|亿)?(?:{_MEASURES}|万元|元)?[;,、。]*"
)
_SCALES = {None: 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one printed text says: see ``Cell`` for the fields."""

    state: CellState
    value: Number | None = None
    unit: str | None = None
    parts: tuple[tuple[str, Number], ...] | None = None
    note: str | None = None
    split: bool = False  # the digits of the number were torn apart by white space

    @property
    def is_empty(self) -> bool:
        """Nothing, or a mark for nothing."""
        return self.state in ("blank", "dash")


_BLANK = Reading("blank")
_DASH = Reading("dash")
_IMAGE = Reading("image")


@lru_cache(maxsize=8192)
def read_text(text: str, unit: str | None = "item", *, image: bool = False) -> Reading:
    """What a cell's text says; ``unit`` is that of a bare number (``None`` where neither header nor form names one)."""
    if image:
        return _IMAGE
    bare = text.strip()
    if len(bare) <= _MOST_DIGITS and bare.isascii() and bare.isdigit() and (bare[0] != "0" or bare == "0"):
        return Reading("number", int(bare), unit)
    folded = _fold(text)
    if not folded:
        return _BLANK
    if _DASHES.fullmatch(folded):
        return _DASH
    whole = None if _BROKEN_LINE.search(text) else _WHOLE.fullmatch(folded)
    amount = _read_amount(whole, unit) if whole else None
    if whole is None or amount is None:
        return Reading("text", parts=_read_parts(folded))
    return Reading("number", *amount, note=_read_note(whole, text), split=bool(_SPLIT.search(text)))


def _fold(text: str) -> str:
    """The text in half-width without white space."""
    return _INVISIBLE.sub("", text).translate(_WIDTHS)


def _read_amount(whole: re.Match[str], bare_unit: str | None) -> tuple[Number, str | None] | None:
    """The signed number and its unit; amounts of 千元, 百万元 and 亿元 are counted in 元 and 万元."""
    unit, scale = bare_unit, 1
    if whole["money"]:
        factor = _SCALES[whole["scale"]]
        unit = "10k_yuan" if factor >= 10_000 else "yuan"
        scale = factor // 10_000 if factor >= 10_000 else factor
    elif whole["lead"] == "人民币" or whole[0].startswith(("￥", "¥")):
        unit = bare_unit if bare_unit in ("yuan", "10k_yuan") else "yuan"
    elif whole["tens"] and bare_unit != "10k_yuan":
        scale = _SCALES[whole["tens"]]
    number = read_digits(whole["number"], scale)
    if number is None:
        return None
    if any(mark in "减下-–—↓" for mark in whole["sign"] or ""):
        number = -number
    scaled = bool(whole["scale"] or whole["tens"])
    return to_number(number, "." in whole["number"] and not scaled), "item" if whole["measure"] else unit


def read_digits(printed: str, scale: int = 1) -> Decimal | None:
    """A printed number times ``scale``; ``None`` where that has more than 15 digits before its point.

    What reports count and pay has never so many, and no store would give such a number back as it was.
    """
    number = Decimal(printed.replace(",", ""))
    if not -_BOUND < number < _BOUND:  # before any arithmetic, which ends at a million digits
        return None
    number = number if scale == 1 else number * scale
    return number if -_BOUND < number < _BOUND else None


def to_number(number: Decimal, fraction: bool = False) -> Number:
    """A whole number as ``int`` unless it was printed with a ``fraction``, else a ``float``; zero has no sign."""
    value = float(number) + 0.0 if fraction or number != number.to_integral_value() else int(number)
    return value or abs(value)


def _read_note(whole: re.Match[str], text: str) -> str | None:
    """What stands beside the number, as printed."""
    if whole["note"]:
        places = [place for place, character in enumerate(text) if not _INVISIBLE.match(character)]
        return text[places[whole.start("note")] : places[whole.end("note") - 1] + 1].strip(" \t\r\n,，;；")
    return whole["lead"]


def _read_parts(folded: str) -> tuple[tuple[str, Number], ...] | None:
    """``企业类674件;个人类69535件`` as its labelled numbers; ``None`` where a rest would stay unexplained."""
    parts: list[tuple[str, Number]] = []
    end = 0
    while end < len(folded):
        part = _PART.match(folded, end)
        if part is None:
            return None
        number = read_digits(part["number"], _SCALES[part["scale"]])
        if number is None:
            return None
        parts.append((part["label"].strip("()"), to_number(number)))
        end = part.end()
    return tuple(parts) or None


_PRINTED_UNITS = (("亿元", None), ("万元", "10k_yuan"), ("千元", None), ("元", "yuan"))


def find_money_unit(label: str) -> str | None:
    """The unit that a header or a row's label names in its note (单位：万元), else ``None``."""
    text = _fold(label)
    return next((unit for printed, unit in _PRINTED_UNITS if printed in text), None)
