"""The judge finds what a feed gets wrong, and nothing where it is right."""

from typing import Any

import pytest

from demo.judging import Line, find_strays, judge_reports
from demo.portals import PORTALS, origin
from demo.site import Site, build_site
from demo.truth import Report, make_reports

REPORTS = make_reports(1)
SITES = tuple(build_site(portal, origin(portal), REPORTS, 1) for portal in PORTALS)


def report_line(url: str, report: Report) -> dict[str, Any]:
    """What a faultless reader would say."""
    agency = report.agency
    return {
        "url": url,
        **{key: getattr(report, key) for key in ("title", "year", "form", "published", "index_number")},
        **{"agency": agency.name, "level": agency.level, "region": agency.region},
        "cells": [
            {
                "id": c.id,
                "raw": c.raw,
                "value": c.value,
                "state": c.state,
                "unit": c.unit,
                "parts": c.parts and [list(p) for p in c.parts],
            }
            for c in report.cells
        ],
        "identities": [
            {"id": s.id, "result": s.result, "left": s.parts, "right": s.total, "cells": []} for s in report.sums
        ],
    }


def document_line(url: str, report: Report) -> dict[str, Any]:
    paragraphs = [p for section in report.sections for p in section.paragraphs]
    return {
        "url": url,
        "kind": "report",
        "rejected": None,
        "blocks": [{"kind": "paragraph", "text": p} for p in paragraphs],
    }


def faultless() -> tuple[list[Any], list[Any]]:
    pairs = [(url, article.report) for site in SITES for url, article in site.addresses() if article.report]
    return [document_line(*pair) for pair in pairs], [report_line(*pair) for pair in pairs]


def faults(documents: list[Line], reports: list[Line], sites: tuple[Site, ...] = SITES) -> list[str]:
    return [fault for verdict in judge_reports(sites, documents, reports) for fault in verdict.faults]


def test_a_faultless_feed_has_no_faults() -> None:
    documents, reports = faultless()
    verdicts = judge_reports(SITES, documents, reports)
    assert [fault for verdict in verdicts for fault in verdict.faults] == []
    assert all(verdict.good for verdict in verdicts)
    assert find_strays(SITES, reports) == ()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("value", 99999, "99999"), ("state", "blank", "blank"), ("raw", "x", "x"), ("unit", "yuan", "yuan")],
)
def test_one_wrong_cell_is_one_fault(key: str, value: object, said: str) -> None:
    documents, reports = faultless()
    at = next(n for n, line in enumerate(reports) if line["cells"])
    reports[at]["cells"][5][key] = value
    found = faults(documents, reports)
    assert len(found) == 1
    assert said in found[0]


def test_missing_invented_and_doubled_cells_are_faults() -> None:
    documents, reports = faultless()
    at = next(n for n, line in enumerate(reports) if line["cells"])
    gone = reports[at]["cells"].pop(5)
    reports[at]["cells"] += [{**gone, "id": "review.none"}, reports[at]["cells"][0]]
    assert [fault.rpartition(": ")[2] for fault in faults(documents, reports)] == ["missing", "invented", "twice"]


def test_an_unnoticed_broken_sum_is_a_fault() -> None:
    documents, reports = faultless()
    broken = next(item for line in reports for item in line["identities"] if item["result"] == "broken")
    broken["result"] = "holds"
    assert len(faults(documents, reports)) == 1


def test_a_doubled_paragraph_and_left_navigation_are_faults() -> None:
    documents, reports = faultless()
    documents[0]["blocks"] += [documents[0]["blocks"][0], {"kind": "paragraph", "text": "上一篇：没有了"}]
    found = faults(documents, reports)
    assert sum("2 times" in fault for fault in found) == 1
    assert sum("navigation" in fault for fault in found) == 2


def test_a_needed_report_that_did_not_come_is_a_fault_and_a_guest_s_is_not() -> None:
    verdicts = judge_reports(SITES, [], [])
    assert {verdict.good for verdict in verdicts if verdict.needed} == {False}
    assert {verdict.good for verdict in verdicts if not verdict.needed} == {True}


def test_a_page_called_a_report_that_is_none_is_a_stray() -> None:
    assert find_strays(SITES, [{"url": "http://127.0.0.1:8701/news.html"}]) == ("http://127.0.0.1:8701/news.html",)
