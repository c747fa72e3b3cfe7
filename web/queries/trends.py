"""Figures over years: of agencies one by one, or of all reports of a level, a place and a kind of organ together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from pipelines.store.comparable import KNOWN, figures, totals
from pipelines.store.figures import load_figures, load_wholes
from pipelines.store.settled import reports
from pipelines.store.totals import make_sums

MOST_AGENCIES = 12
MOST_FOUND = 30
ORGANS = ("place", "department")
REGIONS = Path(__file__).parents[2] / "pipelines" / "clean" / "regions.yaml"

Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figures: agencies side by side or, without any, all reports that fit.

    ``place``: the first two, four or six digits of a code of GB/T 2260; empty is everything.
    """

    agencies: tuple[str, ...] = ()
    level: str = ""
    place: str = ""
    organ: str = ""

    def as_query(self) -> dict[str, Any]:
        """What is set, as it stands in the address."""
        if self.agencies:
            return {"agency": list(self.agencies)}
        found = {"level": self.level, "place": self.place, "organ": self.organ}
        return {name: value for name, value in found.items() if value}

    def as_items(self) -> list[tuple[str, str]]:
        """The same as pairs, an agency each."""
        found = self.as_query().items()
        return [(key, each) for key, value in found for each in (value if isinstance(value, list) else [value])]

    def alone(self, agency: str) -> "Subject":
        """One agency."""
        return Subject((agency,))

    def plus(self, agency: str) -> "Subject":
        """The same with one more agency beside them."""
        return Subject((*self.agencies, agency))

    def minus(self, agency: str) -> "Subject":
        """The same without an agency."""
        return Subject(tuple(each for each in self.agencies if each != agency))


@dataclass(frozen=True, slots=True)
class Year:
    """The figures of a year. Of one report as it gives them; of several the sums over those that give a whole.

    ``known``: how many reports give all parts, by whole. ``forms``: the most frequent first.
    """

    year: int
    forms: tuple[str, ...]
    reports: int
    broken: int  # reports of which sums do not hold
    captured_at: str  # of the latest capture
    known: Mapping[str, int]
    values: Values
    record_id: str | None  # of one report


@dataclass(frozen=True, slots=True)
class Series:
    """One agency, or one set (``agency`` is ``None``); years without a report are not there."""

    agency: str | None
    years: Mapping[int, Year]

    @property
    def reports(self) -> int:
        """How many reports it is made of."""
        return sum(year.reports for year in self.years.values())


@dataclass(frozen=True, slots=True)
class Peers:
    """The other reports of a year, of agencies of the same level and kind: a list of values for each measure.

    ``counts``: of the agency's own shares, what each is a share of: part and whole. ``captured_at``: of the latest.
    """

    year: int
    level: str
    organ: str
    own: Values
    others: Mapping[str, Sequence[float]]
    counts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    reports: int = 0
    captured_at: str = ""


def read_series(connection: Connection, subject: Subject) -> list[Series]:
    """A series for each agency in the order asked for, or one of the set. One that nothing is known of is empty."""
    if not subject.agencies:
        return [Series(None, _read_set(connection, subject))]
    query = select(figures).where(figures.c.agency.in_(subject.agencies)).order_by(figures.c.agency, figures.c.year)
    rows = connection.execute(query).mappings()
    by_agency = {
        agency: {row["year"]: _make_year(row) for row in group}
        for agency, group in groupby(rows, key=lambda row: str(row["agency"]))
    }
    return [Series(agency, by_agency.get(agency, {})) for agency in subject.agencies]


def read_peers(connection: Connection, agency: str, year: int) -> Peers | None:
    """Where an agency stands in a year; ``None`` where it has no report of it."""
    columns = figures.c
    shares = _make_shares()
    measures = [columns.new.label("new"), *((part / whole).label(name) for name, (part, whole) in shares.items())]
    operands = [each.label(f"{name}_{at}") for name, pair in shares.items() for at, each in enumerate(pair)]
    mine = select(columns.level, columns.organ, *measures, *operands)
    own = connection.execute(mine.where(columns.agency == agency, columns.year == year)).mappings().first()
    if own is None:
        return None
    alike = (columns.year == year, columns.level == own["level"], columns.organ == own["organ"])
    query = select(*measures, columns.captured_at).where(*alike, columns.agency != agency)
    rows = connection.execute(query).all()
    names = [measure.name for measure in measures]
    others = {name: [row[place] for row in rows if row[place] is not None] for place, name in enumerate(names)}
    return Peers(
        year=year,
        level=own["level"],
        organ=own["organ"],
        own={name: own[name] for name in names},
        others=others,
        counts={name: (own[f"{name}_0"], own[f"{name}_1"]) for name in shares if own[name] is not None},
        reports=len(rows),
        captured_at=max((row.captured_at for row in rows), default=""),
    )


def find_agencies(connection: Connection, words: str, subject: Subject) -> Sequence[str]:
    """Agencies whose names hold some words, of the level, place and organ that are asked for; by name."""
    columns = figures.c
    query = select(columns.agency).distinct().where(columns.agency.contains(words, autoescape=True))
    return connection.scalars(query.where(*_limit(subject)).order_by(columns.agency).limit(MOST_FOUND)).all()


def is_filled(connection: Connection) -> bool:
    """Whether the store keeps figures of its reports; those of before they were kept have none."""
    has_figures = connection.scalar(select(figures.c.year).limit(1)) is not None
    return has_figures or connection.scalar(select(reports.c.year).limit(1)) is None


@lru_cache(maxsize=1)
def load_cities() -> dict[str, str]:
    """Names by the first four digits of a code of GB/T 2260."""
    with REGIONS.open(encoding="utf-8") as file:
        return {code[:4]: name for code, name in yaml.safe_load(file)["prefectures"].items() if code}


def read_places(connection: Connection, province: str) -> tuple[list[str], list[str]]:
    """The provinces that reports are of, and the cities of one of them (four digits)."""
    provinces = sorted(connection.scalars(select(totals.c.province).distinct().where(totals.c.province != "")))
    city = func.substr(figures.c.region, 1, 4)
    query = select(city).distinct().where(*_within(province))
    cities = sorted(connection.scalars(query)) if province else []
    return provinces, [code for code in cities if not code.endswith("00") and len(code) == 4]


def _read_set(connection: Connection, subject: Subject) -> dict[int, Year]:
    """By totals where they are fine enough, else by the reports of a city or a county."""
    if len(subject.place) > 2:
        by = [figures.c.year, figures.c.form]
        query = select(*by, *make_sums()).where(*_limit(subject)).group_by(*by)
    else:
        columns = totals.c
        sums: list[ColumnElement[Any]] = [func.max(columns.captured_at).label("captured_at")]
        added = (column for column in columns if not column.primary_key and column.name != "captured_at")
        sums += [func.sum(column).label(column.name) for column in added]
        wanted = {"level": subject.level, "province": subject.place, "organ": subject.organ}
        limits = [columns[name] == value for name, value in wanted.items() if value]
        query = select(columns.year, columns.form, *sums).where(*limits).group_by(columns.year, columns.form)
    rows = connection.execute(query.order_by("year", "form")).mappings().all()
    return {year: _add_forms(year, list(group)) for year, group in groupby(rows, key=lambda row: int(row["year"]))}


def _limit(subject: Subject) -> Iterable[ColumnElement[bool]]:
    if subject.level:
        yield figures.c.level == subject.level
    if subject.organ:
        yield figures.c.organ == subject.organ
    yield from _within(subject.place)


def _within(place: str) -> Iterable[ColumnElement[bool]]:
    """Codes that begin so, as a range that an index finds."""
    if place:
        yield figures.c.region.between(place.ljust(6, "0"), place.ljust(6, "9"))


def _make_year(row: RowMapping) -> Year:
    values = {name: row[name] for name in load_figures()}
    known = {whole: int(all(values[part] is not None for part in parts)) for whole, parts in load_wholes().items()}
    broken = int(row["broken"] > 0)
    return Year(row["year"], (row["form"],), 1, broken, row["captured_at"], known, values, row["record_id"])


def _add_forms(year: int, rows: Sequence[RowMapping]) -> Year:
    forms = Counter({str(row["form"]): int(row["reports"]) for row in rows})
    known = {whole: sum(int(row[KNOWN.format(whole)]) for row in rows) for whole in load_wholes()}
    values = {name: _add([row[name] for row in rows]) for name in load_figures()}
    return Year(
        year=year,
        forms=tuple(form for form, _ in sorted(forms.items(), key=lambda pair: (-pair[1], pair[0]))),
        reports=sum(forms.values()),
        broken=sum(int(row["broken"]) for row in rows),
        captured_at=max(row["captured_at"] for row in rows),
        known=known,
        values=values,
        record_id=None,
    )


def _add(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) if found else None


def _make_shares() -> dict[str, tuple[ColumnElement[Any], ColumnElement[Any]]]:
    """What peers are compared by beside what they receive: part and whole; a share of nothing is none."""
    columns = figures.c
    first, *more = (columns[name] for name in load_wholes()["outcomes"])
    handled: ColumnElement[Any] = first
    for each in more:
        handled = handled + each
    return {
        "open": (columns.granted + columns.partial, func.nullif(handled, 0)),
        "review": _correct("review"),
        "litigation": _correct("litigation"),
    }


def _correct(kind: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    upheld, corrected, other = (figures.c[name] for name in load_wholes()[kind])
    return corrected, func.nullif(upheld + corrected + other, 0)
