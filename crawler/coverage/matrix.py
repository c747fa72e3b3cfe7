"""Agency × year: what is known of each report, beside what should be there."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from crawler.catalogue import Portal
from pipelines.store.deadlines import find_deadline
from pipelines.store.naming import fold_name

# Of two things known of a report the earlier one here is told.
STATES = ("parsed", "late", "withdrawn", "archived", "refused", "missing")
# Rejected for a reason that says nothing of a report: there is none at that address.
UNSAYING = ("soft-404", "redirect-stub")
Name = str  # of an agency, folded as in the store


class Cell(NamedTuple):
    """One report. ``detail``: by how much it is late, why it was not parsed, who refused it.

    There are a hundred thousand of them, and a tuple is made in a third of the time.
    """

    state: str
    detail: str | None = None
    url: str | None = None
    record_id: str | None = None  # of the capture that shows it
    broken: int = 0  # identities of that capture
    form: str | None = None  # that it is written on


@dataclass(frozen=True, slots=True)
class Agency:
    """Whose reports were found, on which portals of the catalogue."""

    name: str
    level: str | None = None
    region: str | None = None
    portals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a store or an archive says. ``refused``: portals of which lists did nothing but refuse, and how."""

    cells: Mapping[tuple[Name, int], Cell] = field(default_factory=dict)
    agencies: Mapping[Name, Agency] = field(default_factory=dict)
    crawled: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)

    def join(self, other: "Evidence") -> "Evidence":
        """Both together."""
        agencies = dict(self.agencies)
        for name, agency in other.agencies.items():
            known = agencies.get(name, agency)
            agencies[name] = replace(known, portals=known.portals | agency.portals)
        cells = choose_cells((*self.cells.items(), *other.cells.items()))
        return Evidence(cells, agencies, self.crawled | other.crawled, {**self.refused, **other.refused})


@dataclass(frozen=True, slots=True)
class Row:
    """One agency; years without a cell are not expected."""

    agency: str
    portal: str | None
    level: str | None
    region: str | None
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix. ``uncrawled``: portals of the catalogue that were chosen and never crawled, left out here.

    ``refused``: portals of no catalogue (``crawl portal -a home=``) that did nothing but refuse, and how.
    """

    years: tuple[int, ...]
    rows: tuple[Row, ...]
    uncrawled: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def totals(self) -> Counter[str]:
        """Cells by state."""
        return Counter(cell.state for row in self.rows for cell in row.cells.values())

    def total(self, state: str, year: int) -> int:
        """Cells of a state in a year."""
        return sum(row.cells[year].state == state for row in self.rows if year in row.cells)


def choose_cells(found: Iterable[tuple[tuple[Name, int], Cell]]) -> dict[tuple[Name, int], Cell]:
    """The cell of each report; of several the one whose state stands first in ``STATES``."""
    cells: dict[tuple[Name, int], Cell] = {}
    for key, cell in found:
        if key not in cells or STATES.index(cell.state) < STATES.index(cells[key].state):
            cells[key] = cell
    return cells


def make_coverage(
    evidence: Evidence,
    portals: Collection[Portal],
    today: date,
    *,
    years: Collection[int] | None = None,
    everyone: bool = False,
) -> Coverage:
    """The matrix of these portals and of all agencies that the evidence knows.

    Expected are the years that a row's ``expect`` names, else those from an agency's first known report on, else the
    years shown; never one whose deadline has not passed. ``everyone``: portals that were never crawled too.
    """
    chosen = [portal for portal in portals if everyone or portal.id in evidence.crawled]
    agencies = [(portal, find_name(portal, evidence)) for portal in chosen]
    taken = {name for _, name in agencies}
    subjects: list[tuple[Portal | None, Name]] = [*agencies]
    subjects += [(None, name) for name in sorted(evidence.agencies) if name not in taken]
    known = _known_years(evidence)
    shown = tuple(sorted(years)) if years else _find_years(subjects, known, today)
    rows = tuple(_make_row(portal, name, evidence, known.get(name, ()), shown, today) for portal, name in subjects)
    kept = tuple(row for row in rows if row.cells or row.portal)
    return Coverage(shown, kept, len(portals) - len(chosen), _find_strangers(evidence, portals))


def find_name(portal: Portal, evidence: Evidence) -> Name:
    """The name under which a portal's agency is known; where several share it, that of the portal's region."""
    name = fold_name(portal.agency, portal.region, portal.id) or portal.id
    apart = f"{name}@{portal.region}"
    return apart if apart in evidence.agencies else name


def _find_strangers(evidence: Evidence, portals: Iterable[Portal]) -> dict[str, str]:
    """Portals without a row and without a report that refused."""
    known = {portal.id for portal in portals}
    known |= {portal for agency in evidence.agencies.values() for portal in agency.portals}
    return {portal: why for portal, why in sorted(evidence.refused.items()) if portal not in known}


def _known_years(evidence: Evidence) -> dict[Name, tuple[int, ...]]:
    found: defaultdict[Name, list[int]] = defaultdict(list)
    for name, year in evidence.cells:
        found[name].append(year)
    return {name: tuple(sorted(years)) for name, years in found.items()}


def _find_years(
    subjects: Iterable[tuple[Portal | None, Name]], known: Mapping[Name, tuple[int, ...]], today: date
) -> tuple[int, ...]:
    """From the first year that is known or expected of anybody to the last that is due, or known."""
    years = {year for _, name in subjects for year in known.get(name, ())}
    years |= {portal.expect.since for portal, _ in subjects if portal and portal.expect}
    last = max({today.year - 1} | years)
    return tuple(range(min(years, default=last), last + 1))


def _make_row(
    portal: Portal | None,
    name: Name,
    evidence: Evidence,
    known: Collection[int],
    years: Sequence[int],
    today: date,
) -> Row:
    agency = evidence.agencies.get(name, Agency(portal.agency if portal else name))
    found = evidence.cells
    cells = {year: cell for year in years if (cell := found.get((name, year)))}
    refused = evidence.refused.get(portal.id) if portal else None
    empty = Cell("refused", refused) if refused else Cell("missing")
    for year in _find_expected(portal, known, years):
        if year not in cells and find_deadline(portal.agency if portal else name, year) < today:
            cells[year] = empty
    return Row(
        portal.agency if portal else agency.name,
        portal.id if portal else None,
        portal.level if portal else agency.level,
        portal.region if portal else agency.region,
        dict(sorted(cells.items())),
    )


def _find_expected(portal: Portal | None, known: Collection[int], years: Iterable[int]) -> Iterator[int]:
    expect = portal.expect if portal else None
    first = min(known, default=0)
    for year in years:
        if expect.covers(year) if expect else year >= first:
            yield year
