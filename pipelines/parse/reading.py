"""Reading: from a document to its report. The one place where the order of the steps is written down."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from pipelines.document import Block, Document
from pipelines.parse import findings
from pipelines.parse.appeals import map_appeals
from pipelines.parse.disclosure import map_disclosure
from pipelines.parse.flattened import map_flattened
from pipelines.parse.forms import find_expected_form, find_form
from pipelines.parse.harvest import Harvest, keep_outsider
from pipelines.parse.identities import check_identities, check_stated
from pipelines.parse.indicators import map_indicators
from pipelines.parse.lines import find_runs
from pipelines.parse.prose import find_stated, load_prose
from pipelines.parse.requests import map_requests
from pipelines.parse.sections import find_sections
from pipelines.parse.segments import find_segments
from pipelines.parse.template import load_template
from pipelines.report import Cell, Check, Finding, Report, Section, Unmapped
from pipelines.timing import step

_MAPPERS = (
    ("disclosure", map_disclosure),
    ("requests", map_requests),
    ("appeals", map_appeals),
    ("indicators", map_indicators),
)


def read_report(document: Document) -> Report:
    """The numbers and sections of a document of kind ``report``; it never raises for what a page says."""
    form = document.form or find_form(document.blocks)
    harvests, claimed = _read_tables(document.blocks)
    cells = _sort_cells(harvests)
    unmapped = tuple(chain.from_iterable(harvest.unmapped for harvest in harvests))
    sections = tuple(find_sections(document.blocks, claimed))
    stated = tuple(find_stated(document.blocks, claimed))
    expected = find_expected_form(document.identity.year)
    with step("checks"):
        checks = (*check_identities(cells, form), *check_stated(stated, load_prose()[1], cells))
        found = tuple(_find_findings(cells, checks, sections, unmapped, form, expected))
    return Report(
        document,
        expected,
        sections,
        tuple(cells.values()),
        tuple(chain.from_iterable(harvest.extra_rows for harvest in harvests)),
        unmapped,
        stated,
        checks,
        found,
    )


def _read_tables(blocks: Sequence[Block]) -> tuple[list[Harvest], frozenset[int]]:
    """What the tables say, from their grids, else from their lines; and which blocks are lines of a table."""
    segments = find_segments(blocks)
    harvests = {name: mapper(segments.rows[name]) for name, mapper in _MAPPERS}
    claimed: set[int] = set()
    for run in find_runs(blocks):
        lines = map_flattened(run)
        if lines is not None:
            claimed |= run.blocks
            harvests[run.table] = _join(harvests[run.table], lines)
    others = Harvest("outside")
    for row in segments.others:
        keep_outsider(row, others)
    return [*map(_sum_up, harvests.values()), others], frozenset(claimed)


def _sum_up(harvest: Harvest) -> Harvest:
    """A table of which nothing could be read is one refusal, not one for each row."""
    if harvest.cells or len(harvest.unmapped) < 2:
        return harvest
    first = harvest.unmapped[0]
    tried = f"{harvest.table} table: {len(harvest.unmapped)} rows refused; the first: {first.tried}"
    return Harvest(harvest.table, {}, harvest.extra_rows, [Unmapped(first.path, tried)])


def _join(first: Harvest, second: Harvest) -> Harvest:
    """Two parts of a table, or its first printing; a second printing with other numbers is refused."""
    again = first.cells.keys() & second.cells.keys()
    cells = dict(first.cells) if again else first.cells | second.cells
    joined = Harvest(first.table, cells, first.extra_rows + second.extra_rows, first.unmapped + second.unmapped)
    other = [name for name in again if first.cells[name].raw.strip() != second.cells[name].raw.strip()]
    if other:
        path = next(iter(second.cells.values())).path
        joined.refuse(path, f"a second {first.table} table with other numbers; the first one was read")
    return joined


def _sort_cells(harvests: Iterable[Harvest]) -> dict[str, Cell]:
    """The cells by their identifiers, in the order of the form."""
    cells: dict[str, Cell] = {}
    for harvest in harvests:
        if found := harvest.cells:
            cells |= {name: found[name] for name in load_template(harvest.table).order if name in found}
    return cells


def _find_findings(
    cells: dict[str, Cell],
    checks: tuple[Check, ...],
    sections: tuple[Section, ...],
    unmapped: tuple[Unmapped, ...],
    form: str,
    expected: str | None,
) -> Iterator[Finding]:
    yield from findings.find_form_mismatch(form, expected)
    yield from findings.find_section_gaps(sections, form)
    yield from findings.find_table_gaps(cells, form)
    yield from findings.find_missing_rows(cells)
    yield from findings.find_unmapped(unmapped)
    yield from findings.find_empty_report(cells)
    yield from findings.find_blank_totals(cells)
    yield from findings.find_broken_identities(checks)
    yield from findings.find_cell_oddities(cells)
