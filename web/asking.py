"""The filters that may stand in an address, bounded, and read alike by pages, exports and the API."""

from typing import Annotated

from fastapi import Depends, Query
from scrapy.exceptions import UsageError

from crawler.planning.arguments import read_years
from pipelines.exports.selection import STATES, Selection
from web.queries import coverage, findings

Word = Annotated[str, Query(max_length=100)]


def _read_coverage(
    province: Word = "", level: Word = "", form: Word = "", finding: Word = "", state: Word = "", words: Word = ""
) -> coverage.Filters:
    return coverage.Filters(province, level, form, finding, state, words)


def _read_findings(
    kind: Word = "",
    severity: Word = "",
    province: Word = "",
    level: Word = "",
    form: Word = "",
    year: Word = "",
    words: Word = "",
) -> findings.Filters:
    return findings.Filters(kind, severity, province, level, form, year, words)


def _read_selection(
    words: Word = "",
    agency: Word = "",
    province: Annotated[str, Query(pattern=r"^\d{0,6}$")] = "",
    level: Word = "",
    form: Word = "",
    finding: Word = "",
    state: Word = "",
    years: Annotated[str, Query(max_length=100, examples=["2019-2024"])] = "",
) -> Selection | None:
    """``None`` for years that are none, and for what has no numbers, as missing reports."""
    try:
        wanted = read_years(years) if years else frozenset[int]()
    except UsageError:
        return None
    if state and state not in STATES:
        return None
    return Selection(words, agency, province, level, form, finding, state, wanted)


AskedCoverage = Annotated[coverage.Filters, Depends(_read_coverage)]
AskedFindings = Annotated[findings.Filters, Depends(_read_findings)]
AskedReports = Annotated[Selection | None, Depends(_read_selection)]
