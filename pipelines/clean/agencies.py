"""Which place and level an agency belongs to, by its name; and names completed by the text that surrounds them.

湖南镇 is not in 湖南省: a province counts by its full name, a short name only where no smaller place begins with it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipelines.clean.remembering import remembered

_FILE = Path(__file__).with_name("regions.yaml")
_MUNICIPALITIES = ("110000", "120000", "310000", "500000")
_SUFFIX = (
    "人民政府办公厅|人民政府办公室|人民政府|政府办公厅|政府办公室|管理委员会|管委会|委员会|监督管理局|管理局|总局|分局|支队|总队|局|厅|署|"
    "街道办事处|办事处|办公厅|办公室|中心|研究院|学院|大学|学校|医院|银行|公司|集团|联合会|协会|红十字会|总工会|法院|检察院|委|部|院|所|站|处|队|会|社|办"
)
AGENCY = re.compile(rf"^[\u4e00-\u9fff（）()、·]{{1,40}}?(?:{_SUFFIX})$")
_AUTHOR = re.compile(
    rf"(?:^|[，。；、\n]|由)([\u4e00-\u9fff]{{2,30}}?(?:{_SUFFIX}))(?:组织|负责|牵头)?(?:编制|编写|撰写)了?(?:本|20\d\d)"
)
_NAMED = re.compile(rf"[\u4e00-\u9fff]{{0,24}}?(?:{_SUFFIX})")
_COUNTY = re.compile(r"^([\u4e00-\u9fff]{1,12}?(?:自治县|林区|特区|自治旗|新区|[县区旗市]))(?!长|委书记|域|划|块|位)")
# Words that end like a place and are none: 城市管理局, 社区矫正中心.
_NO_PLACES = frozenset(
    ("城市", "都市", "夜市", "股市", "集市", "超市", "社区", "园区", "小区", "山区", "库区", "灾区", "校区", "牧区")
)
_ANY_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,4}(?:省|自治区)(?=[\u4e00-\u9fff]{2})")
_TOWNSHIP = re.compile(
    r"(?:[\u4e00-\u9fff]{1,10}(?:镇|乡|街道|苏木))(?:党政办公室|党政综合办公室|人民政府|政府|办事处|党工委|党委)?(?:办公室)?$"
)
_UNLISTED_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,4}(?:省|自治区)(?=[\u4e00-\u9fff]{1,8}[市州盟县区])")
_ZONE = re.compile(r"(?:开发区|高新区|示范区|保税区|度假区|风景区|工业园|产业园|园区|试验区|经开区|合作区|功能区|景区)")
_MINISTRY = re.compile(
    r"^(?:国务院|中华人民共和国|国家[\u4e00-\u9fff]{1,16}(?:局|委员会|委|署|办|中心)$|中国[\u4e00-\u9fff]{1,8}(?:局|会|总局)$)|^[\u4e00-\u9fff]{2,8}部$"
)
_BARE = {
    "省": "provincial",
    "自治区": "provincial",
    "市": "municipal",
    "州": "municipal",
    "盟": "municipal",
    "区": "county",
    "县": "county",
    "旗": "county",
}
_BARE_START = re.compile(r"^(?:自治区|[省市州盟区县旗])(?=[\u4e00-\u9fff]{2})")
_PLACE_END = re.compile(r"(?:[省市县区旗州盟镇乡]|街道|自治区|地区)$")


@dataclass(frozen=True, slots=True)
class Place:
    """The place that an agency's name begins with: codes of GB/T 2260 where they are known, and what follows it."""

    province: str | None = None
    prefecture: str | None = None
    county: str | None = None  # its name; the table of codes stops above counties
    rest: str = ""


def _read_regions(path: Path = _FILE) -> tuple[Mapping[str, str], Mapping[str, str]]:
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if set(found) != {"provinces", "prefectures"}:
        raise ValueError(f"{path}: expected the keys provinces and prefectures, found {sorted(found)}")
    return ({name: code for code, name in found[key].items()} for key in ("provinces", "prefectures"))  # type: ignore[return-value]


PROVINCES, PREFECTURES = _read_regions()
_SHORT = {
    re.sub(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "", name): code for name, code in PROVINCES.items()
}
_LONGEST_NAME = max(map(len, (*PROVINCES, *PREFECTURES)))
_ABOVE = re.compile("(?:" + "|".join(sorted(map(re.escape, (*PROVINCES, *PREFECTURES)), key=len, reverse=True)) + ")")


@remembered
def find_place(agency: str) -> Place:
    """The place at the beginning of an agency's name; the party's offices are those of their place."""
    agency = agency.removeprefix("中国共产党").removeprefix("中共")
    province, rest = _cut_name(agency, PROVINCES)
    if province is None:
        province, rest = _cut_short_province(agency)
    if province is None:
        rest = _UNLISTED_PROVINCE.sub("", rest)
    prefecture, rest = _cut_name(rest, PREFECTURES)
    if prefecture and (province is None or prefecture[:2] == province[:2]):
        province = f"{prefecture[:2]}0000"
    county = _match_county(rest)
    if county and not _ZONE.search(county.group(1)) and not _looks_like_office(county.group(1)):
        return Place(province, prefecture, county.group(1), rest[county.end() :])
    return Place(province, prefecture, None, rest)


@remembered
def find_level(agency: str) -> str | None:
    """The level of an agency by its name, or ``None`` where the name does not tell.

    A 市 that the table of prefectures does not have is a city of county level; the caller may know better.
    """
    if _MINISTRY.search(agency) and not _ABOVE.match(agency):
        return "ministry"
    place = find_place(agency)
    if _TOWNSHIP.search(place.rest) and not _ZONE.search(place.rest):
        return "township"
    if _ZONE.search(agency) and ("管理委员会" in agency or "管委会" in agency):
        return "other"
    if place.county:
        return (
            "township" if _TOWNSHIP.search(place.county + place.rest) and place.rest[-1:] in ("镇", "乡") else "county"
        )
    if place.prefecture:
        return "municipal"
    if place.province or _ANY_PROVINCE.match(agency):
        return "provincial"
    bare = _BARE_START.match(agency)
    if bare:
        return _BARE[bare.group()]
    return "provincial" if agency.endswith("厅") else None


def is_unlisted_city(agency: str) -> bool:
    """Whether the name puts the agency directly under a 市 that the table of prefectures does not have."""
    place = find_place(agency)
    is_city = bool(place.county and place.county.endswith("市") and not place.prefecture)
    return is_city and not _match_county(place.rest)


def _match_county(text: str) -> re.Match[str] | None:
    """The county that a name begins with; a word that only ends like one is none."""
    county = _COUNTY.match(text)
    name = county.group(1) if county else ""
    return None if name in _NO_PLACES or (name[1:] in _NO_PLACES and name[0] in _BARE) else county


def find_region(agency: str, level: str | None) -> str | None:
    """The code of the place whose own level the agency has, where the name gives it."""
    place = find_place(agency)
    if level == "provincial":
        return place.province
    if level == "municipal":
        return place.prefecture
    return "100000" if level == "ministry" else None


def lacks_place(agency: str) -> bool:
    """Whether a name begins with no place, or with a bare 省, 市, 区 …: 应急管理局, 市应急管理局."""
    place = find_place(agency)
    return not (_ABOVE.match(agency) or place.province or place.prefecture or place.county)


def is_agency(name: str) -> bool:
    """Whether a short text is the name of an agency."""
    return 2 < len(name) <= 45 and bool(AGENCY.match(name))


def is_place(name: str) -> bool:
    """Whether a short text is the name of a place and nothing else."""
    return len(name) <= 20 and bool(_PLACE_END.search(name)) and not is_agency(name)


def complete_agency(agency: str, text: str) -> str:
    """The agency's name with the place in front that the text names: 区应急管理局 → 清河市澜湾区应急管理局."""
    if _ABOVE.match(agency):
        return agency
    bare = _BARE_START.match(agency)
    found = _ABOVE.findall(text)
    if bare and bare.group() in ("区", "县", "旗"):
        ends = re.findall(
            rf"{_ABOVE.pattern}[\u4e00-\u9fff]{{1,6}}?{bare.group()}(?=人民|政府|[\u4e00-\u9fff]{{0,12}}[局委办])", text
        )
        return _commonest(ends) + agency[1:] if ends else agency
    if bare:
        ends = [name for name in found if name.endswith(bare.group())]
        return _commonest(ends) + agency[len(bare.group()) :] if ends else agency
    county = find_place(agency).county
    before = list(_names_before(county, text)) if county else []
    return _commonest(before) + agency if before else agency


def _names_before(name: str, text: str) -> Iterator[str]:
    """The provinces and prefectures that stand right before a name in a text."""
    at = text.find(name)
    while at >= 0:
        found = (text[at - length : at] for length in range(min(at, _LONGEST_NAME), 1, -1))
        yield from (above for above in found if above in PROVINCES or above in PREFECTURES)
        at = text.find(name, at + len(name))


def find_named_agency(text: str) -> str | None:
    """The first agency that a sentence names, or ``None``."""
    for match in _NAMED.finditer(text):
        name = re.sub(r"^(?:本报告)?(?:由|根据|按照|我|本|该|各|在|和|与|及|经)", "", match.group())
        if is_agency(name) and (_ABOVE.match(name) or _BARE_START.match(name) or find_place(name).county):
            return name
    return None


def find_author(text: str) -> str | None:
    """The agency that a text says has drawn the report up: …要求，杭州市水利局编制了2022年度…报告."""
    names = (match.group(1) for match in _AUTHOR.finditer(text))
    return next((name for name in names if is_agency(name) and find_level(name) and not lacks_place(name)), None)


def _cut_name(text: str, names: Mapping[str, str]) -> tuple[str | None, str]:
    for length in range(min(len(text), 16), 1, -1):
        if text[:length] in names:
            return names[text[:length]], text[length:]
    return None, text


def _cut_short_province(text: str) -> tuple[str | None, str]:
    for length in (3, 2):
        code = _SHORT.get(text[:length])
        if (
            code
            and re.match(r"[\u4e00-\u9fff]{1,16}(?:厅|局|委|委员会|政府)$", text[length:])
            and text[length] not in "镇乡街路村市县区"
        ):
            return code, text[length:]
    return None, text


def _looks_like_office(name: str) -> bool:
    return bool(re.search(r"[局厅委部]|政府|公安|管理|监督", name))


def _commonest(names: list[str]) -> str:
    """The most frequent of the names; of equals the first."""
    return max(dict.fromkeys(names), key=names.count)
