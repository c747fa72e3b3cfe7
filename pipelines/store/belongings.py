"""Whose report of which year a capture is: what it says itself or, where it does not, what its twin says.

A file without a title of its own, or one whose agency only the portal's row in the catalogue gives, is a manifestation
of the report that it repeats: the same body, or nearly the same prose with the same numbers, of an agency that a page
names itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select

from pipelines.store.batches import mark
from pipelines.store.captures import make_moment, read_facts
from pipelines.store.facts import is_same_table
from pipelines.store.likenesses import read_alike
from pipelines.store.settled import belongings, likenesses, report_captures
from pipelines.store.tables import documents

_TWIN = 0.8  # Jaccard of two prints of one report


@dataclass(frozen=True, slots=True)
class Claim:
    """What one capture says of itself; ``is_named`` where its page, and not the catalogue, gives the agency."""

    record_id: str
    captured_at: str
    name: str | None
    year: int | None
    is_named: bool
    body_digest: str | None
    text_id: int | None

    @property
    def is_whole(self) -> bool:
        """Whether others may belong to it."""
        return self.is_named and self.name is not None and self.year is not None


def settle_body(connection: Connection, body_digest: str) -> None:
    """Mark the captures of a body: one of them has come or gone."""
    rows = connection.execute(
        select(documents.c.record_id).where(documents.c.body_digest == body_digest, documents.c.kind == "report")
    )
    mark(connection, (("capture", record_id) for (record_id,) in rows))


def settle_capture(connection: Connection, record_id: str) -> None:
    """Write whose a capture is, and mark the names that it leaves, joins or is alike to."""
    own = belongings.c.record_id == record_id
    before = connection.execute(select(belongings).where(own)).mappings().one_or_none()
    claim = next(_read_claims(connection, select(documents).where(documents.c.record_id == record_id)), None)
    after = _find_belonging(connection, claim) if claim else None
    if before is None or after is None or dict(before) != after:
        connection.execute(delete(belongings).where(own))
        connection.execute(delete(report_captures).where(report_captures.c.record_id == record_id))
        if after is not None:
            connection.execute(insert(belongings), [after])
        _mark_alike(connection, claim)
    names = {row["name"] for row in (before, after) if row is not None}
    mark(connection, (("name", name) for name in names))


def _find_belonging(connection: Connection, claim: Claim) -> dict[str, Any] | None:
    twin = None if claim.is_whole else _find_twin(connection, claim)
    name, year = (twin.name, twin.year) if twin else (claim.name, claim.year)
    if name is None or year is None:
        return None
    return {"record_id": claim.record_id, "name": name, "year": year, "twin": twin.record_id if twin else None}


def _find_twin(connection: Connection, claim: Claim) -> Claim | None:
    """The capture that a capture without a name of its own repeats: the most alike, of equals the earliest."""
    likeness = _read_likeness(connection, claim)
    found = []
    for other in _read_claims(connection, _select_alike(claim, likeness)):
        if other.is_whole and claim.year in (None, other.year) and _is_twin(connection, claim, other):
            jaccard = 1.0 if other.body_digest == claim.body_digest else likeness[other.text_id or 0]
            found.append((-jaccard, other.name != claim.name, make_moment(other.captured_at, other.record_id), other))
    return min(found, key=lambda one: one[:3])[3] if found else None


def _is_twin(connection: Connection, claim: Claim, other: Claim) -> bool:
    """Whether two captures print one report; where numbers say nothing, a page keeps the agency of the catalogue."""
    if other.body_digest == claim.body_digest and claim.name is None:
        return True
    facts = read_facts(connection, (claim.record_id, other.record_id))
    return is_same_table(facts.get(claim.record_id, {}), facts.get(other.record_id, {}))


def _read_likeness(connection: Connection, claim: Claim) -> dict[int, float]:
    if claim.text_id is None:
        return {}
    query = select(likenesses.c.other_id, likenesses.c.jaccard).where(likenesses.c.text_id == claim.text_id)
    rows = connection.execute(query.where(likenesses.c.jaccard >= _TWIN))
    return {claim.text_id: 1.0, **{row.other_id: row.jaccard for row in rows}}


def _select_alike(claim: Claim, likeness: Mapping[int, float]) -> Select[Any]:
    same: list[ColumnElement[bool]] = [documents.c.text_id.in_(sorted(likeness))]
    if claim.body_digest is not None:
        same.append(documents.c.body_digest == claim.body_digest)
    return select(documents).where(or_(*same), documents.c.record_id != claim.record_id)


def _read_claims(connection: Connection, query: Select[Any]) -> Iterator[Claim]:
    columns = documents.c
    wanted = (columns.record_id, columns.captured_at, columns.name, columns.year, columns.body_digest, columns.text_id)
    narrow = query.with_only_columns(*wanted, columns["from"].label("origins")).where(columns.kind == "report")
    for row in connection.execute(narrow).mappings():
        values = dict(row)
        origins = values.pop("origins") or {}
        yield Claim(**values, is_named=values["name"] is not None and origins.get("agency") != "context")


def _mark_alike(connection: Connection, claim: Claim | None) -> None:
    """The names whose reports are like this one: what is said of their text names this capture."""
    if claim is None or claim.text_id is None:
        return
    alike = {claim.text_id, *read_alike(connection, claim.text_id)}
    query = select(belongings.c.name).distinct().join(documents, documents.c.record_id == belongings.c.record_id)
    names = connection.scalars(query.where(documents.c.text_id.in_(sorted(alike))))
    mark(connection, (("name", name) for name in names))
