"""Whose report of which year a capture is: what it says itself or, where it does not, what its twin says.

A file without a title of its own, or one whose agency only the portal's row in the catalogue gives, is a manifestation
of the report that it repeats: the same body, or nearly the same prose with the same numbers, of an agency that a page
names itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select

from pipelines.store.batches import mark, split_keys
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


def settle_bodies(connection: Connection, digests: Sequence[str]) -> None:
    """Mark the captures of bodies: one of them has come or gone."""
    query = select(documents.c.record_id).where(documents.c.body_digest.in_(digests), documents.c.kind == "report")
    mark(connection, (("capture", record_id) for record_id in connection.scalars(query)))


def settle_captures(connection: Connection, record_ids: Sequence[str]) -> None:
    """Write whose captures are, and mark the names that they leave, join or are alike to."""
    own = belongings.c.record_id.in_(record_ids)
    before = {row["record_id"]: dict(row) for row in connection.execute(select(belongings).where(own)).mappings()}
    claims = list(_read_claims(connection, select(documents).where(documents.c.record_id.in_(record_ids))))
    after = {claim.record_id: found for claim in claims if (found := _find_belonging(connection, claim))}
    changed = {key for key in record_ids if before.get(key) != after.get(key)}
    if changed:
        connection.execute(delete(belongings).where(belongings.c.record_id.in_(sorted(changed))))
        connection.execute(delete(report_captures).where(report_captures.c.record_id.in_(sorted(changed))))
        new = [after[key] for key in sorted(changed) if key in after]
        if new:
            connection.execute(insert(belongings), new)
    _mark_alike(
        connection, {claim.text_id for claim in claims if claim.record_id in changed and claim.text_id is not None}
    )
    mark(connection, (("name", row["name"]) for row in (*before.values(), *after.values())))


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


def _mark_alike(connection: Connection, text_ids: Iterable[int]) -> None:
    """The names whose reports are like these: what is said of their text names whose these are."""
    for some in split_keys(sorted(read_alike(connection, sorted(text_ids)))):
        query = select(belongings.c.name).distinct().join(documents, documents.c.record_id == belongings.c.record_id)
        mark(connection, (("name", name) for name in connection.scalars(query.where(documents.c.text_id.in_(some)))))
