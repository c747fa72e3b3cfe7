"""What each figure shows: which values of which years, each said to be known or why it is not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from pipelines.store.figures import load_figures, load_wholes
from web.queries.trends import Peers, Series, Year
from web.tables import name_cells

FIGURES = ("requests", "outcomes", "reasons", "correction", "standing")
OUTCOMES = load_wholes()["outcomes"]  # in the order of the form, which is that of the figures too
REASONS = load_wholes()["reasons"]
APPEALS = ("review", "litigation")
# Why a value is not there; ``known`` is not among them.
MISSING, NOT_IN_FORM, BLANK = "missing", "not-in-form", "blank"
WHOLES: Mapping[str, tuple[str, ...]] = {
    "requests": ("received", "carried_in"),
    "outcomes": ("outcomes",),
    "reasons": ("reasons",),
    "correction": APPEALS,
    "standing": (),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a figure. ``share`` is its part of ``of``; both are ``None`` where it is no part of a whole.

    Of a set, ``known`` of ``reports`` reports give it; ``state``: known, or why it is not.
    """

    agency: str | None
    year: int
    measure: str
    state: str
    value: float | None = None
    of: float | None = None
    reports: int = 0
    known: int = 0
    broken: int = 0
    form: str | None = None
    record_id: str | None = None

    @property
    def share(self) -> float | None:
        """The part of the whole, from 0 to 1; of nothing there is none."""
        return self.value / self.of if self.value is not None and self.of else None


@dataclass(frozen=True, slots=True)
class Rank:
    """Where an agency stands among its peers in one measure: how many have less, as much, more; their median.

    Its own value is ``part`` of ``of`` where it is a share.
    """

    measure: str
    value: float | None
    less: int = 0
    same: int = 0
    more: int = 0
    median: float | None = None
    part: float | None = None
    of: float | None = None

    @property
    def peers(self) -> int:
        """How many others give this value."""
        return self.less + self.same + self.more


def list_years(series: Sequence[Series]) -> list[int]:
    """All years from the first to the last that there is a report of: those between them are gaps."""
    years = [year for each in series for year in each.years]
    return list(range(min(years), max(years) + 1)) if years else []


def list_points(figure: str, series: Sequence[Series]) -> list[Point]:
    """The values of a figure by series, year and measure, without a hole: a value that is not there says why."""
    years = list_years(series)
    pairs = ((each, year) for each in series for year in years)
    return list(
        chain.from_iterable(_list_year(figure, each.agency, year, each.years.get(year)) for each, year in pairs)
    )


def list_measures(figure: str) -> tuple[str, ...]:
    """What a figure over years shows, in its order."""
    return {
        "requests": ("new", "carried_in"),
        "outcomes": OUTCOMES,
        "reasons": REASONS,
        "correction": APPEALS,
    }[figure]


def choose_last(points: Sequence[Point]) -> list[Point]:
    """The points of the last year that any of them is known in."""
    last = max((each.year for each in points if each.value is not None), default=None)
    return [each for each in points if each.year == last]


def list_ranks(peers: Peers) -> list[Rank]:
    """Where an agency stands, for each measure that it gives."""
    ranks = ((measure, _rank(measure, value, peers.others[measure])) for measure, value in peers.own.items())
    counts = peers.counts
    return [
        replace(rank, part=counts[measure][0], of=counts[measure][1]) if measure in counts else rank
        for measure, rank in ranks
    ]


def _list_year(figure: str, agency: str | None, number: int, year: Year | None) -> Iterator[Point]:
    for measure in list_measures(figure):
        whole = _find_whole(figure, measure)
        if year is None:
            yield Point(agency, number, measure, MISSING)
            continue
        value, of = _measure(figure, measure, year.values)
        yield Point(
            agency=agency,
            year=number,
            measure=measure,
            state="known" if value is not None else _say_why(whole, year),
            value=value,
            of=of,
            reports=year.reports,
            known=year.known[whole],
            broken=year.broken,
            form=year.forms[0] if year.forms else None,
            record_id=year.record_id,
        )


def _find_whole(figure: str, measure: str) -> str:
    if figure == "correction":
        return measure
    return next(whole for whole in WHOLES[figure] if measure in load_wholes()[whole])


def _measure(figure: str, measure: str, values: Mapping[str, float | None]) -> tuple[float | None, float | None]:
    """A value, and the whole that it is a part of."""
    if figure == "requests":
        return values[measure], None
    if figure == "correction":
        upheld, corrected, other = load_wholes()[measure]
        return values[corrected], _add([values[upheld], values[corrected], values[other]])
    parts = OUTCOMES if figure == "outcomes" else REASONS
    return values[measure], _add([values[part] for part in parts])


def _add(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) if len(found) == len(values) else None


def _say_why(whole: str, year: Year) -> str:
    return BLANK if any(whole in _find_printed(form) for form in year.forms) else NOT_IN_FORM


@lru_cache(maxsize=16)
def _find_printed(form: str) -> frozenset[str]:
    """The wholes that a form asks for."""
    printed = name_cells(form).keys()
    given = {name for name, sums in load_figures().items() if any(printed >= set(cells) for cells in sums)}
    return frozenset(whole for whole, parts in load_wholes().items() if given >= set(parts))


def _rank(measure: str, value: float | None, others: Sequence[float]) -> Rank:
    if value is None:
        return Rank(measure, None)
    less, same = sum(other < value for other in others), sum(other == value for other in others)
    ordered, half = sorted(others), len(others) // 2
    median = None if not others else ordered[half] if len(others) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Rank(measure, value, less, same, len(others) - less - same, median)
