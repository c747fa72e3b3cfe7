"""Whose portal it is, and whose report a row names: the portal's own agency or another.

Lists lie: of ten rows in one 年报 column four were reports and none its own agency's. A row that names no agency is the
portal's own; one that names another is that agency's, and the crawl's context does not claim it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.clean.agencies import find_level, is_agency, is_unlisted_city
from spiders.pages import Page, read_text, squeeze
from spiders.rows import plain

_SITE = re.compile(
    r"(?:官方网站|政府门户网站|门户网站|政府网站|官网|网站|政务网|信息网|政府信息公开(?:平台|专栏|目录)?|信息公开平台|首页"
    r"|欢迎(?:您?访问|您?光临|您)?)"
)
_HOST = re.compile(r"(?:主办单位|主办|版权所有|网站主办)\s*[:：]?\s*([\u4e00-\u9fff（）()]{4,40})")
_SPLIT = re.compile(r"[_\-—|·>»\s,，:：]+")
_BEFORE = re.compile(
    r"^(?:关于)?(?:发布|公布|公开|公示)?[《【“\"]?(?P<agency>.*?)(?:关于)?(?:发布|公布)?[《(（]?(?:(?:19|20)\d{2}|二[〇○零]|"
    r"本级|政府信息|政务公开|信息公开|政府网|年度|工作报告)"
)
_PLACE = re.compile(r"[省市县区旗州盟镇乡]$|街道$|自治区$")
_LEADING = re.compile(r"[\u4e00-\u9fff]{2,6}?[省市县区旗州盟镇乡]")
_OFFICE = re.compile(r"(?:人民政府)?办公[室厅]$|^中国共产党|^中共")
_CODE = re.compile(r"^[1-9]\d{5}")


@dataclass(frozen=True, slots=True)
class Owner:
    """A portal's agency as its pages name it; ``region`` is a GB/T 2260 code from the site's identification code."""

    agency: str | None = None
    level: str | None = None
    region: str | None = None


def find_owner(page: Page) -> Owner:
    """The agency that a page says its site belongs to; nothing where it does not say."""
    agency = next(_agencies(page), None)
    code = _CODE.match(_meta(page, "siteidcode") or "")
    return Owner(agency, _find_level(agency, code[0] if code else None), code[0] if code else None)


def _find_level(agency: str | None, region: str | None) -> str | None:
    """The level by the name; of a 市 that no table knows the region's code tells whether it is a prefecture."""
    if agency and region and is_unlisted_city(agency) and region.endswith("00") and not region.endswith("0000"):
        return "municipal"
    return find_level(agency) if agency else None


def is_own(title: str, agency: str | None) -> bool:
    """Whether a row's title names the agency, by its full or short name, or no agency at all."""
    if not agency:
        return True
    named = find_named(title)
    if not named:
        return True
    own = plain(agency)
    named = _OFFICE.sub("", named) or named
    if own in named or named in own:
        return not _is_part(named, own)
    return _abbreviates(named, own) or _abbreviates(_OFFICE.sub("", own), named)


def find_named(title: str) -> str | None:
    """The agency or place that a title begins with; ``None`` where it begins with its year or its subject."""
    match = _BEFORE.match(plain(title))
    named = (match["agency"] if match else "").strip('《》【】“”"()（）.、的')
    if not named or not (is_agency(named) or _PLACE.search(named)):
        return None
    return named


def _is_part(named: str, own: str) -> bool:
    """Whether a name that stands in the other is a smaller unit: 某市 in 某市水务局, 水务局 of another place."""
    if own in named:
        rest = named.removeprefix(own)
        return bool(rest) and is_agency(rest) and not _OFFICE.search(named)
    # 清河市 in 清河市水务局: the government's report in its bureau's list.
    return bool(_PLACE.search(named)) and not own.removesuffix("人民政府").endswith(named)


def _abbreviates(short: str, full: str) -> bool:
    """Whether all characters of a name stand in the other in order: 市应急局 in 石桥市应急管理局."""
    place = _LEADING.match(short)
    if place and full.startswith(place[0]) and _LEADING.match(full[place.end() :]):
        return False  # 清河市应急管理局 is none of 清河市澜湾区应急管理局
    rest = iter(full)
    return len(short) >= 3 and all(character in rest for character in short)


def _agencies(page: Page) -> Iterator[str]:
    for text in (_meta(page, "sitename"), *_titles(page), *_footers(page)):
        for part in (_SITE.sub("", piece) for piece in _SPLIT.split(text or "")):
            if is_agency(part):
                yield part


def _titles(page: Page) -> Iterator[str]:
    for element in page.tree.iter("title"):
        yield squeeze(read_text(element))


def _footers(page: Page) -> Iterator[str]:
    yield from (match[1] for match in _HOST.finditer(read_text(page.tree)))


def _meta(page: Page, name: str) -> str | None:
    for element in page.tree.iter("meta"):
        if (element.get("name") or "").strip().lower() == name and (element.get("content") or "").strip():
            return str(element.get("content")).strip()
    return None
