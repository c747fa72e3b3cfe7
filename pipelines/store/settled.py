"""The tables of what several captures say together: each row a function of the rows of ``tables``, and of nothing else.

A report is (``agency``, ``year``). ``agency`` is the folded name, with ``@`` and the region behind it where several
agencies bear the name. ``name`` is what the rows are made anew by: all rows of one name at once.
"""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, Integer, String, Table, Text
from sqlalchemy.schema import SchemaItem

from pipelines.store.tables import metadata

# Pairs of texts whose Jaccard was found to reach ``minhash.ALIKE``, each text with the others it was held against.
likenesses = Table(
    "likenesses",
    metadata,
    Column("text_id", BigInteger, primary_key=True, autoincrement=False),
    Column("other_id", BigInteger, primary_key=True, autoincrement=False),
    Column("jaccard", Float, nullable=False),
    Index("likenesses_by_other", "other_id"),
    sqlite_with_rowid=False,
)
# Whose report of which year each capture is: what it says itself or, where it does not, what its twin says.
belongings = Table(
    "belongings",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("twin", String),  # the capture that says it, where it is another
    Index("belongings_by_name", "name"),
)


def _of_report(table: str, *columns: SchemaItem, key: tuple[Column[str] | Column[int], ...] = ()) -> Table:
    return Table(
        table,
        metadata,
        Column("agency", String, primary_key=True),
        Column("year", Integer, primary_key=True, autoincrement=False),
        *key,
        Column("name", String, nullable=False, index=True),
        *columns,
    )


reports = _of_report(
    "reports",
    Column("title", Text),
    Column("level", String),
    Column("region", String),
    Column("form", String),
    Column("published", String),  # the earliest date that a capture gives
    Column("first_seen", String, nullable=False),
    Column("last_seen", String, nullable=False),
    Column("state", String, nullable=False),  # published, withdrawn
    Column("withdrawn_at", String),
    Column("versions", Integer, nullable=False),
    Column("addresses", Integer, nullable=False),
    Column("record_id", String, nullable=False),  # the capture that shows the latest version best
    Column("capture", BigInteger, nullable=False),  # its number: what its parts hang on
    Column("url", Text, nullable=False),  # its address
    Column("broken", Integer, nullable=False),  # how many of its identities are
    Index("reports_by_region", "region", "year"),
    Index("reports_by_capture", "capture"),
    Index("reports_by_form", "form", "agency", "year"),
    # All that the coverage of a country is drawn from.
    Index("reports_in_brief", "agency", "year", "withdrawn_at", "broken", "form"),
)
versions = _of_report(
    "versions",
    Column("since", String, nullable=False),  # captured_at of the first capture that shows it
    Column("last_seen", String, nullable=False),
    Column("published", String),
    Column("change", String),  # against the version before: numbers, text, layout; null for the first
    Column("captures", Integer, nullable=False),
    Column("record_id", String, nullable=False),  # the capture that shows it best
    key=(Column("number", Integer, primary_key=True, autoincrement=False),),
)
manifestations = _of_report(
    "manifestations",
    Column("host", String, nullable=False),
    Column("media_type", String),
    Column("role", String, nullable=False),  # page, attachment, copy (on another host)
    Column("first_seen", String, nullable=False),
    Column("last_seen", String, nullable=False),
    Column("captures", Integer, nullable=False),
    Column("state", String, nullable=False),  # present, gone, replaced (by a page that is not this report)
    Column("record_id", String, nullable=False),  # its latest capture as this report
    key=(Column("url", Text, primary_key=True),),
)
withdrawals = _of_report(
    "withdrawals",
    Column("reason", String, nullable=False),  # 404, 410, redirect, soft-404
    Column("seen_before", String, nullable=False),  # record_id of the last capture as a report
    Column("record_id", String, nullable=False),  # of the answer that it is gone
    Column("returned_at", String),
    key=(Column("url", Text, primary_key=True), Column("since", String, primary_key=True)),
)
report_captures = Table(
    "report_captures",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("agency", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("portal", String),
    Index("report_captures_by_report", "agency", "year", "version"),
    Index("report_captures_by_portal", "agency", "portal"),
)
yearly_identities = _of_report(
    "yearly_identities",
    Column("standing", String, nullable=False),
    Column("result", String, nullable=False),
    Column("left", Float),
    Column("right", Float),
    Column("cells", JSON, nullable=False),  # [[record_id, cell id], …]
    Column("reason", String),  # why it is not evaluable
    key=(Column("id", String, primary_key=True),),
)
report_findings = _of_report(
    "report_findings",
    Column("id", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("captures", JSON, nullable=False),  # record_ids: the proof
    Column("share", Float),  # of copied text: how much of the prose stands in the other's
    Column("sentences", JSON),
    Index("report_findings_by_id", "id", "agency", "year"),
    key=(Column("place", Integer, primary_key=True, autoincrement=False),),
)

OF_NAME = (reports, versions, manifestations, withdrawals, report_captures, yearly_identities, report_findings)
