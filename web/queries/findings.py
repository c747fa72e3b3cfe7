"""The list of findings: what fits some filters, how many of each kind, a page of them, all of them one by one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select, tuple_

from pipelines.store.batches import split_keys
from pipelines.store.listing import IN_ORDER, KINDS, OF_CAPTURE, SEVERITIES, listed_findings, make_rank, read_severity
from pipelines.store.settled import report_captures, report_findings, reports, yearly_identities
from pipelines.store.stamps import find_stamp
from pipelines.store.tables import cells, documents, findings, identities
from web.queries.filters import Addressed

_TOGETHER = 500  # findings of one step of a whole list
_FEW = 200  # agencies

BROKEN = "broken-identity"
_PLAIN = ("agency", "year", "level", "region", "form", "id", "text", "record_id")

Key = tuple[str, int]  # agency and year
Ranks = Sequence[tuple[int, str, int]]  # rank, kind, findings

_MOST_COUNTED = 256  # filters
_counted: dict[tuple[str, str, "Filters"], Ranks] = {}


@dataclass(frozen=True, slots=True)
class Filters(Addressed):
    """What the reader asks for; empty is everything. ``province``: two digits; ``words``: in an agency's name."""

    kind: str = ""
    severity: str = ""
    province: str = ""
    level: str = ""
    form: str = ""
    year: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture that proves a finding, and whose report it shows, where it shows one."""

    record_id: str
    captured_at: str
    report: Key | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One finding. ``record_id``: the capture that shows the report best; ``pairs``: cells with their captures.

    ``check``: of a sum that does not hold within a report, the identity; ``values``: its operands as read.
    """

    agency: str
    year: int
    level: str | None
    region: str | None
    form: str | None
    id: str
    severity: str
    text: str
    record_id: str
    pairs: Sequence[tuple[str, str]]
    captures: Sequence[Capture] = ()
    share: float | None = None
    sentences: Sequence[str] = ()
    check: Mapping[str, Any] | None = None
    values: Sequence[Mapping[str, Any]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings there are: by kind, whatever kind is asked for, and of what is asked for by severity."""

    kinds: Mapping[str, int]
    severities: Counter[str]

    @property
    def total(self) -> int:
        """All that fit."""
        return self.severities.total()


def count_findings(connection: Connection, filters: Filters) -> Counts:
    """How many fit, of each kind and severity; a rank is of one kind, but for kinds that are not known."""
    kinds: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    for rank, kind, count in _count_ranks(connection, replace(filters, kind="")):
        is_asked = filters.kind in ("", kind)
        kinds[kind] += count
        severities[read_severity(rank)] += count if is_asked else 0
    return Counts(dict(kinds), severities)


def _count_ranks(connection: Connection, filters: Filters) -> Ranks:
    """One look along the index of the list; who turns its pages has it from before, while nobody writes."""
    stamp = find_stamp(connection)
    key = (str(connection.engine.url), stamp or "", filters)
    if key in _counted:
        return _counted[key]
    columns = listed_findings.c
    query = select(columns.rank, func.min(columns.id), func.count()).group_by(columns.rank).order_by(columns.rank)
    rows = connection.execute(query.where(*_find_conditions(connection, filters))).all()
    found = [(rank, kind, count) for rank, kind, count in rows]
    if stamp is not None:
        if len(_counted) >= _MOST_COUNTED:
            _counted.clear()
        _counted[key] = found
    return found


def read_findings(connection: Connection, filters: Filters, start: int, count: int) -> list[Listed]:
    """A page of the list, with all that its sentences and proofs need."""
    wanted = _select_keys(connection, filters).order_by(*IN_ORDER).offset(start).limit(count)
    return _complete(connection, wanted)


def iterate_findings(connection: Connection, filters: Filters) -> Iterator[Listed]:
    """All that fit, in order, a few hundred in memory at a time; each step begins where the last one ended."""
    columns = listed_findings.c
    every = _select_keys(connection, filters)
    groups = every.with_only_columns(columns.rank, columns.year).distinct()
    key = tuple_(columns.agency, columns.origin, columns.place)
    for rank, year in connection.execute(groups.order_by(columns.rank, columns.year.desc())).all():
        group = every.where(columns.rank == rank, columns.year == year).order_by(*IN_ORDER).limit(_TOGETHER)
        query = group
        while keys := connection.execute(query).all():
            yield from _complete(connection, query, with_sums=False)
            last = keys[-1]
            query = group.where(key > tuple_(last.agency, last.origin, last.place))


def read_years(connection: Connection) -> list[int]:
    """The years of reports, latest first."""
    first, last = connection.execute(select(func.min(reports.c.year), func.max(reports.c.year))).one()
    return [] if first is None else list(range(last, first - 1, -1))


def count_reports(connection: Connection) -> int:
    """How many reports the store has."""
    return connection.scalar(select(func.count()).select_from(reports)) or 0


def _select_keys(connection: Connection, filters: Filters) -> Select[Any]:
    """What fits, by columns that stand in the index of the list."""
    columns = listed_findings.c
    keys = (columns.rank, columns.year, columns.agency, columns.origin, columns.place)
    return select(*keys, columns.id, columns.level, columns.form).where(*_find_conditions(connection, filters))


def _find_conditions(connection: Connection, filters: Filters) -> Iterator[ColumnElement[bool]]:
    columns = listed_findings.c
    if filters.kind:
        yield columns.rank.in_([make_rank(severity, filters.kind) for severity in SEVERITIES])
        yield columns.id == filters.kind
    for name, column in (("province", columns.province), ("level", columns.level), ("form", columns.form)):
        if value := getattr(filters, name):
            yield column == value
    if filters.severity:
        least = make_rank(filters.severity, KINDS[0]) if filters.severity in SEVERITIES else -100
        yield columns.rank.between(least, least + 99)
    if filters.year:
        yield columns.year == (int(filters.year) if filters.year.isdecimal() and len(filters.year) == 4 else 0)
    if filters.words:
        yield _find_agencies(connection, filters.words)


def _find_agencies(connection: Connection, words: str) -> ColumnElement[bool]:
    """The agencies whose names hold some words: themselves where they are few, else their names are looked at."""
    agency = reports.c.agency
    query = select(agency).distinct().where(agency.contains(words, autoescape=True)).limit(_FEW + 1)
    found = connection.scalars(query).all()
    columns = listed_findings.c
    return columns.agency.in_(found) if len(found) <= _FEW else columns.agency.contains(words, autoescape=True)


def _complete(connection: Connection, wanted: Select[Any], *, with_sums: bool = True) -> list[Listed]:
    """The findings with all that their sentences and proofs need: a few questions for all of them together."""
    rows = connection.execute(_join_texts(wanted)).all()
    captures = _read_captures(connection, {each for row in rows for each in row.captures or ()})
    sums = [row for row in rows if row.id == BROKEN]
    own = [row for row in sums if row.origin == OF_CAPTURE and with_sums]
    checks = _read_checks(connection, {row.capture for row in own})
    yearly = _read_yearly(connection, {(row.agency, row.year) for row in sums if row.origin != OF_CAPTURE})
    values = _read_values(connection, own)
    found = []
    for row in rows:
        identity = row.text.partition(":")[0] if row.id == BROKEN else ""
        check = checks.get((row.capture, identity)) if row.origin == OF_CAPTURE else None
        found.append(
            Listed(
                **{name: row._mapping[name] for name in _PLAIN},
                severity=read_severity(row.rank),
                pairs=yearly.get((row.agency, row.year, identity), _pair_cells(row)),
                captures=[captures[each] for each in row.captures or () if each in captures],
                share=row.share,
                sentences=row.sentences or (),
                check={**check, "cells": row.own_cells} if check else None,
                values=[values[row.capture, cell] for cell in row.own_cells if (row.capture, cell) in values]
                if check
                else (),
            )
        )
    return found


def _join_texts(wanted: Select[Any]) -> Select[Any]:
    """A page of the list with the rows that it is a list of."""
    page = wanted.subquery("page")
    own, joint, of = findings.c, report_findings.c, page.c
    is_own = (of.origin == OF_CAPTURE) & (own.capture == reports.c.capture) & (own.place == of.place)
    is_joint = (of.origin != OF_CAPTURE) & (joint.agency == of.agency) & (joint.year == of.year)
    return (
        select(
            *page.c,
            reports.c.region,
            reports.c.capture,
            reports.c.record_id,
            case((of.origin == OF_CAPTURE, own.text), else_=joint.text).label("text"),
            own.cells.label("own_cells"),
            joint.cells.label("joint_cells"),
            joint.captures,
            joint.share,
            joint.sentences,
        )
        .join(reports, (reports.c.agency == of.agency) & (reports.c.year == of.year))
        .outerjoin(findings, is_own)
        .outerjoin(report_findings, is_joint & (joint.place == of.place))
        .order_by(of.rank, of.year.desc(), of.agency, of.origin, of.place)
    )


def _pair_cells(row: Row[Any]) -> list[tuple[str, str]]:
    """A finding's cells, each with the capture that it was read from: of several the latest one."""
    record_id = row.captures[-1] if row.captures else row.record_id
    return [(record_id, cell) for cell in row.own_cells or row.joint_cells or ()]


def _read_captures(connection: Connection, record_ids: set[str]) -> dict[str, Capture]:
    columns, of = documents.c, report_captures.c
    query = select(columns.record_id, columns.captured_at, of.agency, of.year)
    query = query.outerjoin(report_captures, of.record_id == columns.record_id)
    found = {}
    for some in split_keys(sorted(record_ids)):
        for row in connection.execute(query.where(columns.record_id.in_(some))):
            report = (row.agency, row.year) if row.agency else None
            found[row.record_id] = Capture(row.record_id, row.captured_at, report)
    return found


def _read_checks(connection: Connection, captures: set[int]) -> dict[tuple[int, str], Mapping[str, Any]]:
    """The identities of captures that do not hold, by capture and identity."""
    columns = identities.c
    wanted = (columns.capture, columns.id, columns.standing, columns.result, columns.left, columns.right)
    found: dict[tuple[int, str], Mapping[str, Any]] = {}
    for some in split_keys(sorted(captures)):
        query = select(*wanted).where(columns.result == "broken", columns.capture.in_(some))
        found |= {(row["capture"], row["id"]): dict(row) for row in connection.execute(query).mappings()}
    return found


def _read_yearly(connection: Connection, keys: set[Key]) -> dict[tuple[str, int, str], list[tuple[str, str]]]:
    """The cells of identities between two years that do not hold, each with its capture."""
    columns = yearly_identities.c
    found = {}
    for some in split_keys(sorted(keys)):
        query = select(columns.agency, columns.year, columns.id, columns.cells).where(
            columns.result == "broken",
            columns.agency.in_(sorted({agency for agency, _ in some})),
            columns.year.in_(sorted({year for _, year in some})),
        )
        for row in connection.execute(query):
            found[row.agency, row.year, row.id] = [(record, cell) for record, cell in row.cells]
    return found


def _read_values(connection: Connection, sums: Sequence[Row[Any]]) -> dict[tuple[int, str], Mapping[str, Any]]:
    """The operands of sums, as they were read."""
    columns = cells.c
    wanted = {cell for row in sums for cell in row.own_cells or ()}
    found: dict[tuple[int, str], Mapping[str, Any]] = {}
    for some in split_keys(sorted({row.capture for row in sums})):
        query = select(columns.capture, columns.id, columns.raw, columns.value, columns.state)
        query = query.where(columns.capture.in_(some), columns.id.in_(sorted(wanted)))
        found |= {(row["capture"], row["id"]): dict(row) for row in connection.execute(query).mappings()}
    return found
