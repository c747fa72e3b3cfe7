"""The lines at the two ends of a body: title, date and share bars before it, editor and links after it, taken off.

A sequence rule, so that it works for a text without elements too: the head ends where prose, sections or tables begin;
the tail begins after the last of them, the signature and its date belonging to the body.
"""

import re
from collections.abc import Sequence

from pipelines.clean.chrome import CHROME, squeeze
from pipelines.clean.dates import is_date_line, starts_with_date
from pipelines.clean.page import Part
from pipelines.clean.remembering import LONGEST, remembered
from pipelines.clean.sections import is_section
from pipelines.clean.titles import close_title, has_label, is_report_title
from pipelines.clean.weights import Weight

_SIGNATURE = re.compile(
    r".{2,40}(?:局|厅|委|委员会|政府|办公室|办公厅|部|处|中心|院|所|站|队|社|公司|镇|乡|街道|办事处|管委会|会|署|办)$"
)
_AGENCY_ENDS = tuple("局厅委会府室部处中心院所站队社司镇乡道署办")  # no other character ends such a name
_SIGNED_DATE = re.compile(
    r"[(]?(?:19|20|二[〇○零ＯO])[\d〇○零ＯO一二三四五六七八九]{2}[-/.年][\d一二三四五六七八九十]{1,3}[-/.月][\d一二三四五六七八九十]{1,3}日?[)]?$"
)
_NOTE = re.compile(r"^(?:[（(]|附[件表：:])")
_DISCLOSED = re.compile(
    r"^\((?:此件|本件|此文件)[^)]{0,20}公开[^)]{0,8}\)$"
)  # belongs to the text, wherever it is printed
_BULK = 0.2  # share of the body's weight
_HAS_END = re.compile(r"[。！？；]$")
_ENDED = re.compile(r"[。！？；.!?][”’」）)]?$")
_GOES_ON = re.compile(r"[，,；]|^\s*(?:现将|现就|根据|按照|依据|本报告|为了?|今年|上年)")
_NUMERIC = re.compile(r"^[\d.,%+\-]+$")
_PAGE_NUMBER = re.compile(r"^(?:[-—–]\d{1,3}[-—–]|第\d{1,3}页(?:[/共,]*\d{1,3}页)?)$")


def trim_edges(parts: Sequence[Part], weights: Sequence[Weight], title: str | None) -> list[Part]:
    """The body without the lines that only stand around it. ``title`` is left out where it is the head's own line."""
    first, last = find_core(parts, weights)
    if first > last:
        return [part for part, weight in zip(parts, weights, strict=True) if not weight.kind]
    head = _trim_head(parts[:first], weights[:first], title)
    core = _trim_inside(parts[first : last + 1], weights[first : last + 1])
    return [*head, *core, *_trim_tail(parts[last + 1 :], weights[last + 1 :])]


def find_core(parts: Sequence[Part], weights: Sequence[Weight]) -> tuple[int, int]:
    """The numbers of the first and the last block that are certainly body; (1, 0) where none is."""
    strong = [number for number, weight in enumerate(weights) if weight.strong]
    if not strong:
        return 1, 0
    first, last = strong[0], _last_of_article(parts, weights, strong)
    for number in range(last + 1, len(parts)):
        if weights[number].kind in ("end", "footer"):
            break
        if _is_closing(parts[number], weights[number]):
            last = number
    return first, last


def _last_of_article(parts: Sequence[Part], weights: Sequence[Weight], strong: Sequence[int]) -> int:
    """The last strong block of the article: prose behind a line that ends an article is a disclaimer or other news.

    Behind such a line only sections, tables and prose of some bulk go on with the article; behind the date of
    a signature also sentences (a translation), but no long line of labels, which is the page's foot.
    """
    runs: list[list[int]] = [[]]
    signed: set[int] = set()  # runs behind a date
    for number in range(strong[0], strong[-1] + 1):
        if weights[number].kind in ("end", "footer"):
            runs.append([])
        elif weights[number].strong:
            runs[-1].append(number)
        elif is_date_line(parts[number].text):
            signed.add(len(runs))
            runs.append([])
    total = sum(weights[number].score for number in strong)
    last = strong[0]
    for place, run in enumerate(runs):
        goes_on = sum(weights[number].score for number in run) >= _BULK * total or any(
            parts[number].kind == "table" or is_section(parts[number].text) for number in run
        )
        if run and (goes_on or (place in signed and any(_ENDED.search(parts[number].text) for number in run))):
            last = run[-1]
    return last


def _is_closing(part: Part, weight: Weight) -> bool:
    """A short last word of the body: 无。, or a figure of a table that is printed one cell a line."""
    if part.kind in ("image", "table") or weight.kind or part.linked * 2 > len(part.text):
        return part.kind == "table" and weight.strong
    return bool(_HAS_END.search(part.text) or _NUMERIC.match(part.text) or part.text in ("无", "暂无"))


def _trim_head(parts: Sequence[Part], weights: Sequence[Weight], title: str | None) -> list[Part]:
    """What stands between the title and the body proper, its dates, labels and bars left out."""
    start = _after_title(parts, title)
    kept = []
    awaiting = False  # a label of the info box whose value is the next line
    for part, weight in zip(parts[start:], weights[start:], strict=True):
        label = squeeze(part.text).rstrip(":") in CHROME.labels
        awaiting = awaiting and not _GOES_ON.search(part.text)  # a label may have no value
        linked = part.kind != "image" and part.linked * 2 > len(part.text)
        boxed = bool(weight.kind) or label or awaiting or has_label(part)
        drop = boxed or linked or starts_with_date(part.text)
        awaiting = label and not awaiting
        if not drop:
            kept.append(part)
    return kept


def _after_title(parts: Sequence[Part], title: str | None) -> int:
    """The number of the line after the title: its line, its two or three lines, or any report's title in the head."""
    lines = [squeeze(part.text) if part.kind in ("heading", "paragraph") else "" for part in parts]
    wanted = squeeze(title or "")
    start = 0
    for number, part in enumerate(parts):
        own = bool(lines[number]) and not part.linked * 2 > len(part.text)
        joined = {"".join(lines[first : number + 1]) for first in range(max(0, number - 2), number + 1)}
        if own and ((wanted and wanted in joined) or _is_title(part.text)):
            start = number + 1
    return start


def _is_title(text: str) -> bool:
    """A line that is a report's title; not the first line of a paragraph that breaks in mid-sentence."""
    return not _GOES_ON.search(text) and is_report_title(close_title(text))


def _trim_inside(parts: Sequence[Part], weights: Sequence[Weight]) -> list[Part]:
    """The core without lines of machinery; where a second report begins, its line of labels goes as the first's did."""
    kept: list[Part] = []
    titled = False
    for part, weight in zip(parts, weights, strict=True):
        if weight.strong:
            titled = False
        elif _is_title(part.text):
            titled = True
        if _stays_inside(part, weight) and not (titled and weight.kind == "info"):
            kept.append(part)
    return kept


def _stays_inside(part: Part, weight: Weight) -> bool:
    if weight.kind not in ("tool", "end"):
        return True
    line = squeeze(part.text)
    if weight.kind == "tool":
        return len(line) < 2 or not re.search(r"\w", line) or (line[0].isdigit() and not _PAGE_NUMBER.match(line))
    return line.startswith("附件")


def _trim_tail(parts: Sequence[Part], weights: Sequence[Weight]) -> list[Part]:
    """The signature and the lines that belong to it; nothing from the first line on that ends an article.

    Behind the date of a signature only notes in brackets and annexes follow.
    """
    kept: list[Part] = []
    signed = False
    for number, (part, weight) in enumerate(zip(parts, weights, strict=True)):
        if weight.kind in ("end", "footer", "info"):
            kept += [note for note in parts[number + 1 : number + 4] if _DISCLOSED.match(squeeze(note.text))]
            break
        if weight.kind or (part.kind != "image" and part.linked * 2 > len(part.text)):
            continue
        if (
            signed
            and part.kind in ("heading", "paragraph")
            and not is_signature(part.text)
            and not _NOTE.match(part.text)
        ):
            break
        signed = signed or is_date_line(part.text)
        kept.append(part)
    return kept


def is_signature(text: str) -> bool:
    """A line that signs: an agency, a date, or both."""
    return _signs(text) if len(text) <= LONGEST else _signs.__wrapped__(text)


@remembered
def _signs(text: str) -> bool:
    line = squeeze(text)
    if len(line) >= 60:
        return False
    if is_date_line(text):
        return True
    name = _SIGNED_DATE.sub("", line)
    return name.endswith(_AGENCY_ENDS) and bool(_SIGNATURE.fullmatch(name))
