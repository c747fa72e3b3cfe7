"""What a page says about its document outside the text: meta tags (国办发〔2017〕47号) and the info box."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.clean.chrome import CHROME, is_dated_info, is_machinery, narrow, squeeze
from pipelines.clean.dates import find_date, starts_with_date
from pipelines.clean.elements import fold
from pipelines.clean.heads import find_head, find_opening, without_signature
from pipelines.clean.page import Part
from pipelines.clean.weights import is_prose

_META = {
    "title": ("articletitle",),
    "published": ("pubdate", "publishdate", "pubtime", "publishtime", "article:published_time"),
    "source": ("contentsource", "source"),
    "site": ("sitename",),
    "site_code": ("siteidcode",),
    "column_type": ("columntype",),
    "column": ("columnname",),
}
_EMPTY = frozenset(("", "无", "-", "--", "null", "none", "undefined", "暂无", "/", "…"))
_STOP = re.compile(r"[|【]|\s{2,}|已有?\d+人|(?:缩小|放大|增大|减小|还原|恢复)字[体号]")
_BORDER = "\x1f"  # between the texts of two elements
_BEFORE_LABEL = " ]|),，;；。日" + _BORDER
_SPREAD = re.compile(r"(?:[\u4e00-\u9fff] {1,4}){1,4}$")
_COLON = re.compile(r"(?<!\d):|:(?!\d)")  # not of a clock time
_ENDS = " []|,，;；】"
_INDEX_NUMBER = re.compile(r"[\w\-/.〔〕\[\]（）()]{5,60}")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Field → value, from the meta tags and from the info box; values are folded and never empty."""

    meta: Mapping[str, str] = field(default_factory=dict)
    box: Mapping[str, str] = field(default_factory=dict)


def read_facts(
    meta: Mapping[str, str], parts: Sequence[Part], starts: Sequence[int] = (), ends: Sequence[int] = ()
) -> PageFacts:
    """The facts of a page: its meta tags, and the labels and values in front of its body.

    ``starts`` are the numbers of the blocks with which the body and its copies begin, the most trusted first; ``ends``
    those with which copies end.
    """
    box: dict[str, str] = {}
    for start in starts or (find_opening(parts),):
        for name, value in _read_box(find_head(parts, start, ends)).items():
            if name != "published" or "sent" not in box:  # in the head of a copy a bare date may be a signature's
                box.setdefault(name, value)
    return PageFacts(_read_meta(meta), box)


def _read_meta(meta: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, keys in _META.items():
        values = [_halve(meta[key]) for key in keys if key in meta]
        value = next((value for value in values if value.lower() not in _EMPTY), None)
        if value:
            found[name] = value
    return found


def _halve(value: str) -> str:
    """A value that a template has written twice, once."""
    half = len(value) // 2
    return value[:half] if len(value) % 2 == 0 and half > 3 and value[:half] == value[half:] else value


def _read_box(head: Sequence[Part]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, value in _labelled(list(_cells(head))):
        name = CHROME.labels[label]
        cleaned = _clean(name, value)
        if cleaned and name != "-":
            found.setdefault(name, cleaned)
    if not found.keys() & {"published", "sent"}:
        found["published"] = _find_dateline(head) or ""
    return {name: value for name, value in found.items() if value}


def _find_dateline(head: Sequence[Part]) -> str | None:
    """The date of the line nearest to the body that begins with one."""
    lines = [part.text for part in without_signature(head) if part.kind != "table"]
    pairs = zip(reversed(lines), [*reversed(lines[:-1]), ""], strict=False)  # with the line above each
    own = (line for line, above in pairs if is_dateline(line) and squeeze(above).rstrip(":") not in CHROME.labels)
    return next((found for line in own if (found := find_date(line))), None)


def is_dateline(line: str) -> bool:
    """Whether a line under a title begins with its date: 2023-01-29 办公室, 2023-01-29来源：办公室【字体：大中小】."""
    return starts_with_date(line) or is_dated_info(squeeze(line))


def _cells(head: Sequence[Part]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The short texts of the head, those of its tables included, in order, each with its pieces."""
    for part in head:
        if part.kind == "table":
            slots = {id(slot): slot for row in part.grid for slot in row}
            yield from ((slot.text, ()) for slot in slots.values())
        else:
            yield part.text, part.pieces


def _labelled(cells: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    """Labels with their values: in one line, or in a line or cell each."""
    for number, (cell, pieces) in enumerate(cells):
        if len(cell) > 200:
            continue
        line = squeeze(cell)
        bare = line.rstrip(":").strip("[]()")
        if bare in CHROME.labels:
            following = squeeze(cells[number + 1][0]) if number + 1 < len(cells) else ""
            if (
                following.rstrip(":") not in CHROME.labels
                and not CHROME.label.match(following)
                and len(following) < 120
            ):
                yield bare, fold(cells[number + 1][0]) if following else ""
        elif pieces and not _COLON.search(line):
            yield from _pair(pieces)
        elif ":" in line and CHROME.label.search(line) and not is_prose(cell):
            yield from split_line(cell, pieces)
        elif match := CHROME.bare_label.match(line):
            yield match.group(1), line[match.end() :]


def _pair(pieces: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Labels and values in elements of their own, without colons: 服务对象 | 全社会 | 名 称 | 2022年…报告."""
    label, value = "", ""
    for piece in pieces:
        if (name := squeeze(piece).rstrip(":")) in CHROME.labels:
            if label:
                yield label, value
            label, value = name, ""
        else:
            value += piece
    if label:
        yield label, value


def split_line(text: str, pieces: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """The labels and values of one line such as 发布日期：2023-01-29来源：办公室【浏览次数：12】.

    A label opens at the line's start, at a border, behind punctuation or a digit, and, once one is open, anywhere; a
    value ends where the next label begins, at the next border and at a button's bracket.
    """
    joined = CHROME.spread.sub(_close, _BORDER.join(pieces) if pieces else " ".join(text.split()))
    line = re.sub(r"\s*[:：]\s*", ":", joined)
    narrowed = narrow(line)
    matches: list[re.Match[str]] = []
    for match in CHROME.label.finditer(narrowed):
        before = narrowed[match.start() - 1] if match.start() else _BORDER
        if (
            matches
            or before in _BEFORE_LABEL
            or before.isdigit()
            or match.group()[0] in "[("
            or is_machinery(squeeze(narrowed[: match.start()]))
        ):
            matches.append(match)
    if not matches:  # a label spread out for looks: 索 引 号
        line = squeeze(text)
        matches = [match for match in (CHROME.label.match(line),) if match]
    ends = [*(match.start() for match in matches[1:]), len(line)][: len(matches)]
    for match, end in zip(matches, ends, strict=True):
        yield _spread_label(narrowed[: match.start()], match.group(1)), _read_value(line[match.end() : end])


def _spread_label(before: str, label: str) -> str:
    """The label of which another is the end, where it is spread out for looks: 成 文 日 期."""
    spread = _SPREAD.search(before)
    whole = squeeze(spread.group()) + label if spread else label
    return whole if whole in CHROME.labels else label


def _close(match: re.Match[str]) -> str:
    return "".join(match.group().split())


def _read_value(text: str) -> str:
    """A value without what stands behind it: another element, a bar, the words of buttons."""
    pieces = [piece for piece in (piece.strip() for piece in text.split(_BORDER)) if piece]
    spread = any(len(piece) == 1 for piece in pieces)
    value = "".join(pieces) if spread else next(iter(pieces), "")
    value = _STOP.split(value.strip(), maxsplit=1)[0].strip(_ENDS)
    words = value.split(" ")
    own = next((at for at in range(1, len(words)) if is_machinery(squeeze("".join(words[at:])))), len(words))
    return " ".join(words[:own]).strip(_ENDS)


def _clean(name: str, value: str) -> str | None:
    if value.lower() in _EMPTY:
        return None
    if name in ("published", "sent", "created"):
        return find_date(value)
    if name == "index_number":
        match = _INDEX_NUMBER.match("".join(value.split()))
        return match.group() if match else None
    return value if len(value) <= 80 else None
