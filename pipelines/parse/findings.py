"""Findings: what a reader of this one report should know about its numbers, each with its proof."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from pipelines.parse.identities import compare
from pipelines.parse.sections import find_missing_sections
from pipelines.parse.template import load_template, name_cells
from pipelines.report import Cell, Check, Finding, Section, Unmapped

Cells = Mapping[str, Cell]
_COUNT_LIMIT = 100_000  # requests or appeals of one agency in one year; the largest known are a tenth of it
_ITEM_LIMIT = 1_000_000_000  # decisions of one agency in one year
_MONEY_LIMIT = {"10k_yuan": 10_000_000, "yuan": 100_000_000_000}  # a hundred billion yuan
_FEWEST_ODD_DIGITS = 6  # a plain count of fewer digits is under every limit
_FEWEST_CELLS = 20  # below that "all zero" says nothing


def find_form_mismatch(form: str | None, expected: str | None) -> Iterator[Finding]:
    """The report follows another form than the notices prescribe for its year."""
    if form and expected and form != expected:
        yield Finding("form-mismatch", "warning", f"follows the form {form}, but {expected} is prescribed for its year")


def find_section_gaps(sections: Sequence[Section], form: str | None) -> Iterator[Finding]:
    """Sections of the form that no heading names; before 2019 the notices prescribe none."""
    for title in find_missing_sections(sections, form) if form in ("2021", "2019") else ():
        yield Finding("missing-section", "warning", f"no section {title}")


def find_table_gaps(cells: Cells, form: str | None) -> Iterator[Finding]:
    """Official tables without a single cell."""
    if form in ("2021", "2019"):
        for table in ("disclosure", "requests", "appeals"):
            if cells.keys().isdisjoint(load_template(table).order):
                yield Finding("missing-table", "warning", f"no cell of the {table} table could be read")


def find_missing_rows(cells: Cells) -> Iterator[Finding]:
    """Rows of the requests table that the form has and the page has not, by the form that comes nearest."""
    template = load_template("requests")
    there = {row for row in template.rows if template.cell_id(row, "total") in cells}
    gaps = [[row for row in rows if row not in there] for rows in template.variants]
    missing = min(gaps, key=len)
    if there and missing:
        yield Finding("missing-row", "warning", f"no row {', '.join(missing)} in the requests table")


def find_cell_oddities(cells: Cells) -> Iterator[Finding]:
    """Cells that no reader should take for granted: magnitudes, units, torn digits."""
    for cell in cells.values():
        if cell.unit == "item" and cell.raw.isdecimal() and len(cell.raw) < _FEWEST_ODD_DIGITS:
            continue
        yield from _find_magnitude(cell)
        if cell.state == "number" and cell.unit is None:
            yield Finding("unit-unknown", "warning", f"an amount without a unit: {cell.raw}", (cell.id,), cell.path)
        if cell.state == "number" and len(cell.raw.split()) > 1 and "".join(cell.raw.split()).isdigit():
            yield Finding("torn-digits", "info", f"digits apart, read as {cell.value}", (cell.id,), cell.path)
        if cell.state == "text":
            yield Finding("text-cell", "info", f"no single number: {cell.raw.strip()}", (cell.id,), cell.path)


def _find_magnitude(cell: Cell) -> Iterator[Finding]:
    if cell.value is None:
        return
    is_count = not cell.id.startswith("disclosure.")
    limit = _MONEY_LIMIT.get(cell.unit or "", _COUNT_LIMIT if is_count else _ITEM_LIMIT)
    is_negative = cell.value < 0 and not cell.id.endswith(".items_delta")
    is_broken = isinstance(cell.value, float) and cell.unit == "item"
    if abs(cell.value) >= limit or is_negative or is_broken:
        yield Finding("suspicious-magnitude", "warning", f"an unlikely number: {cell.raw}", (cell.id,), cell.path)


def find_blank_totals(cells: Cells) -> Iterator[Finding]:
    """Totals left blank over filled parts: by row of the requests table and for each part of the appeals table."""
    for table in ("requests", "appeals"):
        blank = [total for total, parts in _list_totals(table) if _is_blank_total(cells, total, parts)]
        if blank:
            text = f"{len(blank)} blank totals over filled parts in the {table} table"
            yield Finding("blank-total", "warning", text, tuple(blank), cells[blank[0]].path)


@lru_cache(maxsize=2)
def _list_totals(table: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each row's total and its parts, by the identifiers of their cells."""
    template = load_template(table)
    parts = tuple(column for column in template.columns if column != "total")
    return tuple((template.cell_id(row, "total"), name_cells(table, row, parts)) for row in template.rows)


def _is_blank_total(cells: Cells, total: str, parts: Sequence[str]) -> bool:
    cell = cells.get(total)
    if cell is None or cell.state not in ("blank", "dash"):
        return False
    return any(part.state == "number" for part in map(cells.get, parts) if part is not None)


def find_empty_report(cells: Cells) -> Iterator[Finding]:
    """Every number a zero, or every cell blank."""
    if len(cells) < _FEWEST_CELLS:
        return
    values = [cell.value for cell in cells.values() if cell.value is not None]
    if values and not any(values):
        yield Finding("all-zero", "warning", f"all {len(values)} numbers are zero")
    if all(cell.state in ("blank", "dash") for cell in cells.values()):
        yield Finding("all-blank", "error", f"all {len(cells)} cells are blank")


def find_broken_identities(checks: Sequence[Check]) -> Iterator[Finding]:
    """Each broken identity with its arithmetic."""
    for check in checks:
        if compare(check.left, check.right) == "broken":
            severity = "warning" if check.standing == "weak" else "error"
            text = f"{check.id}: {check.left} is printed where {check.right} was expected"
            yield Finding("broken-identity", severity, text, check.cells)  # type: ignore[arg-type]


def find_unmapped(unmapped: Sequence[Unmapped]) -> Iterator[Finding]:
    """Tables or rows that were refused."""
    for item in unmapped:
        yield Finding("unmapped-table", "warning", item.tried, (), item.path)
