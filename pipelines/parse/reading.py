"""Reading: from a document to its report. The one place where the order of the steps is written down."""

from collections.abc import Iterable, Iterator
from itertools import chain

from pipelines.document import Document
from pipelines.parse import findings
from pipelines.parse.appeals import map_appeals
from pipelines.parse.disclosure import map_disclosure
from pipelines.parse.forms import find_expected_form, find_form
from pipelines.parse.harvest import Harvest
from pipelines.parse.identities import check_identities, check_stated
from pipelines.parse.prose import find_stated, load_prose
from pipelines.parse.requests import map_requests
from pipelines.parse.sections import find_sections
from pipelines.parse.segments import find_segments
from pipelines.parse.template import load_template
from pipelines.report import Cell, Check, Finding, Report, Section, Unmapped


def read_report(document: Document) -> Report:
    """The numbers and sections of a document of kind ``report``; it never raises for what a page says."""
    form = document.form or find_form(document.blocks)
    segments = find_segments(document.blocks)
    harvests = (
        map_disclosure(segments.rows["disclosure"]),
        map_requests(segments.rows["requests"]),
        map_appeals(segments.rows["appeals"]),
    )
    cells = {cell.id: cell for cell in _sort_cells(harvests)}
    unmapped = tuple(chain.from_iterable(harvest.unmapped for harvest in harvests))
    sections = tuple(find_sections(document.blocks))
    stated = tuple(find_stated(document.blocks))
    checks = (*check_identities(cells, form), *check_stated(stated, load_prose()[1], cells))
    expected = find_expected_form(document.identity.year)
    return Report(
        document,
        expected,
        sections,
        tuple(cells.values()),
        tuple(chain.from_iterable(harvest.extra_rows for harvest in harvests)),
        unmapped,
        stated,
        checks,
        tuple(_find_findings(cells, checks, sections, unmapped, form, expected)),
    )


def _sort_cells(harvests: Iterable[Harvest]) -> Iterator[Cell]:
    """The cells in the order of the form."""
    for harvest in harvests:
        template = load_template(harvest.table)
        order = [template.cell_id(row, column) for row in template.rows for column in template.columns]
        yield from (harvest.cells[identifier] for identifier in order if identifier in harvest.cells)


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
    yield from findings.find_unmapped(unmapped)
    yield from findings.find_empty_report(cells)
    yield from findings.find_blank_totals(cells)
    yield from findings.find_broken_identities(checks)
    yield from findings.find_cell_oddities(cells)
