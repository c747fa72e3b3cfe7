"""Shapes: rows of bundles, long (a row for each cell), wide (a row for each report), or the tables of a package."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pipelines.exports.bundles import Bundle
from pipelines.exports.dictionary import Field, load_cells, load_fields, load_provinces

SHAPES = ("long", "wide")
Row = tuple[Any, ...]
MakeRows = Callable[[Bundle], Iterable[Row]]

_BRACKETS = "<urn:uuid:"
# Of a report, in each row of the long shape; its state by another name, for cells have one.
_HEAD = ("report", "agency", "year", "province", "region", "level", "title", "form", "published", "state")
_CELL = (
    *("cell", "table", "label_zh", "label_en", "value", "unit", "state", "raw", "note"),
    *("broken", "broken_identities", "record_id"),
)
_CAPTURE = ("url", "captured_at", "payload_digest", "warc", "offset")
_PROOF = ("path", "proof")
# Fields that a package's tables take from their report's row.
_UNITS = ".unit"


@dataclass(frozen=True, slots=True)
class Shape:
    """A table to be: its columns, and the rows that a bundle gives."""

    name: str
    fields: tuple[Field, ...]
    make_rows: MakeRows


def make_shape(name: str) -> Shape:
    """``long`` or ``wide``."""
    return (
        Shape("cells", list_long_fields(), make_long)
        if name == "long"
        else Shape("reports", list_wide_fields(), make_wide)
    )


def list_tables() -> tuple[Shape, ...]:
    """The tables of a package, which refer to each other by ``report``."""
    fields = load_fields()
    return (
        Shape("reports", fields["reports"], lambda bundle: [tuple(describe_report(bundle).values())]),
        Shape("cells", fields["cells"], list_cells),
        Shape("identities", fields["identities"], _list_identities),
        Shape("findings", fields["findings"], _list_findings),
    )


def list_dictionary() -> Iterator[Row]:
    """The rows of the dictionary: every cell of every form."""
    for cell in load_cells().values():
        yield (cell.id, cell.table, cell.row, cell.column, " ".join(cell.forms), cell.zh, cell.en, cell.unit)


def list_long_fields() -> tuple[Field, ...]:
    """The columns of the long shape."""
    report = {field.name: field for field in load_fields()["reports"]}
    cell = {field.name: field for field in load_fields()["cells"]}
    head = [replace(report[name], name=_rename(name)) for name in _HEAD]
    return (*head, *(cell[n] for n in _CELL), *(report[n] for n in _CAPTURE), *(cell[n] for n in _PROOF))


def list_wide_fields() -> tuple[Field, ...]:
    """The columns of the wide shape: the report's, then every cell of every form; money has its unit beside it."""
    fields = list(load_fields()["reports"])
    for cell in load_cells().values():
        fields.append(Field(cell.id, "number", cell.zh, cell.en))
        if cell.unit == "money":
            fields.append(Field(f"{cell.id}{_UNITS}", "string", f"{cell.zh}：单位", f"{cell.en}: unit"))
    return tuple(fields)


def make_long(bundle: Bundle) -> Iterator[Row]:
    """A row for each cell of a report."""
    report = describe_report(bundle)
    head = tuple(report[name] for name in _HEAD)
    capture = tuple(report[name] for name in _CAPTURE)
    for row in list_cells(bundle):
        yield (*head, *row[1 : -len(_PROOF)], *capture, *row[-len(_PROOF) :])


def make_wide(bundle: Bundle) -> Iterator[Row]:
    """The row of a report. A cell that is no number is null here; its state stands in the long shape."""
    found = {cell.id: cell for cell in bundle.cells}
    row: list[Any] = list(describe_report(bundle).values())
    for known in load_cells().values():
        cell = found.get(known.id)
        row.append(_tidy(cell.value) if cell else None)
        if known.unit == "money":
            row.append(cell.unit if cell else None)
    yield tuple(row)


def describe_report(bundle: Bundle) -> dict[str, Any]:
    """A report as the fields of ``reports`` name it."""
    head = bundle.head
    values = {
        **head,
        "report": name_report(head),
        "province": load_provinces().get((head["region"] or "")[:2]),
        "broken_identities": _join(check.id for check in bundle.identities if check.result == "broken"),
        "findings": _join(dict.fromkeys(each["id"] for each in bundle.findings)),
        "page": f"/zh/reports/{quote(head['agency'], safe='')}/{head['year']}",
    }
    return {field.name: values[field.name] for field in load_fields()["reports"]}


def list_cells(bundle: Bundle) -> Iterator[Row]:
    """The cells of a report, as the fields of ``cells`` name them in their order."""
    broken, named = _find_broken(bundle), _name_cells()
    record_id, report = bundle.head["record_id"], name_report(bundle.head)
    name = quote(record_id.removeprefix(_BRACKETS).removesuffix(">") if _BRACKETS in record_id else record_id, safe="")
    proof = f"/zh/captures/{name}/cells/"
    for _, id_, raw, value, state, unit, note, path in bundle.cells:
        labels = named.get(id_, (None, None, None))
        sums = broken.get(id_)
        number = (_tidy(value), unit, state, raw, note, sums is not None, _join(sums) if sums else None)
        yield (report, id_, *labels, *number, record_id, path, f"{proof}{quote(id_, safe='')}")


@lru_cache(maxsize=1)
def _name_cells() -> Mapping[str, tuple[str, str, str]]:
    """The table and the labels of each cell."""
    return {cell.id: (cell.table, cell.zh, cell.en) for cell in load_cells().values()}


def name_report(head: Mapping[str, Any]) -> str:
    """The identifier of a report."""
    return f"{head['agency']}/{head['year']}"


def _list_identities(bundle: Bundle) -> Iterator[Row]:
    report, ids = name_report(bundle.head), [cell.id for cell in bundle.cells]
    for check in bundle.identities:
        sides = (_tidy(check.left), _tidy(check.right))
        yield (report, check.id, check.standing, check.result, *sides, _join(_name_operands(check.cells, ids)))


def _list_findings(bundle: Bundle) -> Iterator[Row]:
    report = name_report(bundle.head)
    for each in bundle.findings:
        named = (cell if isinstance(cell, str) else cell[-1] for cell in each["cells"])
        yield (report, each["id"], each["severity"], each["text"], _join(dict.fromkeys(named)))


def _find_broken(bundle: Bundle) -> dict[str, list[str]]:
    """The broken sums that each cell takes part in."""
    found: dict[str, list[str]] = {}
    ids = [cell.id for cell in bundle.cells]
    for check in bundle.identities:
        if check.result == "broken":
            for cell in _name_operands(check.cells, ids):
                found.setdefault(cell, []).append(check.id)
    return found


def _name_operands(operands: Iterable[int | str], ids: list[str]) -> Iterator[str]:
    """Operands of a sum by name: the store has the places of those that the report has."""
    return (ids[cell] if isinstance(cell, int) else cell for cell in operands)


def _join(words: Iterable[str]) -> str | None:
    return " ".join(words) or None


def _tidy(value: float | None) -> float | int | None:
    """Whole numbers without a decimal point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rename(name: str) -> str:
    return "report_state" if name == "state" else name
