"""Coverage, reports and the findings on them."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response
from sqlalchemy import select, tuple_

from pipelines.exports.selection import count_reports
from pipelines.store.settled import reports
from web.api.answers import answer, find_next, make_head, name_report
from web.api.models import Coverage, CoverageCell, CoverageRow, Finding, Findings, Line, Report, Reports
from web.asking import AskedCoverage, AskedFindings, AskedReports
from web.pages.setting import sources_of
from web.queries import coverage, findings
from web.queries.captures import read_name
from web.queries.reports import find_near, read_report

router = APIRouter(tags=["reports"])

PAGE, MOST = 100, 500

Limit = Annotated[int, Query(ge=1, le=MOST, description="how many on a page")]
Number = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/coverage", response_model=Coverage, operation_id="coverage")
def show_coverage(
    request: Request,
    filters: AskedCoverage,
    page: Number = 1,
    limit: Limit = PAGE,
) -> Response:
    """Agency by year: what is there, and of what is not, why."""
    sources = sources_of(request)
    with sources.store.reading() as connection:
        matrix = coverage.read_matrix(sources, connection, filters)
    start, end = (page - 1) * limit, page * limit
    rows = [
        CoverageRow(
            agency=row.agency,
            portal=row.portal,
            level=row.level,
            region=row.region,
            years={year: _make_cell(row.agency, year, cell) for year, cell in row.cells.items()},
        )
        for row in matrix.rows[start:end]
    ]
    following = find_next(request, page=page + 1) if end < len(matrix.rows) else None
    value = Coverage(
        next=following, years=list(matrix.years), totals=dict(matrix.totals), agencies=len(matrix.rows), rows=rows
    )
    return answer(request, value)


@router.get("/reports", response_model=Reports, operation_id="reports")
def list_reports(
    request: Request,
    selection: AskedReports,
    after: Annotated[str, Query(max_length=300, description="agency/year: go on behind it")] = "",
    limit: Limit = PAGE,
) -> Response:
    """Reports by agency and year, with the filters of the exports."""
    if selection is None:
        raise HTTPException(422, "years are written like 2019-2024; states are parsed, broken, late and withdrawn")
    columns = reports.c
    query = select(reports).where(*selection.conditions()).order_by(columns.agency, columns.year).limit(limit + 1)
    agency, _, year = after.rpartition("/")
    if after:
        if not (year.isdecimal() and year.isascii()):
            raise HTTPException(422, "after is an agency, a slash and a year, as next has it")
        query = query.where(tuple_(columns.agency, columns.year) > (agency, int(year[:6])))
    with sources_of(request).store.reading() as connection:
        rows = connection.execute(query).mappings().all()
        total = count_reports(connection, selection)
    last = rows[limit - 1] if len(rows) > limit else None
    following = find_next(request, after=f"{last['agency']}/{last['year']}") if last else None
    return answer(request, Reports(next=following, total=total, reports=[make_head(row) for row in rows[:limit]]))


@router.get("/reports/{agency}/{year}", response_model=Report, operation_id="report")
def show_report(
    request: Request,
    agency: Annotated[str, Path(max_length=200)],
    year: Annotated[int, Path(ge=1900, le=2200)],
    record: Annotated[str | None, Query(max_length=200, description="another of its captures")] = None,
) -> Response:
    """A report: its numbers, sums, prose, versions, addresses and findings."""
    with sources_of(request).store.reading() as connection:
        report = read_report(connection, agency, year, read_name(record) if record else None)
        near = [] if report else find_near(connection, agency, year)
    if report is None:
        others = ", ".join(f"{name}/{when}" for name, when in near[:5])
        raise HTTPException(404, f"no report of {agency} for {year}" + (f"; near it: {others}" if near else ""))

    def tell(rows: Any) -> list[dict[str, Any]]:
        return [{name: value for name, value in row.items() if name not in ("agency", "year", "name")} for row in rows]

    pairs = [report.pair_cells(each) for each in report.findings]
    value = Report(
        head=make_head(report.head),
        line=Line(**report.line),
        versions=tell(report.versions),
        manifestations=tell(report.places),
        withdrawals=tell(report.withdrawals),
        findings=[{**told, "pairs": pairs} for told, pairs in zip(tell(report.findings), pairs, strict=True)],
        identities=tell(report.identities),
        years=list(report.years),
    )
    return answer(request, value)


@router.get("/findings", response_model=Findings, operation_id="findings")
def list_findings(
    request: Request,
    filters: AskedFindings,
    page: Number = 1,
    limit: Limit = PAGE,
) -> Response:
    """Findings, worst first: sums that do not hold, copied text, late and withdrawn reports."""
    with sources_of(request).store.reading() as connection:
        counts = findings.count_findings(connection, filters)
        listed = findings.read_findings(connection, filters, (page - 1) * limit, limit)
    found = [
        Finding(
            agency=each.agency,
            year=each.year,
            id=each.id,
            severity=each.severity,
            text=each.text,
            cells=[list(pair) for pair in each.pairs],
            report=name_report(each.agency, each.year),
        )
        for each in listed
    ]
    following = find_next(request, page=page + 1) if page * limit < counts.total else None
    return answer(request, Findings(next=following, total=counts.total, kinds=dict(counts.kinds), findings=found))


def _make_cell(agency: str, year: int, cell: Any) -> CoverageCell:
    is_readable = cell.state in coverage.READABLE
    return CoverageCell(state=cell.state, detail=cell.detail, report=name_report(agency, year) if is_readable else None)
