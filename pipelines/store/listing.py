"""The list of all findings: those of the capture that shows a report best and those of the report, worst first.

It repeats of each finding what lists are ordered and filtered by, so that a page of it, and how many there are of each
kind, come from one index; what the finding says stays in ``findings`` and ``report_findings``.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    case,
    delete,
    func,
    insert,
    literal,
    select,
)

from pipelines.store.settled import report_findings, reports
from pipelines.store.tables import documents, findings, metadata

SEVERITIES = ("error", "warning", "info")
# Of equal severity: what takes a report from its readers, then what makes its numbers doubtful, then its text, its
# form, and at last single cells.
KINDS = (
    "withdrawn",
    "all-blank",
    "broken-identity",
    "all-zero",
    "copied-from-other-agency",
    "copied-from-own-year",
    "revised-numbers",
    "copies-disagree",
    "withdrawn-for-a-time",
    "late",
    "form-mismatch",
    "missing-table",
    "missing-row",
    "missing-section",
    "blank-total",
    "unmapped-table",
    "suspicious-magnitude",
    "unit-unknown",
    "revised-text",
    "address-gone",
    "address-replaced",
    "text-cell",
    "torn-digits",
)
OF_CAPTURE, OF_REPORT = 0, 1
_STEP = 100  # ranks of a severity

listed_findings = Table(
    "listed_findings",
    metadata,
    Column("agency", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("origin", Integer, primary_key=True, autoincrement=False),  # 0: ``findings``, 1: ``report_findings``
    Column("place", Integer, primary_key=True, autoincrement=False),  # there
    Column("name", String, nullable=False, index=True),
    Column("rank", Integer, nullable=False),  # hundreds: severity, worst first; below: kind
    Column("id", String, nullable=False),
    Column("capture", BigInteger, nullable=False),  # that shows the report best
    Column("level", String),
    Column("province", String),  # two digits of GB/T 2260
    Column("form", String),
    sqlite_with_rowid=False,
)
_columns = listed_findings.c
IN_ORDER = (_columns.rank, _columns.year.desc(), _columns.agency, _columns.origin, _columns.place)
Index("listed_findings_in_order", *IN_ORDER, _columns.id, _columns.level, _columns.province, _columns.form)


def list_findings(connection: Connection, names: Sequence[str] | None = None) -> None:
    """List the findings of the reports of some names, or of all, anew; the reports must have been written."""
    old = delete(listed_findings)
    connection.execute(old if names is None else old.where(listed_findings.c.name.in_(names)))
    for query in _select_all():
        wanted = query if names is None else query.where(reports.c.name.in_(names))
        connection.execute(insert(listed_findings).from_select([column.name for column in listed_findings.c], wanted))


def make_rank(severity: str, kind: str) -> int:
    """The place of a finding's kind in the list; a kind that is not known comes last of its severity."""
    return SEVERITIES.index(severity) * _STEP + (KINDS.index(kind) if kind in KINDS else len(KINDS))


def read_severity(rank: int) -> str:
    """The severity of a rank."""
    return SEVERITIES[rank // _STEP]


def read_kind(rank: int) -> str | None:
    """The kind of a rank; ``None`` where it is none that is known."""
    return KINDS[rank % _STEP] if rank % _STEP < len(KINDS) else None


def _select_all() -> Iterator[Select[tuple[object, ...]]]:
    """The findings of captures, and those of reports, in the columns of the list."""
    own = findings.c
    yield (
        _select(own.place, literal(OF_CAPTURE), own.id, own.severity)
        .join(documents, documents.c.record_id == reports.c.record_id)
        .join(findings, own.capture == documents.c.capture)
    )
    own = report_findings.c
    of_report = (own.agency == reports.c.agency) & (own.year == reports.c.year)
    yield (
        _select(own.place, literal(OF_REPORT), own.id, own.severity)
        .join(report_findings, of_report)
        .join(documents, documents.c.record_id == reports.c.record_id)
    )


def _select(
    place: Column[int], origin: ColumnElement[int], kind: Column[str], severity: Column[str]
) -> Select[tuple[object, ...]]:
    columns = reports.c
    by_kind = {name: number for number, name in enumerate(KINDS)}
    by_severity = {name: number * _STEP for number, name in enumerate(SEVERITIES)}
    rank = case(by_severity, value=severity) + case(by_kind, value=kind, else_=len(KINDS))
    province = func.substr(columns.region, 1, 2)
    head = (columns.agency, columns.year, origin, place, columns.name)
    return select(
        *head, rank, kind, documents.c.capture, columns.level, province, columns.form
    ).select_from(reports)  # fmt: skip
