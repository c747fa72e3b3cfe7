"""The dictionary for the manual: ``python -m pipelines.exports.manual docs/dictionary.md`` writes the page anew.

Made of the forms (``pipelines/forms/``), of their English labels and of the columns of the exported tables.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.exports.dictionary import FormCell, load_cells, load_fields, load_labels
from pipelines.exports.shapes import list_long_fields
from pipelines.parse.form import Form, IdentityRule
from pipelines.parse.forms import load_forms

_HEAD = """# Dictionary

<!-- Made by python -m pipelines.exports.manual: change pipelines/forms/ or pipelines/exports/. -->

Every column of the exports, and every cell that a form has. A cell's identifier is `table.row.column`; its labels are
those of the newest form that has it. A unit of `item` is a count; `money` is in 万元 unless the cell says otherwise
([reading the data](reading.md)).

## Forms

| form | basis | for years | cells |
|---|---|---|---|
"""
_KINDS = {"column": "each column", "row": "each row", "one": "one row"}


def write_page() -> str:
    """The whole page."""
    return _HEAD + "".join(
        f"{line}\n" for line in (*_list_forms(), *_list_identities(), *_list_cells(), *_list_columns())
    )


def _list_forms() -> Iterator[str]:
    cells = load_cells().values()
    for form in load_forms():
        years = f"{form.first_year} – {form.last_year or ''}".strip()
        count = sum(form.name in cell.forms for cell in cells)
        yield _row(f"`{form.name}`", form.basis, years, str(count))
    yield "\nReports that use none of them are `narrative`: their text is kept, and no cell."


def _list_identities() -> Iterator[str]:
    yield "\n## Sums\n\n| form | sum | standing | holds for | left | right |\n|---|---|---|---|---|---|"
    for form in load_forms():
        yield from (_write_identity(form, rule) for rule in form.identities)


def _write_identity(form: Form, rule: IdentityRule) -> str:
    place = rule.row or _KINDS[rule.per]
    left, right = (" + ".join(f"`{name}`" for name in side) for side in (rule.left, rule.right))
    return _row(f"`{form.name}`", rule.id, rule.standing, f"`{rule.table}`, {place}", left, right)


def _list_cells() -> Iterator[str]:
    for table, name in load_labels()["tables"].items():
        own = [cell for cell in load_cells().values() if cell.table == table]
        yield f"\n## Cells: {name}\n\n| cell | Chinese | English | unit | forms |\n|---|---|---|---|---|"
        yield from (_write_cell(cell) for cell in own)


def _write_cell(cell: FormCell) -> str:
    return _row(f"`{cell.id}`", cell.zh, cell.en, cell.unit, ", ".join(cell.forms))


def _list_columns() -> Iterator[str]:
    tables = {**load_fields(), "long": list_long_fields()}
    for name, fields in tables.items():
        yield f"\n## Columns: `{name}`\n\n| column | type | Chinese | English |\n|---|---|---|---|"
        yield from (_row(f"`{field.name}`", field.type, field.zh, field.en) for field in fields)


def _row(*cells: str) -> str:
    return f"| {' | '.join(_plain(cells))} |"


def _plain(cells: Iterable[str]) -> Iterator[str]:
    return (cell.replace("|", "\\|") for cell in cells)


def main() -> None:
    """Rewrite the page that is named."""
    Path(sys.argv[1]).write_text(write_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
