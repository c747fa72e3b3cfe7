"""Form files: a form read from its file, strictly; what does not fit together is refused with file and line."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.parse.entries import Entry, read_entry
from pipelines.parse.form import Column, Form, IdentityRule, Row, SectionRule, Table
from pipelines.report import Standing

UNITS = ("item", "money")
LAYOUTS = ("grouped", "matrix", "line", "list")
_STANDINGS: dict[str, Standing] = {"official": "official", "implied": "implied", "weak": "weak"}


def load_form(path: Path) -> Form:
    """The form in a file; raises ``FormError`` with file and line for whatever the file gets wrong."""
    top = read_entry(path)
    top.expect({"form", "basis", "years", "tells", "sections", "tables", "identities"})
    years, tells = top.entry("years"), top.entry("tells")
    years.expect({"first", "last"})
    tables = tuple(_load_table(entry) for entry in top.entries("tables"))
    tells.expect({table.id for table in tables}, complete=False)
    return Form(
        name=top.text("form"),
        basis=top.text("basis"),
        first_year=years.number("first"),
        last_year=years.number("last") if years.has("last") else None,
        tells=tuple((key, tells.texts(key)) for key in tells),
        sections=tuple(_load_section(entry) for entry in top.entries("sections")),
        tables=tables,
        identities=tuple(_load_identity(entry, tables) for entry in top.entries("identities")),
    )


def _load_section(entry: Entry) -> SectionRule:
    entry.expect({"number", "label"}, {"variants"})
    return SectionRule(entry.text("number"), _load_labels(entry))


def _load_labels(entry: Entry) -> tuple[str, ...]:
    return (entry.text("label"), *entry.texts("variants"))


def _load_table(entry: Entry) -> Table:
    entry.expect({"id", "layout", "prefix", "section", "corner", "groups"}, {"columns"})
    if entry.text("layout") not in LAYOUTS:
        entry.refuse(f"layout {entry.text('layout')!r} is none of {', '.join(LAYOUTS)}")
    columns = {column.id: column for column in map(_load_column, entry.entries("columns"))}
    rows: list[Row] = []
    groups: list[str] = []
    for group in entry.entries("groups"):
        group.expect({"rows"}, {"label", "variants", "columns", "total"})
        groups += _load_labels(group) if group.has("label") else ()
        own = _load_group_columns(group, columns)
        for row in _load_rows(group, own or tuple(columns)):
            if any(known.id == row.id for known in rows):
                group.refuse(f"row {row.id!r} stands twice in table {entry.text('id')!r}")
            rows.append(row)
    section = entry.text("section") if entry.has("section") else None
    return Table(
        entry.text("id"),
        entry.text("layout"),
        entry.text("prefix"),
        section,
        entry.texts("corner"),
        tuple(groups),
        tuple(columns.values()),
        tuple(rows),
    )


def _load_column(entry: Entry) -> Column:
    entry.expect({"id", "label", "unit"}, {"variants", "signed"})
    return Column(entry.text("id"), _load_labels(entry), _load_unit(entry), entry.flag("signed"))


def _load_unit(entry: Entry) -> str:
    unit = entry.text("unit")
    if unit not in UNITS:
        entry.refuse(f"unit {unit!r} is none of {', '.join(UNITS)}")
    return unit


def _load_group_columns(group: Entry, columns: dict[str, Column]) -> tuple[str, ...]:
    """The columns of a group: new ones are added to ``columns``, a bare name repeats an earlier one."""
    names = []
    for item in group.entries_or_texts("columns"):
        if isinstance(item, str):
            if item not in columns:
                group.refuse(f"column {item!r} is described nowhere before")
            names.append(item)
        else:
            column = _load_column(item)
            if column.id in columns:
                item.refuse(f"column {column.id!r} is described twice")
            columns[column.id] = column
            names.append(column.id)
    return tuple(names)


def _load_rows(group: Entry, columns: tuple[str, ...]) -> Iterator[Row]:
    label = group.text("label") if group.has("label") else None
    if group.has("total"):
        total = group.entry("total")
        total.expect({"id", "unit"})
        yield Row(total.text("id"), _load_labels(group), None, (), _load_unit(total))
    for entry in group.entries("rows"):
        entry.expect({"id", "label"}, {"variants", "unit"})
        unit = _load_unit(entry) if entry.has("unit") else "item"
        yield Row(entry.text("id"), _load_labels(entry), label, columns, unit)


def _load_identity(entry: Entry, tables: Sequence[Table]) -> IdentityRule:
    entry.expect({"id", "standing", "table", "left", "right"}, {"per", "row", "instead"})
    table = next((table for table in tables if table.id == entry.text("table")), None)
    if table is None:
        entry.refuse(f"table {entry.text('table')!r} is not in this form")
    per = entry.text("per") if entry.has("per") else "one"
    if per not in ("column", "row", "one") or (per == "one") != entry.has("row"):
        entry.refuse("an identity holds per column, per row, or in one named row")
    if entry.text("standing") not in _STANDINGS:
        entry.refuse(f"standing {entry.text('standing')!r} is none of {', '.join(_STANDINGS)}")
    rows, columns = {row.id for row in table.rows}, {column.id for column in table.columns}
    operands = [*entry.texts("left"), *entry.texts("right")]
    known = rows if per == "column" else columns
    unknown = [name for name in operands if name not in known]
    if unknown or (entry.has("row") and entry.text("row") not in rows):
        entry.refuse(f"operands unknown to table {table.id!r}: {', '.join(unknown) or entry.text('row')}")
    instead: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if entry.has("instead"):
        swaps = entry.entry("instead")
        instead = tuple((key, swaps.texts(key)) for key in swaps)
    return IdentityRule(
        entry.text("id"),
        _STANDINGS[entry.text("standing")],
        table.id,
        per,
        entry.texts("left"),
        entry.texts("right"),
        entry.text("row") if entry.has("row") else None,
        instead,
    )
