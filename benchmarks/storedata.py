"""Reports for a store of any size: made-up pages once through the steps, then other agencies, years and texts.

The first ``SEEDS`` reports go into the store as every report does. The rest are copies that the database makes of
their rows (``storecopy``), under other names, addresses, records and texts. Prose is put together from pieces of words
of made-up reports, so that it is searched like prose and is like no other text but those of its own agency.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5, sha256
from random import Random

from benchmarks.refine import make_pages
from pipelines.feeds import Line, Refined
from pipelines.refine import refine

YEARS = range(2009, 2024)
SEEDS = 1500  # reports that are written, settled and then copied: 100 agencies
MARK = "k000000"  # stands in every name, address, record and digest of a seed
_TEMPLATES = 60
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FEWEST_CELLS = 120
_LEVELS = ("provincial", "municipal", "municipal", *("county",) * 7)
PROVINCE = "99"  # the first two digits of a seed's region


@dataclass(frozen=True)
class Seeds:
    """Reports of agency after agency, each for all years."""

    templates: Sequence[Refined]

    def make(self, number: int, mark: str = MARK, revision: int = 0) -> Refined:
        """The report of a number; another ``revision`` has another number in one cell."""
        template = self.templates[number % len(self.templates)]
        agency, year = number // len(YEARS), YEARS[number % len(YEARS)]
        blocks = [dict(block) for block in template.document["blocks"]]
        for place, block in enumerate(block for block in blocks if block["kind"] == "paragraph"):
            block["text"] = _write_paragraph(f"{mark} {agency}", place, year)
        own = _make_keys(agency, year, mark, revision)
        report = {**(template.report or {}), **own}
        report["cells"] = [dict(cell) for cell in report["cells"]]
        report["cells"][0]["value"] = number + revision
        report["cells"][0]["raw"] = str(number + revision)
        report["identities"] = [dict(identity) for identity in report["identities"]]
        if number % 7 == 0 and report["identities"]:
            report["identities"][0] |= {"result": "broken", "left": number + revision, "right": number + revision + 1}
        return Refined({**template.document, **own, "blocks": blocks}, report)


def _make_keys(agency: int, year: int, mark: str, revision: int) -> Line:
    name, month = f"{agency:03}-{year}", 1 if agency % 9 else 4  # every ninth agency is late
    chance = md5(f"{mark} {name}".encode()).hexdigest()
    return {
        "url": f"http://www.{mark}-{agency:03}.gov.cn/zfxxgk/zfxxgknb/{year}01/t{year}0118_{chance[:7]}.html",
        "record_id": f"<urn:uuid:{chance[:8]}-{mark}-{agency:03}-{year}-{chance[8:20]}>",
        "warc": f"kaijuan-{year}0118-{mark}.warc.gz",
        "offset": 31 * agency,
        "portal": f"{mark}-{agency // 4:03}",
        "agency": f"云岭省{mark}第{agency:03}区应急管理局",
        "region": f"{PROVINCE}{10 + agency % 50}{21 + agency // 50}",
        "level": _LEVELS[agency % len(_LEVELS)],
        "year": year,
        "captured_at": f"{year + 1}-0{month}-20T08:00:00Z",
        "published": f"{year + 1}-0{month}-18",
        "body_digest": f"sha256:{mark}{sha256(f'{name} {revision}'.encode()).hexdigest()[len(MARK) :]}",
        "from": {"agency": "title", "year": "title"},
    }


def _write_paragraph(agency: str, place: int, year: int) -> str:
    """Three sentences that are the agency's own; each is kept for some years, as offices do."""
    return "".join(_write_sentence(f"{agency} {place} {n} {(year + n) // 4}") for n in range(3))


def _write_sentence(seed: str) -> str:
    draw, pieces = Random(seed), _find_pieces()
    return "".join(draw.choices(pieces, k=10)) + "。"


@lru_cache(maxsize=1)
def _find_pieces() -> Sequence[str]:
    """Pieces of two to four characters of the prose of made-up reports, each as often as it stands there."""
    draw = Random(1)
    prose = "".join(_HAN.findall("".join(_find_prose(make_seeds().templates))))
    ends = itertools.accumulate(draw.choices((2, 3, 4), k=len(prose) // 3))
    return [prose[start:end] for start, end in itertools.pairwise(ends) if end <= len(prose)]


def _find_prose(templates: Iterable[Refined]) -> Iterator[str]:
    return (block["text"] for lines in templates for block in lines.document["blocks"] if block["kind"] == "paragraph")


@lru_cache(maxsize=1)
def make_seeds() -> Seeds:
    """Made-up pages through the steps: those that are reports with their tables."""
    refined = (refine(page.capture) for page in make_pages(7) if page.group)
    whole = (lines for lines in refined if lines.report and len(lines.report["cells"]) >= _FEWEST_CELLS)
    return Seeds(tuple(itertools.islice(whole, _TEMPLATES)))


def numbers(count: int, seed: int) -> Iterator[int]:
    """Numbers of seeds, at random, the same each time."""
    draw = Random(seed)
    return (draw.randrange(SEEDS) for _ in range(count))


def make_list(number: int, mark: str = MARK) -> Refined:
    """The page that lists the report of a number: most of what a crawl keeps is no report."""
    agency, year = number // len(YEARS), YEARS[number % len(YEARS)]
    line = make_seeds().templates[0].document
    own = _make_keys(agency, year, mark, 0)
    chance = md5(f"list {mark} {agency} {year}".encode()).hexdigest()
    blocks = [{"kind": "paragraph", "text": f"{y}年政府信息公开年报", "path": f"/html/body/ul/li[{y}]"} for y in YEARS]
    own |= {"url": f"{own['url'].rpartition('/')[0]}/index_{year}.html", "title": "政府信息公开年报", "blocks": blocks}
    own |= {"record_id": f"<urn:uuid:{chance[:8]}-{mark}-{chance[8:21]}>", "agency": None, "year": None, "form": None}
    own |= {"kind": "list", "from": {}, "published": None, "body_digest": f"sha256:{mark}{chance}{chance[:25]}"}
    return Refined({**line, **own}, None)
