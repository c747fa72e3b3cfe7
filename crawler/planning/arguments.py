"""The spiders' arguments (``-a NAME=VALUE``): read once, checked before anything is fetched."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from scrapy.exceptions import UsageError

FIRST_YEAR = 1990  # the decree is of 2007; older years are slips of the keyboard
LAST_YEAR = 2099
TRUE = ("1", "true", "yes", "on")
FALSE = ("", "0", "false", "no", "off")

VISITS = ("all", "due")
FEEDS = frozenset({"documents", "reports"})
CHOICE = frozenset({"catalogue", "portal", "region", "years", "limit", "dry_run", "resume", "visit", "due"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked for. Empty tuples and ``None`` mean "no such wish"."""

    documents: str | None = None  # file of the documents feed
    reports: str | None = None  # file of the reports feed
    catalogue: str = "real"
    portals: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()  # prefixes of GB/T 2260 codes, trailing pairs of zeros removed
    years: frozenset[int] | None = None
    limit: int | None = None
    dry_run: bool = False
    file: str | None = None
    home: str | None = None  # a portal's home page, or its host
    homes: str | None = None  # a file with one home page a line
    resume: str | None = None  # a run's id, or ``last``
    visit: str = "all"  # or ``due``
    due: bool = False  # of the portals only those that are due


def wrong(text: str) -> UsageError:
    """A usage error of one line."""
    return UsageError(text, print_help=False)


def near(name: str, names: Collection[str]) -> str:
    """A hint at names close to a mistaken one, or nothing."""
    matches = get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    return f"; did you mean {', '.join(matches)}?" if matches else ""


def read_arguments(given: Mapping[str, str], known: Collection[str]) -> Arguments:
    """Read what followed ``-a``; anything wrong is a ``UsageError`` that names the argument."""
    for name in given:
        if name not in known:
            raise wrong(f"unknown spider argument {name!r}; known: {', '.join(sorted(known))}{near(name, known)}")
    return Arguments(
        documents=given.get("documents") or None,
        reports=given.get("reports") or None,
        catalogue=given.get("catalogue") or "real",
        portals=_names(given.get("portal", "")),
        regions=_regions(given.get("region", "")),
        years=read_years(given["years"]) if "years" in given else None,
        limit=_limit(given.get("limit")),
        dry_run=_switch("dry_run", given.get("dry_run", "")),
        file=given.get("file") or None,
        home=given.get("home") or None,
        homes=given.get("homes") or None,
        resume=given.get("resume") or None,
        visit=find_visit(given),
        due=_switch("due", given.get("due", "")),
    )


def read_years(text: str) -> frozenset[int]:
    """``2022``, ``2019-2024`` and lists of them, as in ``2014,2019-2021``."""
    years: set[int] = set()
    for part in _names(text):
        match = re.fullmatch(r"(\d{4})(?:\s*[-–—~]\s*(\d{4}))?", part)
        if not match:
            raise wrong(f"years={text}: {part!r} is no year; write 2022, 2019-2024 or 2014,2019-2021")
        first, last = int(match[1]), int(match[2] or match[1])
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise wrong(f"years={text}: {part!r} is not a span of years from {FIRST_YEAR} on, earlier year first")
        years.update(range(first, last + 1))
    if not years:
        raise wrong("years= is empty; write 2022, 2019-2024 or 2014,2019-2021")
    return frozenset(years)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _regions(text: str) -> tuple[str, ...]:
    codes = _names(text)
    for code in codes:
        if not re.fullmatch(r"\d{2}|\d{4}|\d{6}", code):
            raise wrong(f"region={text}: {code!r} is no GB/T 2260 code; write two, four or six digits, as in 330000")
    return tuple(_prefix(code) for code in codes)


def _prefix(code: str) -> str:
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def _limit(text: str | None) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[1-9]\d{0,8}", text):
        raise wrong(f"limit={text}: write the number of portals to crawl, 1 or more")
    return int(text)


def find_visit(given: Mapping[str, str]) -> str:
    """Which pages are asked: all, or, where only portals that are due are crawled, pages that are due."""
    due = _switch("due", given.get("due", ""))
    text = given.get("visit") or (VISITS[1] if due else VISITS[0])
    if text not in VISITS:
        raise wrong(f"visit={text}: write all (ask for everything) or due (for what is new, changed or due)")
    return text


def _switch(name: str, text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise wrong(f"{name}={text}: write {name}=1 or leave it out")
