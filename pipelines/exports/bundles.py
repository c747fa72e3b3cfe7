"""Bundles: a report with everything that is exported of it, read page by page in the order of agency and year."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select, tuple_

from pipelines.exports.selection import Selection
from pipelines.store.listing import IN_ORDER, OF_CAPTURE, listed_findings
from pipelines.store.settled import report_findings, reports
from pipelines.store.tables import cells, documents, findings, identities

_PAGE = 100  # reports read at once: 20,000 cells

Rows = Sequence[RowMapping]
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Bundle:
    """One report: its row with its capture's, and the cells, sums and findings of that capture and of the report.

    ``cells`` are rows of capture, id, raw, value, state, unit, note, path; ``identities`` may be the broken ones alone.
    """

    head: Mapping[str, Any]
    cells: Sequence[Any]
    identities: Sequence[Any]
    findings: Sequence[Mapping[str, Any]]


def read_bundles(
    connection: Connection, selection: Selection, advance: Advance = lambda count: None, *, all_sums: bool = False
) -> Iterator[Bundle]:
    """All reports of a selection; ``advance`` hears how many were read. Sums that hold come with ``all_sums`` alone."""
    after: tuple[str, int] | None = None
    while page := connection.execute(_select_page(selection, after)).mappings().all():
        yield from _read_parts(connection, page, all_sums)
        after = (page[-1]["agency"], page[-1]["year"])
        advance(len(page))


def _select_page(selection: Selection, after: tuple[str, int] | None) -> Select[Any]:
    columns = reports.c
    own = [column for column in columns if column.name not in ("name", "capture", "record_id")]
    of_capture = ("capture", "record_id", "captured_at", "payload_digest", "warc", "offset", "parser", "form_expected")
    query = select(*own, *(documents.c[name] for name in of_capture))
    query = query.join(documents, documents.c.capture == columns.capture).where(*selection.conditions())
    if after:
        query = query.where(tuple_(columns.agency, columns.year) > after)
    return query.order_by(columns.agency, columns.year).limit(_PAGE)


def _read_parts(connection: Connection, page: Rows, all_sums: bool) -> Iterator[Bundle]:
    keys = [head["capture"] for head in page]
    wanted = ("capture", "id", "raw", "value", "state", "unit", "note", "path")
    own = cells.c
    numbers = _group(
        connection,
        select(*(own[name] for name in wanted)).where(own.capture.in_(keys)).order_by(own.capture, own.place),
    )
    checks = identities.c
    found = select(checks.capture, checks.id, checks.standing, checks.result, checks.left, checks.right, checks.cells)
    found = found if all_sums else found.where(checks.result == "broken")
    sums = _group(connection, found.where(checks.capture.in_(keys)).order_by(checks.capture, checks.place))
    told = _read_findings(connection, page)
    for head in page:
        key = head["capture"]
        yield Bundle(dict(head), numbers.get(key, []), sums.get(key, []), told.get((head["agency"], head["year"]), []))


def _group(connection: Connection, query: Select[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in connection.execute(query):
        grouped.setdefault(row[0], []).append(row)
    return grouped


def _read_findings(connection: Connection, page: Rows) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """The findings of the reports of a page, worst first, with their texts."""
    listed = listed_findings.c
    keys = [(head["agency"], head["year"]) for head in page]
    query = select(listed.agency, listed.year, listed.origin, listed.place, listed.capture)
    query = query.where(tuple_(listed.agency, listed.year).in_(keys)).order_by(*IN_ORDER)
    rows = connection.execute(query).all()
    texts = _read_texts(connection, page)
    grouped: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for agency, year, origin, place, capture in rows:
        told = texts[(capture, place) if origin == OF_CAPTURE else (agency, year, place)]
        grouped.setdefault((agency, year), []).append(told)
    return grouped


def _read_texts(connection: Connection, page: Rows) -> dict[tuple[Any, ...], dict[str, Any]]:
    own, common = findings.c, report_findings.c
    texts: dict[tuple[Any, ...], dict[str, Any]] = {}
    query = select(own.capture, own.place, own.id, own.severity, own.text, own.cells)
    for row in connection.execute(query.where(own.capture.in_([head["capture"] for head in page]))).mappings():
        texts[row["capture"], row["place"]] = dict(row)
    keys = [(head["agency"], head["year"]) for head in page]
    query = select(common.agency, common.year, common.place, common.id, common.severity, common.text, common.cells)
    for row in connection.execute(query.where(tuple_(common.agency, common.year).in_(keys))).mappings():
        texts[row["agency"], row["year"], row["place"]] = dict(row)
    return texts
