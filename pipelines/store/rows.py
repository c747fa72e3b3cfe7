"""Rows: a report, its versions, addresses, identities and findings as the tables of ``settled`` take them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from pipelines.store import settled
from pipelines.store.addresses import Address, Withdrawal, find_withdrawn
from pipelines.store.findings import Found
from pipelines.store.keys import make_key
from pipelines.store.rolling import Rolled
from pipelines.store.units import Unit
from pipelines.store.versions import Evidence, Version, find_best

Row = dict[str, Any]
Rows = dict[Table, list[Row]]


def make_rows(
    unit: Unit, checks: Sequence[Rolled], found: Sequence[Found], evidence: Evidence, broken: Mapping[str, int]
) -> Rows:
    """Everything that is said of one report, by table; ``broken``: how many identities are, by record."""
    key = {"agency": unit.agency, "year": unit.year, "name": unit.name}
    withdrawals = [_name_fields(item) for address in unit.addresses for item in address.withdrawals]
    places = [
        {"record_id": seen.record_id, "version": version.number, "portal": seen.portal}
        for version in unit.versions
        for seen in version.captures
    ]
    rows: Rows = {
        settled.reports: [_report_row(unit, broken.get(unit.best.record_id, 0))],
        settled.versions: [_version_row(version, evidence) for version in unit.versions],
        settled.manifestations: [_address_row(address) for address in unit.addresses],
        settled.withdrawals: withdrawals,
        settled.report_captures: places,
        settled.yearly_identities: [_name_fields(check) for check in checks],
        settled.report_findings: [{"place": place, **_name_fields(item)} for place, item in enumerate(found)],
    }
    return {table: [{**key, **row} for row in some] for table, some in rows.items()}


def _report_row(unit: Unit, broken: int) -> Row:
    withdrawn_at = find_withdrawn(unit.addresses)
    best = unit.best
    return {
        "title": best.title,
        "level": best.level,
        "region": best.region,
        "form": best.form,
        "published": min((seen.published for seen in unit.captures if seen.published), default=None),
        "first_seen": unit.captures[0].captured_at,
        "last_seen": max(
            (address.last_seen for address in unit.addresses), key=lambda moment: moment.removesuffix("Z")
        ),
        "state": "withdrawn" if withdrawn_at else "published",
        "withdrawn_at": withdrawn_at,
        "versions": len(unit.versions),
        "addresses": len(unit.addresses),
        "record_id": best.record_id,
        "capture": make_key(best.record_id),
        "url": best.url,
        "broken": broken,
    }


def _version_row(version: Version, evidence: Evidence) -> Row:
    dates = [seen.published for seen in version.captures if seen.published]
    return {
        "number": version.number,
        "since": version.first.captured_at,
        "last_seen": version.captures[-1].captured_at,
        "published": min(dates, default=None),
        "change": version.change,
        "captures": len(version.captures),
        "record_id": find_best(version, evidence).record_id,
    }


def _address_row(address: Address) -> Row:
    return {
        "url": address.url,
        "host": address.host,
        "media_type": address.media_type,
        "role": address.role,
        "first_seen": address.captures[0].captured_at,
        "last_seen": address.last_seen,
        "captures": len(address.captures),
        "state": address.state,
        "record_id": address.captures[-1].record_id,
    }


def _name_fields(item: Withdrawal | Rolled | Found) -> Row:
    """The fields of what has no others inside; ``dataclasses.asdict`` would copy every list of them."""
    return {name: getattr(item, name) for name in item.__slots__}
