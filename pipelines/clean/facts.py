"""What a page says about its document outside the text: meta tags (国办发〔2017〕47号) and the info box."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.clean.chrome import CHROME, squeeze
from pipelines.clean.dates import find_date, starts_with_date
from pipelines.clean.elements import fold
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
_INFO_LINES = 80  # lines in front of the body that may belong to the box
_STOP = re.compile(r"[|]|\s{2,}")
_BEFORE_LABEL = " ]|)】,，;；\t"
_INDEX_NUMBER = re.compile(r"[\w\-/.〔〕\[\]（）()]{5,60}")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Field → value, from the meta tags and from the info box; values are folded and never empty."""

    meta: Mapping[str, str] = field(default_factory=dict)
    box: Mapping[str, str] = field(default_factory=dict)


def read_facts(meta: Mapping[str, str], parts: Sequence[Part]) -> PageFacts:
    """The facts of a page: its meta tags, and the labels and values that stand before the second paragraph of prose."""
    return PageFacts(_read_meta(meta), _read_box(parts))


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


def _read_box(parts: Sequence[Part]) -> dict[str, str]:
    found: dict[str, str] = {}
    cells = list(_cells(parts))
    for label, value in _labelled(cells):
        name = CHROME.labels[label]
        cleaned = _clean(name, value)
        if cleaned and name != "-":
            found.setdefault(name, cleaned)
    dated = next((cell for cell in cells if starts_with_date(cell)), None)
    if "published" not in found and dated:
        found["published"] = find_date(dated) or ""
    return {name: value for name, value in found.items() if value}


def _cells(parts: Sequence[Part]) -> Iterator[str]:
    """The short texts of the head, those of its tables included, in order."""
    prose = taken = 0
    for part in parts:
        if part.kind == "table":
            if len(part.grid) <= 12:
                seen: set[int] = set()
                for slot in (slot for row in part.grid for slot in row):
                    if id(slot) not in seen:
                        seen.add(id(slot))
                        yield slot.text
            continue
        if part.kind == "image" or part.hidden:
            continue
        prose += is_prose(part.text)
        taken += not part.linked
        if prose > 1 or taken > _INFO_LINES:
            return
        yield part.text


def _labelled(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Labels with their values: in one line, or in a line or cell each."""
    for number, cell in enumerate(cells):
        if len(cell) > 200:
            continue
        line = squeeze(cell)
        bare = line.rstrip(":").strip("[]()")
        if bare in CHROME.labels:
            following = squeeze(cells[number + 1]) if number + 1 < len(cells) else ""
            if (
                following.rstrip(":") not in CHROME.labels
                and not CHROME.label.match(following)
                and len(following) < 120
            ):
                yield bare, fold(cells[number + 1]) if following else ""
        elif CHROME.label.search(line) and not is_prose(cell):
            yield from _split_line(cell)
        elif match := CHROME.bare_label.match(line):
            yield match.group(1), line[match.end() :]


def _split_line(text: str) -> Iterator[tuple[str, str]]:
    """The labels and values of one line such as 发布日期：2023-01-29 来源：办公室 浏览次数：12."""
    line = re.sub(r"\s*[:：]\s*", ":", " ".join(text.split()))
    matches = [
        match
        for match in CHROME.label.finditer(line)
        if match.start() == 0 or line[match.start() - 1] in _BEFORE_LABEL or match.group()[0] in "[("
    ]
    if not matches:  # a label spread out for looks: 索 引 号
        line = squeeze(text)
        matches = [match for match in (CHROME.label.match(line),) if match]
    ends = [*(match.start() for match in matches[1:]), len(line)][: len(matches)]
    for match, end in zip(matches, ends, strict=True):
        yield match.group(1), _STOP.split(line[match.end() : end].strip(), maxsplit=1)[0].strip(" []|,，;；")


def _clean(name: str, value: str) -> str | None:
    if value.lower() in _EMPTY:
        return None
    if name in ("published", "created"):
        return find_date(value)
    if name == "index_number":
        match = _INDEX_NUMBER.match("".join(value.split()))
        return match.group() if match else None
    return value if len(value) <= 80 else None
