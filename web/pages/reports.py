"""A report: its numbers as the form sets them, what does not add up, its prose, versions and neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from pipelines.comparing.differences import compare_reports
from pipelines.feeds import Line
from pipelines.store.reading import read_lines
from web.arithmetic import make_sums
from web.pages.setting import draw, draw_missing, sources_of
from web.queries.captures import read_name
from web.queries.reports import BROKEN, Report, find_near, read_report
from web.tables import make_tables, name_cells

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Superseded:
    """A version that is shown though a later one is there."""

    shown: Mapping[str, Any]
    latest: Mapping[str, Any]


@router.get("/{language}/reports/{agency}/{year}", response_class=HTMLResponse)
def show_report(
    request: Request,
    language: str,
    agency: Annotated[str, Path(max_length=200)],
    year: Annotated[int, Path(ge=1900, le=2200)],
    record: Annotated[str | None, Query(max_length=200)] = None,
    against: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> HTMLResponse:
    """The report, shown by the capture that shows it best, or by the one asked for; ``against`` one of its versions."""
    with sources_of(request).store.reading() as connection:
        report = read_report(connection, agency, year, read_name(record) if record else None)
        older = read_version(connection, report, against) if report and against else None
        near = [] if report else find_near(connection, agency, year)
    if report is None:
        return draw_missing(request, asked=(agency, year), near=near)
    return draw(
        request,
        "report.html",
        report=report,
        line=report.line,
        against=against if older else None,
        older=older,
        difference=compare_reports(older, report.line) if older else None,
        superseded=_find_superseded(report),
        findings=_pair_findings(report),
        tables=make_tables(report.line),
        names=name_cells(report.line["form"]),
        sums=_count_sums(report),
        sums_of={each.check["id"]: each for each in make_sums(report.line, report.line["identities"])},
        requests=_find_requests(report.line["cells"]),
    )


def read_version(connection: Connection, report: Report, number: int) -> Line | None:
    """The line of a version by its number; ``None`` where the report has none of that number."""
    record_id = next((each["record_id"] for each in report.versions if each["number"] == number), None)
    refined = read_lines(connection, [record_id]).get(record_id) if record_id else None
    return refined.report if refined else None


def _find_superseded(report: Report) -> Superseded | None:
    """The version that is shown and the latest one, where these are two."""
    shown = next((each for each in report.versions if each["number"] == report.version), None)
    latest = report.versions[-1] if report.versions else None
    return Superseded(shown, latest) if shown and latest and shown is not latest else None


def _pair_findings(report: Report) -> list[tuple[Mapping[str, Any], list[tuple[str, str]]]]:
    """What is told below the tables, each with its cells and the captures that they are from; sums stand above."""
    record_id, own = report.line["record_id"], report.line["findings"]
    return [
        *((each, [(record_id, cell) for cell in each["cells"]]) for each in own if each["id"] != BROKEN),
        *((each, report.pair_cells(each)) for each in report.findings),
    ]


def _count_sums(report: Report) -> dict[str, int]:
    results = [check["result"] for check in (*report.line["identities"], *report.identities)]
    return {"holds": results.count("holds"), "broken": results.count("broken")}


def _find_requests(cells: list[dict[str, Any]]) -> float | None:
    """Requests received in the year: the total of the form's first row, or the list of 2014's own figure."""
    values = {cell["id"]: cell["value"] for cell in cells}
    return next(
        (values[each] for each in ("requests.new.total", "y2014.requests.received") if values.get(each) is not None),
        None,
    )
