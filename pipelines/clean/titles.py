"""The title of a page, and what a report's title says: whose report of which year it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.clean.agencies import is_agency, is_place
from pipelines.clean.chrome import CHROME, line_kind, squeeze
from pipelines.clean.elements import fold
from pipelines.clean.page import Part
from pipelines.clean.remembering import remembered
from pipelines.clean.sections import is_section

REPORT = re.compile(
    r"(?:政府信息公开|政务信息公开|政务公开|信息公开|政府信息|政务信息)[^，。；]{0,14}?(?:年度?工作)?(?:年度报告|年报|工作报告|情况报告|情况的报告|报告|总结)"
    r"|(?:年度报告|年报)[^，。；]{0,6}(?:信息公开|政务公开)"
)
_NOT_ITSELF = re.compile(
    r"(?:通知|模板|格式|样式|解读|指南|指引|细则|办法|意见|考核|评估|公示|发布会|一图读懂|图解|汇总|目录|清单|报告解读|培训|会议|部署)[）)】\]]?$"
)
_SUBJECT = re.compile(r"(?:政府信息公开|政务信息公开|政务公开|信息公开|政府信息|政务信息|依申请公开)")
_YEAR = re.compile(r"(20\d\d)\s*(?:年度|年|(?=政府|政务|信息|[（(]))|[（(](20\d\d)[）)]")
_WRITTEN_YEAR = re.compile(r"二[〇○零ＯO０0]([一二三〇○零ＯO０0])([〇○零ＯO０0一二三四五六七八九])年")
_CHINESE = {
    **{character: value for value, character in enumerate("〇一二三四五六七八九")},
    **dict.fromkeys("○零ＯO０0", 0),
}
_SEPARATOR = re.compile(r"\s*[_|｜»>]+\s*|\s+[-—–]+\s+|(?<=[\u4e00-\u9fff）)])[-—–]+(?=[\u4e00-\u9fff])")
_SPACE = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef\d（）《》“”〔〕])\s+(?=[\u2e80-\u9fff\uff00-\uffef\d（）《》“”〔〕])"
)
# The columns of a portal's disclosure pages (国办公开办函〔2019〕61号): headings of menus, never of documents.
_COLUMN = re.compile(
    r"(?:法定)?(?:主动公开(?:内容|目录)?|(?:政府|政务)?信息公开(?:专栏|平台|目录|栏目|指南|制度|首页)?|政务公开(?:专栏|平台|栏目)?|依申请公开)"
)
_TRAIL = re.compile(r"[/>›»]")  # between the names of columns
_DEED = re.compile(
    r"召开|举行|举办|开展|组织|参加|出席|推进|启动|完成|学习|调研|赴|来"
)  # news of a meeting also ends in 会
_PORTAL = re.compile(r"(?:门户网站?|政府网站?|官方网站?|官网|公开平台|公开网|服务网)$")
_OPENING = re.compile(r"^(?:现将|现就|根据|按照|依据)|报告如下")  # a sentence of the body, however it breaks
_CLAUSE = re.compile(r"[，。；]")
_LONGEST = 70


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What a title says."""

    agency: str | None = None
    year: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it names both."""
        return self.agency is not None and self.year is not None


@remembered
def close_title(text: str) -> str:
    """A title without the spaces that layout has put between its characters, and printed once if printed twice."""
    title = fold(text)
    title = (_SPACE.sub("", title) if " " in title else title).strip("《》 ")
    half = len(title) // 2
    return title[:half] if half > 5 and title[:half] == title[half:] else title


def is_report_title(title: str) -> bool:
    """Whether a title is that of an annual report, not of news or rules about one."""
    return len(title) <= _LONGEST and ("报" in title or "总结" in title) and _is_report_title(title)


@remembered
def _is_report_title(title: str) -> bool:
    return bool(REPORT.search(title)) and not (_NOT_ITSELF.search(title) or _OPENING.search(title))


def first_report(parts: Sequence[Part]) -> Sequence[Part]:
    """The blocks of a body before a line that is the full title of another report, where one stands behind prose."""
    for number, part in enumerate(parts):
        may_be = number and len(part.text) <= 2 * _LONGEST and ("报" in part.text or "总结" in part.text)
        text = close_title(part.text) if may_be and part.kind in ("heading", "paragraph") else ""
        if is_report_title(text) and not _CLAUSE.search(text) and read_title(text).is_whole:
            return parts[:number]
    return parts


def find_year(text: str) -> int | None:
    """The year that a title or sentence names first, in figures or in Chinese."""
    match = _YEAR.search(text)
    if match:
        return int(match.group(1) or match.group(2))
    written = _WRITTEN_YEAR.search(text)
    return 2000 + 10 * _CHINESE[written.group(1)] + _CHINESE[written.group(2)] if written else None


@remembered
def read_title(title: str) -> TitleFacts:
    """Agency and year of a report's title; both ``None`` for any other title."""
    if not REPORT.search(title):
        return TitleFacts(None, find_year(title))
    # The year leaves a gap: the 政府 of 人民政府2024年度信息公开年报 belongs to the agency.
    bare = _YEAR.sub(" ", _WRITTEN_YEAR.sub(" ", title.replace(" ", "")))
    before = _SUBJECT.split(bare, maxsplit=1)[0].replace(" ", "")
    before += "政府" if before.endswith("人民") else ""
    agency = re.sub(
        r"^[《（(\[【]*关于|^[《（(\[【]+|[》]+$|(?:关于|的|发布|上报|报送|度|本级|全面推进|贯彻落实|实施|开展|[（(][^）)]*[）)]|[，,：:—\-])+$",
        "",
        before,
    )
    return TitleFacts(agency if is_agency(agency) or is_place(agency) else None, find_year(title))


def is_heading_of_site(text: str) -> bool:
    """Whether a line is the name of an agency, a portal or a column, which heads many pages and is no page's title."""
    return (is_agency(text) and not _DEED.search(text)) or bool(_COLUMN.fullmatch(text) or _PORTAL.search(text))


def split_site(title: str) -> list[str]:
    """The pieces of a ``<title>``, which names the site, the column and the page in any order."""
    pieces = [part for piece in _SEPARATOR.split(title) for part in _split_blanks(piece)]
    return [piece for piece in map(close_title, pieces) if piece]


def _split_blanks(piece: str) -> list[str]:
    """The words of a piece where one of them is a report's whole title: what stands beside it is not part of it.

    A title without an agency is whole where the name of a column or a portal stands beside it, and else only names of
    sites; the name of an agency alone belongs to it.
    """
    words = piece.split()
    dated = [word for word in words if is_report_title(word) and find_year(word)]
    whole = [word for word in dated if read_title(word).is_whole]
    others = [word for word in words if word not in dated]
    columns = [word for word in others if _COLUMN.fullmatch(word) or REPORT.fullmatch(word)]
    foreign = columns or [word for word in others if _PORTAL.search(word)]
    beside = bool(foreign) and all(word in columns or is_heading_of_site(word) for word in others)
    return words if len(words) > 1 and (whole or (dated and beside)) else [piece]


def find_title_line(parts: Sequence[Part], declared: str) -> str | None:
    """The line of a head that is its title: the one that says most among headings and lines like a report's title.

    ``declared`` is the ``<title>``; a line that it begins with, or that is one of its pieces, counts as a title too.
    """
    pieces = set(split_site(declared))
    best, line = 0, None
    shown = [part for part in parts if part.kind in ("heading", "paragraph") and not part.hidden]
    for number, part in enumerate(shown):
        text = close_title(part.text)
        if (
            not 4 <= len(text) <= _LONGEST
            or text[-1] in "。：:；，"
            or is_heading_of_site(text)
            or (_TRAIL.search(text) and find_year(text) is None)
            or part.linked * 2 > len(part.text)
            or line_kind(text)
            or is_section(text)
            or _OPENING.search(text)
            or has_label(part)
        ):
            continue
        joined = _join_lines(shown, number, text)
        rank = _rank(joined, part.level, text in pieces or (len(text) > 8 and close_title(declared).startswith(text)))
        if rank > best:
            best, line = rank, joined
    return line


def has_label(part: Part) -> bool:
    """Whether a line begins with a label of the info box that stands in an element of its own: 名 称 | 2022年…报告."""
    return bool(part.pieces) and squeeze(part.pieces[0]).rstrip(":") in CHROME.labels


def _join_lines(parts: Sequence[Part], number: int, text: str) -> str:
    """A report's title that is printed on up to three lines: of one element, or below its agency's name.

    A line above belongs to it only where it brings the agency or is the year.
    """
    best, joined = text, text
    for place in range(number - 1, max(-1, number - 3), -1):
        above = parts[place]
        line = close_title(above.text)
        joined = line + joined
        if (
            above.linked
            or _is_value(parts, place)
            or not is_report_title(joined)
            or (best != text and read_title(best).is_whole)
        ):
            break
        known, found = read_title(best), read_title(joined)
        named = found.agency is not None and (known.agency is None or not is_report_title(best))
        same = above.owner == parts[number].owner
        whole = same and not is_report_title(line)  # a title's first half says what the report is about
        dated = found.year is not None and known.year is None and (whole or not _YEAR.sub("", line))
        beside = same or is_agency(line) or is_place(line)
        if beside and (named or dated):
            best = joined
    return best


def _is_value(parts: Sequence[Part], number: int) -> bool:
    """Whether a line is the page's machinery, or a label's value: with the label, or behind a line that is one."""
    own = has_label(parts[number]) or bool(line_kind(parts[number].text))
    return own or (number > 0 and squeeze(parts[number - 1].text).rstrip(":") in CHROME.labels)


def _rank(text: str, level: int, declared: bool) -> int:
    rank = 3 * declared + (2 if 0 < level < 3 else 0) + bool(REPORT.search(text))
    if is_report_title(text):
        facts = read_title(text)
        rank += 2 + 3 * (facts.agency is not None) + 3 * (facts.year is not None)
    return rank
