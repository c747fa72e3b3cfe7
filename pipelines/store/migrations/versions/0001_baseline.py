"""The tables as they were when migrations began."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

Column = sa.Column[Any]

# The names of columns of one kind, in their order.
_OUTCOMES = "new carried_in handled carried_out granted partial denied unable rejected other"
_REASONS = (
    "denied_secret denied_law denied_safety denied_third_party denied_internal denied_process denied_enforcement "
    "denied_query unable_not_held unable_create unable_unclear rejected_petition rejected_repeat rejected_publication "
    "rejected_excessive rejected_confirm"
)
_DISPUTES = (
    "review_upheld review_corrected review_other litigation_upheld litigation_corrected litigation_other"  # decided
)
_WHOLES = "received carried_in handled carried_out outcomes reasons review litigation"
_LINKED = sa.text("agency IS NOT NULL AND year IS NOT NULL AND portal IS NOT NULL AND anchor IS NOT NULL")
_GRAMS = {
    "sqlite": ("CREATE VIRTUAL TABLE grams_of_texts USING fts5(grams, content='', columnsize=0, tokenize='ascii')",),
    "postgresql": (
        "CREATE TABLE grams_of_texts (id bigint PRIMARY KEY, grams tsvector NOT NULL)",
        "CREATE INDEX grams_of_texts_index ON grams_of_texts USING gin (grams)",
    ),
}
_TABLES = (
    "documents contents cells sections extra_rows unmapped stated identities findings sightings texts bands unsettled "
    "likenesses belongings reports versions manifestations withdrawals report_captures yearly_identities "
    "report_findings listed_findings figures totals searchable grams_of_texts"
)


def upgrade() -> None:
    """Make all tables."""
    _make_documents()
    _make_parts()
    _make_sightings_and_texts()
    _make_reports()
    _make_what_reports_say()
    _make_figures()
    for statement in _GRAMS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: what they held is in the archive."""
    for table in reversed(_TABLES.split()):
        op.drop_table(table)


def _strings(names: str, *, is_given: bool = False) -> Iterator[Column]:
    return (sa.Column(name, sa.String, nullable=not is_given) for name in names.split())


def _texts(names: str, *, is_given: bool = False) -> Iterator[Column]:
    return (sa.Column(name, sa.Text, nullable=not is_given) for name in names.split())


def _numbers(names: str) -> Iterator[Column]:
    return (sa.Column(name, sa.Float) for name in names.split())


def _given(name: str, kind: type[TypeEngine[Any]]) -> Column:
    return sa.Column(name, kind, nullable=False)


def _make_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("capture", sa.BigInteger, nullable=False, unique=True),
        *_texts("url", is_given=True),
        *_strings("captured_at warc", is_given=True),
        _given("offset", sa.BigInteger),
        *_strings("payload_digest run portal"),
        *_texts("via anchor"),
        *_strings("parser kind", is_given=True),
        *_strings("rejected media_type charset"),
        *_texts("title"),
        *_strings("agency level region"),
        sa.Column("year", sa.Integer),
        *_strings("form form_expected published"),
        *_texts("source"),
        *_strings("index_number"),
        sa.Column("from", sa.JSON),
        *_strings("body_digest"),
        *_strings("fingerprint", is_given=True),
        *_strings("name"),
        sa.Column("text_id", sa.BigInteger),
        sa.Index("documents_by_name", "name", "year"),
        sa.Index("documents_by_text", "text_id"),
        sa.Index("documents_by_agency", "agency", "year"),
        sa.Index("documents_by_portal", "portal"),
        sa.Index("documents_linked", "kind", "year", postgresql_where=_LINKED, sqlite_where=_LINKED),
        sa.Index("documents_by_url", "url", "captured_at"),
        sa.Index("documents_by_body", "body_digest"),
    )
    json = (sa.Column(name, sa.JSON) for name in ("blocks", "attachments", "dropped"))
    op.create_table("contents", _capture(), *json)


def _capture() -> Column:
    parent = sa.ForeignKey("documents.capture", ondelete="CASCADE")
    return sa.Column("capture", sa.BigInteger, parent, primary_key=True, autoincrement=False)


def _make_part(name: str, *columns: SchemaItem, is_short: bool = True) -> None:
    place = sa.Column("place", sa.Integer, primary_key=True, autoincrement=False)
    op.create_table(name, _capture(), place, *columns, sqlite_with_rowid=not is_short)


def _make_parts() -> None:
    string, words, json = sa.String, sa.Text, sa.JSON
    _make_part(
        "cells",
        *(_given("id", string), _given("raw", words), *_numbers("value"), _given("state", string), *_strings("unit")),
        *(sa.Column("parts", json), *_texts("note"), _given("path", words)),
        sa.Index("cells_by_id", "id", "capture", "value"),
    )
    _make_part("sections", *_strings("number"), *_texts("heading text", is_given=True), is_short=False)
    _make_part(
        "extra_rows", _given("table", string), _given("label", words), _given("values", json), _given("path", words)
    )
    _make_part("unmapped", *_texts("path tried", is_given=True))
    _make_part("stated", _given("id", string), _given("value", sa.Float), *_texts("sentence path", is_given=True))
    _make_part(
        "identities",
        *(*_strings("id standing result", is_given=True), *_numbers("left right"), _given("cells", json)),
        sa.Index("identities_by_result", "result", "capture"),
    )
    _make_part(
        "findings",
        *(*_strings("id severity", is_given=True), _given("text", words), _given("cells", json), *_texts("path")),
        sa.Index("findings_by_id", "id"),
    )


def _make_sightings_and_texts() -> None:
    op.create_table(
        "sightings",
        sa.Column("record_id", sa.String, primary_key=True),
        *_texts("url", is_given=True),
        *_strings("captured_at warc", is_given=True),
        *(_given("offset", sa.BigInteger), _given("status", sa.Integer), _given("verdict", sa.String)),
        *_strings("run portal"),
        sa.Index("sightings_by_url", "url", "captured_at"),
        sa.Index("sightings_by_portal", "portal"),
    )
    op.create_table("texts", _key("id"), _given("prose", sa.Text), _given("signature", sa.LargeBinary))
    op.create_table("bands", _key("key"), _key("text_id"), sqlite_with_rowid=False)
    op.create_table(
        "unsettled", sa.Column("kind", sa.String, primary_key=True), sa.Column("key", sa.Text, primary_key=True)
    )
    op.create_table(
        "likenesses",
        *(_key("text_id"), _key("other_id"), _given("jaccard", sa.Float)),
        sa.Index("likenesses_by_other", "other_id"),
        sqlite_with_rowid=False,
    )
    op.create_table("searchable", _key("id"), sa.Column("capture", sa.BigInteger, nullable=False, unique=True))


def _key(name: str) -> Column:
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def _year() -> Column:
    return sa.Column("year", sa.Integer, primary_key=True, autoincrement=False)


def _make_of_report(table: str, *columns: SchemaItem, key: tuple[Column, ...] = ()) -> None:
    agency = sa.Column("agency", sa.String, primary_key=True)
    op.create_table(table, agency, _year(), *key, _name(), *columns)


def _name() -> Column:
    return sa.Column("name", sa.String, nullable=False, index=True)


def _make_reports() -> None:
    op.create_table(
        "belongings",
        sa.Column("record_id", sa.String, primary_key=True),
        *(_given("name", sa.String), _given("year", sa.Integer), *_strings("twin")),
        sa.Index("belongings_by_name", "name"),
    )
    _make_of_report(
        "reports",
        *(*_texts("title"), *_strings("level region form published")),
        *(*_strings("first_seen last_seen state", is_given=True), *_strings("withdrawn_at")),
        *(_given("versions", sa.Integer), _given("addresses", sa.Integer), _given("record_id", sa.String)),
        *(_given("capture", sa.BigInteger), _given("url", sa.Text), _given("broken", sa.Integer)),
        sa.Index("reports_by_region", "region", "year"),
        sa.Index("reports_by_capture", "capture"),
        sa.Index("reports_by_form", "form", "agency", "year"),
        sa.Index("reports_in_brief", "agency", "year", "withdrawn_at", "broken", "form"),
    )
    _make_of_report(
        "versions",
        *(*_strings("since last_seen", is_given=True), *_strings("published change")),
        *(_given("captures", sa.Integer), _given("record_id", sa.String)),
        key=(sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),),
    )
    _make_of_report(
        "manifestations",
        *(_given("host", sa.String), *_strings("media_type"), *_strings("role first_seen last_seen", is_given=True)),
        *(_given("captures", sa.Integer), *_strings("state record_id", is_given=True)),
        key=(sa.Column("url", sa.Text, primary_key=True),),
    )
    _make_of_report(
        "withdrawals",
        *(*_strings("reason seen_before record_id", is_given=True), *_strings("returned_at")),
        key=(sa.Column("url", sa.Text, primary_key=True), sa.Column("since", sa.String, primary_key=True)),
    )


def _make_what_reports_say() -> None:
    op.create_table(
        "report_captures",
        sa.Column("record_id", sa.String, primary_key=True),
        *(_name(), _given("agency", sa.String), _given("year", sa.Integer), _given("version", sa.Integer)),
        *_strings("portal"),
        sa.Index("report_captures_by_report", "agency", "year", "version"),
        sa.Index("report_captures_by_portal", "agency", "portal"),
    )
    _make_of_report(
        "yearly_identities",
        *(*_strings("standing result", is_given=True), *_numbers("left right"), _given("cells", sa.JSON)),
        *_strings("reason"),
        key=(sa.Column("id", sa.String, primary_key=True),),
    )
    _make_of_report(
        "report_findings",
        *(*_strings("id severity", is_given=True), _given("text", sa.Text), _given("cells", sa.JSON)),
        *(_given("captures", sa.JSON), *_numbers("share"), sa.Column("sentences", sa.JSON)),
        sa.Index("report_findings_by_id", "id", "agency", "year"),
        key=(sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),),
    )
    _make_listed_findings()


def _make_listed_findings() -> None:
    keys = (sa.Column(name, sa.Integer, primary_key=True, autoincrement=False) for name in ("year", "origin", "place"))
    op.create_table(
        "listed_findings",
        sa.Column("agency", sa.String, primary_key=True),
        *keys,
        *(_name(), _given("rank", sa.Integer), _given("id", sa.String), _given("capture", sa.BigInteger)),
        *_strings("level province form"),
        sqlite_with_rowid=False,
    )
    order = ("rank", sa.text("year DESC"), "agency", "origin", "place", "id", "level", "province", "form")
    op.create_index("listed_findings_in_order", "listed_findings", order)


def _make_figures() -> None:
    figures = " ".join((_OUTCOMES, _REASONS, _DISPUTES))
    op.create_table(
        "figures",
        *(sa.Column("agency", sa.String, primary_key=True), _year(), _name()),
        *_strings("level province region organ form captured_at record_id", is_given=True),
        *(_given("broken", sa.Integer), *_numbers(figures)),
        sa.Index("figures_by_place", "level", "province", "year"),
        sa.Index("figures_by_region", "region", "year"),
        sa.Index("figures_by_year", "year", "level", "organ"),
    )
    op.create_table(
        "totals",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("level", "province", "organ")),
        *(_year(), sa.Column("form", sa.String, primary_key=True)),
        *(_given("reports", sa.BigInteger), _given("broken", sa.BigInteger), _given("captured_at", sa.String)),
        *(_given(f"known_{whole}", sa.BigInteger) for whole in _WHOLES.split()),
        *_numbers(figures),
    )
