"""A crawl's feeds held against the truth: every report, every cell, every identity, every paragraph.

Works on lines as they stand in the feeds (``docs/feeds.md``) and imports nothing from the pipelines.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demo.printing import Cell
from demo.rendering.page import CHROME, Article
from demo.site import Site
from demo.sums import Sum
from demo.truth import Report

Line = Mapping[str, Any]

_IDENTITY = ("agency", "year", "form", "level", "region")  # what a PDF says too, or the crawl's context
_PAGE_IDENTITY = ("title", "published", "index_number")  # what an article page says besides


@dataclass(frozen=True, slots=True)
class Verdict:
    """One address at which a report lies, held against its line of the feed.

    ``cells_right`` of ``cells``; ``faults`` are sentences. ``line`` is ``None`` where the feed has none.
    """

    url: str
    report: Report
    needed: bool  # False where a crawl may leave it: another agency's report, a portal that is not walkable yet
    line: Line | None
    cells_right: int
    faults: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Nothing to object to."""
        return not self.faults and (self.line is not None or not self.needed)


def judge_reports(sites: Sequence[Site], documents: Sequence[Line], reports: Sequence[Line]) -> tuple[Verdict, ...]:
    """One verdict for each address of each portal, in the portals' order."""
    by_url = _lines_by_url(reports)
    # What was cut or refused was asked again, and came.
    texts = _lines_by_url([line for line in documents if line["rejected"] not in ("truncated", "refusal")])
    return tuple(
        _judge(site, url, article, by_url.get(url, []), texts.get(url, []))
        for site in sites
        if site.portal.is_whole
        for url, article in site.addresses()
    )


def find_strays(sites: Sequence[Site], reports: Sequence[Line]) -> tuple[str, ...]:
    """Addresses that the feed calls a report and that are none."""
    known = {url for site in sites for url, _ in site.addresses()}
    return tuple(sorted({line["url"] for line in reports} - known))


def _lines_by_url(lines: Sequence[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line["url"], []).append(line)
    return found


def _judge(site: Site, url: str, article: Article, lines: Sequence[Line], documents: Sequence[Line]) -> Verdict:
    report, needed = article.report, site.portal.walkable and article.own
    assert report is not None  # addresses() gives articles with a report
    if len(lines) != 1 or len(documents) != 1:
        faults = [f"{len(lines)} report lines and {len(documents)} document lines instead of one each"]
        if len(documents) == 1:
            faults.append(f"read as {documents[0]['kind']} ({documents[0]['rejected']})")
        return Verdict(url, report, needed, None, 0, tuple(faults) if needed or lines or documents else ())
    line, is_page = lines[0], not url.endswith((".pdf", ".docx", ".xlsx"))
    wrong = tuple(wrong_cells(report.cells, line["cells"]))
    faults = [
        *_wrong_identity(report, line, is_page, article.own),
        *wrong,
        *invented_cells(report.cells, line["cells"]),
        *wrong_sums(report.sums, line["identities"]),
        *_wrong_prose(report, documents[0]["blocks"]),
    ]
    return Verdict(url, report, needed, line, len(report.cells) - len(wrong), tuple(faults))


def _wrong_identity(report: Report, line: Line, is_page: bool, own: bool) -> Iterator[str]:
    """A guest's level and region stand nowhere: neither on its page nor in the crawl's context."""
    truth = {
        "agency": report.agency.name,
        "year": report.year,
        "form": report.form,
        "level": report.agency.level,
        "region": report.agency.region,
        "title": report.title,
        "published": report.published,
        "index_number": report.index_number,
    }
    keys = (*(_IDENTITY if own else _IDENTITY[:3]), *(_PAGE_IDENTITY if is_page else ()))
    for key in keys:
        if fold(str(line[key])) != fold(str(truth[key])):
            yield f"{key} is {truth[key]}, the feed says {line[key]}"


def wrong_cells(cells: Sequence[Cell], found: Sequence[Line]) -> Iterator[str]:
    """A sentence for each printed cell that the line lacks or has otherwise."""
    by_id = {cell["id"]: cell for cell in found}
    for cell in cells:
        got = by_id.get(cell.id)
        if got is None:
            yield f"{cell.id}: missing"
        elif not _is_right(cell, got):
            said = " ".join(str(got[key]) for key in ("state", "value", "unit", "raw"))
            yield f"{cell.id}: printed {cell.raw!r}, the feed says {said}"


def _is_right(cell: Cell, got: Line) -> bool:
    """State, value, unit, parts and the raw text as printed."""
    parts = [list(part) for part in cell.parts] if cell.parts else None
    return (
        got["state"] == cell.state
        and got["value"] == cell.value
        and (got["unit"] == cell.unit or cell.state != "number")
        and (got["parts"] or None) == parts
        and fold(got["raw"]) == fold(cell.raw)
    )


def invented_cells(cells: Sequence[Cell], found: Sequence[Line]) -> Iterator[str]:
    """A sentence for each cell of the line that was never printed, or that it has twice."""
    truth = {cell.id for cell in cells}
    seen: set[str] = set()
    for cell in found:
        if cell["id"] not in truth:
            yield f"{cell['id']}: invented"
        if cell["id"] in seen:
            yield f"{cell['id']}: twice"
        seen.add(cell["id"])


def wrong_sums(sums: Sequence[Sum], found: Sequence[Line]) -> Iterator[str]:
    """I1 to I6; which side is called left is the reader's choice."""
    by_id = {item["id"]: item for item in found}
    for truth in sums:
        got = by_id.get(truth.id)
        if got is None or got["result"] != truth.result:
            yield f"{truth.id} {truth.result}, the feed says {got['result'] if got else 'nothing'}"
        elif truth.result == "broken" and {got["left"], got["right"]} != {truth.total, truth.parts}:
            sides = f"{got['left']} against {got['right']}"
            yield f"{truth.id} is {truth.total} against {truth.parts}, the feed says {sides}"


def _wrong_prose(report: Report, blocks: Sequence[Line]) -> Iterator[str]:
    """Every paragraph once and in order, and nothing of the chrome."""
    body = "".join(fold(block["text"]) for block in blocks if block["kind"] in ("heading", "paragraph"))
    at = 0
    for section in report.sections:
        for paragraph in section.paragraphs:
            wanted = fold(paragraph)
            if body.count(wanted) != 1:
                yield f"{body.count(wanted)} times in the body: {paragraph[:24]}…"
            elif body.index(wanted) < at:
                yield f"out of order: {paragraph[:24]}…"
            else:
                at = body.index(wanted)
    for words in CHROME:
        if words in body:
            yield f"navigation left in the body: {words}"


def fold(text: str | None) -> str:
    """Compatibility forms folded, white space gone."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())
