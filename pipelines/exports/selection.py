"""Which reports are wanted: the filters of the coverage page, as conditions on the rows of ``reports``."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, select

from pipelines.store.listing import listed_findings
from pipelines.store.settled import reports

# Of which there are numbers. Of two that hold of a report the later one here is its state.
STATES = ("parsed", "broken", "late", "withdrawn")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; empty is everything.

    ``words``: part of an agency's name; ``agency``: the whole of it; ``province``: two digits.
    """

    words: str = ""
    agency: str = ""
    province: str = ""
    level: str = ""
    form: str = ""
    finding: str = ""
    state: str = ""
    years: frozenset[int] = frozenset()

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What a row of ``reports`` must meet."""
        columns = reports.c
        if self.words:
            yield columns.agency.contains(self.words, autoescape=True)
        equals = ((columns.agency, self.agency), (columns.level, self.level), (columns.form, self.form))
        yield from (column == value for column, value in equals if value)
        if self.province:
            yield columns.region.startswith(self.province, autoescape=True)
        if self.years:
            yield columns.year.in_(sorted(self.years))
        if self.finding:
            yield _has(self.finding)
        if self.state:
            yield _is(self.state)


def count_reports(connection: Connection, selection: Selection) -> int:
    """How many reports a selection has."""
    query = select(func.count()).select_from(reports).where(*selection.conditions())
    return connection.scalar(query) or 0


def list_values(connection: Connection) -> dict[str, list[str]]:
    """The levels, forms and kinds of finding that the store has."""
    forms = connection.scalars(select(reports.c.form).where(reports.c.form.is_not(None)).distinct()).all()
    levels = connection.scalars(select(reports.c.level).where(reports.c.level.is_not(None)).distinct()).all()
    found = connection.scalars(select(listed_findings.c.id).distinct()).all()
    return {"form": sorted(forms, reverse=True), "level": sorted(levels), "finding": sorted(found)}


def _has(finding: str) -> ColumnElement[bool]:
    own = listed_findings.c
    same = (own.agency == reports.c.agency) & (own.year == reports.c.year)
    return exists().where(same, own.id == finding)


def _is(state: str) -> ColumnElement[bool]:
    columns = reports.c
    tests = {"broken": columns.broken > 0, "late": _has("late"), "withdrawn": columns.state == "withdrawn"}
    later = [tests[name] for name in STATES[STATES.index(state) + 1 :]]
    own = [tests[state]] if state in tests else []
    return and_(*own, *(not_(test) for test in later))
