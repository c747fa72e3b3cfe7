"""Whose report of which year a page is: each value from the most trusted place that has it, which is named.

Order of trust: meta tags, info box, title, address, the text itself (its signature, or the statement it opens with,
both named ``signature``), and the crawl's context only where the page says nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.clean import agencies, titles
from pipelines.clean.chrome import line_kind
from pipelines.clean.dates import find_date, find_url_date
from pipelines.clean.edges import is_signature
from pipelines.clean.facts import PageFacts
from pipelines.clean.page import Part
from pipelines.clean.weights import is_prose
from pipelines.document import Identity

_PERIOD = re.compile(r"(?:统计期限|期限|自)[^。]{0,12}?(20\d\d)年?\s*1\s*月")
_OPENING_YEAR = re.compile(r"(20\d\d)\s*年")
_CODE = re.compile(r"^[1-9]\d{5}$")
_CREDIT_CODE = re.compile(r"^([1-9A-Y][1-9])(\d{6})[0-9A-Z]{10}", re.IGNORECASE)
_MUNICIPAL_TEXT = re.compile(r"各县(?:[(（]?[市区]|区)|各区县|县(?:市)?[(（]?区|区[(（]县|各县[(（、]")
_URL_YEAR = re.compile(r"(?:fbtime|timeframe|year|nd)=(20\d\d)", re.IGNORECASE)
_OFFICE = re.compile(r"(?:办公室|办公厅|综合科|综合处|信息中心)$")
_OPENING = 1000  # characters in which a report says who has drawn it up
_TAIL = 8  # last lines among which a signature is looked for
_LEVEL_OF_SEAT = {"township": "county"}  # GB/T 2260 ends with counties
_LEVEL_BY_CODE = {"0000": "provincial", "00": "municipal"}

Found = tuple[str, str]  # value, origin


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that an identity is read from."""

    url: str
    context: Mapping[str, str]
    facts: PageFacts
    title: Found | None
    parts: Sequence[Part]  # of the whole page, each once
    body: Sequence[Part]


def find_title(facts: PageFacts, parts: Sequence[Part], declared: str, anchor: str | None) -> Found | None:
    """The title and its origin: a report's title outranks any other, and what the page shows outranks a wrong tag."""
    line = titles.find_title_line(parts, declared)
    pieces = titles.split_site(declared)
    candidates: list[Found] = []
    for text, origin in ((facts.meta.get("title"), "meta"), (facts.box.get("title"), "info-box"), (line, "title")):
        if text:
            candidates.append((titles.close_title(text), origin))
    candidates += [(piece, "title") for piece in pieces if not is_site_name(piece, facts)]
    if anchor and titles.is_report_title(anchor):
        candidates.append((titles.close_title(anchor), "context"))
    reports = [found for found in candidates if titles.is_report_title(found[0])]
    shown = titles.close_title(line) if line else None
    if shown and titles.is_report_title(shown):
        agreeing = [found for found in reports if _agree(found[0], shown)]
        return max(agreeing, key=lambda found: _fullness(found[0]))
    if reports:
        return max(reports, key=lambda found: _fullness(found[0]))
    plain = [found for found in candidates if found[1] != "context" and not line_kind(found[0])]
    return plain[0] if plain else None


def is_site_name(piece: str, facts: PageFacts) -> bool:
    """Whether a piece of a ``<title>`` names the site or the column and not the page."""
    return piece in (facts.meta.get("site"), facts.meta.get("column")) or titles.is_heading_of_site(piece)


def find_identity(sources: Sources) -> Identity:
    """The identity of a page's document."""
    title = sources.title[0] if sources.title else ""
    text = "\n".join(part.text for part in sources.body if part.kind in ("heading", "paragraph"))
    agency = _first(_agency_candidates(sources, title, text))
    level = _first(_level_candidates(sources, agency, text))
    found: dict[str, Found | None] = {
        "title": sources.title,
        "agency": agency,
        "level": level,
        "region": _first(_region_candidates(sources, agency, level[0] if level else None)),
        "published": _first(_date_candidates(sources)),
        "source": _first(_box_and_meta(sources.facts, "source", "publisher")),
        "index_number": _first(_box_and_meta(sources.facts, "index_number")),
    }
    year = _first(_year_candidates(sources, title, text, found["published"]))
    origins = {name: value[1] for name, value in sorted(found.items()) if value} | ({"year": year[1]} if year else {})
    values = {name: value[0] if value else None for name, value in found.items()}
    return Identity(**values, year=int(year[0]) if year else None, origins=dict(sorted(origins.items())))


def without_rows(identity: Identity) -> Identity:
    """The identity of a list page: no year, date, source or number that may be one of its rows'."""
    trusted = {"year": ("title", "meta"), "published": ("meta",), "source": ("meta",), "index_number": ("meta",)}
    gone = [name for name, places in trusted.items() if identity.origins.get(name) not in places]
    origins = {name: place for name, place in identity.origins.items() if name not in gone}
    return replace(identity, **dict.fromkeys(gone), origins=origins)


def _first(candidates: Iterator[Found | None]) -> Found | None:
    return next((found for found in candidates if found and found[0]), None)


def _agree(one: str, two: str) -> bool:
    """Whether two titles may be the same report's: neither names another year or agency."""
    first, second = titles.read_title(one), titles.read_title(two)
    years = {first.year, second.year} - {None}
    names = [name for name in (first.agency, second.agency) if name]
    return len(years) < 2 and (len(names) < 2 or names[0] in names[1] or names[1] in names[0])


def _fullness(title: str) -> int:
    facts = titles.read_title(title)
    return 2 * (facts.agency is not None) + (facts.year is not None)


def _agency_candidates(sources: Sources, title: str, text: str) -> Iterator[Found | None]:
    box = sources.facts.box.get("agency") or sources.facts.box.get("publisher")
    signed = _signed_agency(sources.body)
    named = titles.read_title(title).agency
    if named and agencies.is_place(named):
        yield (box, "info-box") if box and box.startswith(named) and agencies.is_agency(box) else None
        named += "办事处" if named.endswith("街道") else "人民政府"
    if named:
        longer = (signed, "signature") if signed != named else (None, "")
        yield _complete(named, text, sources, (box, "info-box"), (_meta_agency(sources), "meta"), longer)
    yield (agencies.complete_agency(box, text), "info-box") if box and agencies.is_agency(box) else None
    yield (agencies.complete_agency(signed, text), "signature") if signed else None
    meta = _meta_agency(sources)
    context = sources.context.get("agency")
    yield (context, "context") if context and meta and is_office_of(meta, context) else None
    yield (meta, "meta") if meta else None
    opening = next((part.text for part in sources.body if is_prose(part.text)), "")
    stated = (
        agencies.find_named_agency(re.sub(r"^20\d\d\s*年度?[,，]?\s*", "", opening)[:60])
        if is_opening_self(opening)
        else None
    )
    if stated and not (context and context.endswith(stated)):
        yield agencies.complete_agency(stated, text), "signature"
    author = agencies.find_author(text[:_OPENING])
    yield (author, "signature") if author else None
    yield (context, "context") if context else None


def _complete(named: str, text: str, sources: Sources, *others: tuple[str | None, str]) -> Found:
    """The agency of a title, which may lack its place: by a fuller name on the page, by the text, by the context."""
    for value, origin in others:
        if value and value.endswith(named):
            return value, origin
    completed = agencies.complete_agency(named, text)
    known = sources.context.get("agency")
    if completed == named and known and known.endswith(named) and agencies.lacks_place(named):
        return known, "context"
    return completed, "title"


def is_office_of(name: str, agency: str) -> bool:
    """Whether a name is that of an agency's own office, in full or in short: 市水利局办公室 of 青汀市水利局."""
    body = _OFFICE.sub("", name)
    return body != name and len(body) > 1 and agency.endswith(body)


def is_opening_self(opening: str) -> bool:
    """Whether a first sentence speaks of the reporting agency itself."""
    return bool(
        re.match(
            r"(?:20\d\d\s*年度?[,，、]?)?[^，。、]{2,30}(?:局|厅|委|委员会|政府|办公室)(?:严格|认真|深入|坚持|始终|按照|全面|紧紧|高度|积极|根据|以|在|扎实)",
            opening,
        )
    )


def _meta_agency(sources: Sources) -> str | None:
    value = sources.facts.meta.get("source")
    return value if value and agencies.is_agency(value) and agencies.find_level(value) else None


def _signed_agency(body: Sequence[Part]) -> str | None:
    lines = [
        titles.close_title(part.text) for part in body[-_TAIL:] if part.kind == "paragraph" and is_signature(part.text)
    ]
    names = (re.sub(r"[\d年月日\s\-/.〇○一二三四五六七八九十]+$", "", line) for line in lines)
    return next((name for name in names if agencies.is_agency(name) and agencies.find_level(name)), None)


def _level_candidates(sources: Sources, agency: Found | None, text: str) -> Iterator[Found | None]:
    known = sources.context.get("level")
    if agency and agency[1] != "context":
        if agencies.is_unlisted_city(agency[0]):
            yield (known, "context") if known in ("municipal", "county") else None
            code = _site_region(sources)
            yield ("municipal" if code.endswith("00") else "county", "meta") if code else None
            yield ("municipal", "signature") if _MUNICIPAL_TEXT.search(text) else None
        level = agencies.find_level(agency[0])
        yield (level, agency[1]) if level else None
    yield (known, "context") if known else None
    if agency:
        level = agencies.find_level(agency[0])
        yield (level, agency[1]) if level else None


def _site_region(sources: Sources) -> str | None:
    code = sources.facts.meta.get("site_code", "")[:6]
    return code if _CODE.match(code) else None


def _region_candidates(sources: Sources, agency: Found | None, level: str | None) -> Iterator[Found | None]:
    by_name = agencies.find_region(agency[0], level) if agency else None
    index = _CREDIT_CODE.match(sources.facts.box.get("index_number", ""))
    if by_name and agency:
        yield by_name, agency[1]
    for code, origin in (
        (_site_region(sources), "meta"),
        (index.group(2) if index and is_credit_code(sources.facts.box["index_number"][:18]) else None, "info-box"),
    ):
        if code and (level is None or _code_level(code) == _LEVEL_OF_SEAT.get(level, level)):
            yield code, origin
    context = sources.context.get("region")
    yield (context, "context") if context else None


def _code_level(code: str) -> str:
    return next((level for end, level in _LEVEL_BY_CODE.items() if code.endswith(end)), "county")


def is_credit_code(code: str) -> bool:
    """Whether both check digits of a unified social credit code are right (GB 32100, GB 11714)."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = code.upper()
    if len(code) != 18 or any(character not in letters for character in code[:17]):
        return False
    total = sum(letters.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    if letters[(31 - total % 31) % 31] != code[17]:
        return False
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    remainder = (
        11 - sum(alphabet.index(character) * weight for character, weight in zip(code[8:16], weights, strict=True)) % 11
    )
    return code[16] == {10: "X", 11: "0"}.get(remainder, str(remainder))


def _date_candidates(sources: Sources) -> Iterator[Found | None]:
    meta = find_date(sources.facts.meta.get("published", ""))
    yield (meta, "meta") if meta else None
    box = sources.facts.box
    url = find_url_date(sources.url)
    # The day of writing is older than the day on which the portal filed the page.
    shown = [(box.get(name), "info-box") for name in ("published", "sent", "created")]
    for date, origin in (*shown[:2], (url, "url"), shown[2]):
        yield (date, origin) if date else None
    for part in reversed(sources.body[-_TAIL:]):
        if part.kind == "paragraph" and is_signature(part.text):
            signed = find_date(part.text)
            yield (signed, "signature") if signed else None


def _year_candidates(sources: Sources, title: str, text: str, published: Found | None) -> Iterator[Found | None]:
    named = titles.find_year(title)
    if named:
        yield str(named), sources.title[1] if sources.title else "title"
    period = _PERIOD.search(text)
    yield (period.group(1), "signature") if period else None
    opening = next((part.text for part in sources.body if is_prose(part.text)), "")
    stated = _OPENING_YEAR.search(opening)
    yield (stated.group(1), "signature") if stated else None
    url = _URL_YEAR.search(sources.url)
    yield (url.group(1), "url") if url else None
    anchor = titles.find_year(sources.context.get("anchor", ""))
    yield (str(anchor), "context") if anchor else None
    if published:
        yield str(int(published[0][:4]) - 1), published[1]


def _box_and_meta(facts: PageFacts, *names: str) -> Iterator[Found | None]:
    """The first of the names that the meta tags or the box have."""
    for name in names:
        if name in facts.meta:
            yield facts.meta[name], "meta"
        if name in facts.box:
            yield facts.box[name], "info-box"
