"""Excel: a sheet of rows and one of what they mean, row by row to the disk, through XlsxWriter."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import PipelineError
from pipelines.exports.dictionary import Field, load_fields
from pipelines.exports.parquet import read_date
from pipelines.exports.shapes import Row, list_dictionary

MOST_ROWS = 1_048_576  # of a sheet, its head included
_LONGEST = 32_767  # characters of a square
# The one moment that stands in every file: workbooks of one store are equal whenever they are made.
_MOMENT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write_workbook(path: Path, name: str, fields: Sequence[Field], rows: Iterable[Row]) -> None:
    """Write a file with the sheets ``name``, ``columns`` and ``dictionary``.

    Raises ``PipelineError`` for too many rows, ``OSError`` where the file cannot be written.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    try:
        book.set_properties({"title": "Kaijuan", "created": _MOMENT})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        _write_sheet(book, formats, name, fields, rows)
        columns = [Field(key, "string", "", "") for key in ("column", "type", "zh", "en")]
        _write_sheet(book, formats, "columns", columns, ((f.name, f.type, f.zh, f.en) for f in fields))
        _write_sheet(book, formats, "dictionary", load_fields()["dictionary"], list_dictionary())
    finally:
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise _find_cause(error) from error
        except xlsxwriter.exceptions.FileSizeError as error:
            raise PipelineError("more than 4 GB in one workbook: choose fewer reports, or another --format") from error


def refuse_many(rows: int) -> None:
    """Raise ``PipelineError`` for more rows than a sheet holds."""
    if rows >= MOST_ROWS:
        raise PipelineError(
            f"{rows:,} rows are more than the {MOST_ROWS - 1:,} that a sheet of Excel holds: "
            "choose fewer (--year, --province, --form), take --shape wide, or another --format"
        )


def _find_cause(error: Exception) -> OSError:
    """What XlsxWriter wraps in an error of its own."""
    cause = error.args[0] if error.args else error
    return cause if isinstance(cause, OSError) else OSError(None, str(cause))


def _write_sheet(book: Any, formats: dict[str, Any], name: str, fields: Sequence[Field], rows: Iterable[Row]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, field in enumerate(fields):
        sheet.write_string(0, place, field.name, formats["head"])
    for number, row in enumerate(rows, 1):
        if number >= MOST_ROWS:
            refuse_many(number)
        for place, (field, value) in enumerate(zip(fields, row, strict=True)):
            if value is not None:
                _write_square(sheet, number, place, field.type, value, formats["date"])


def _write_square(sheet: Any, row: int, place: int, kind: str, value: Any, of_date: Any) -> None:
    """Text stays text, whatever it looks like; a day is a day; a moment stays text, for Excel knows no zones."""
    if kind == "boolean":
        sheet.write_boolean(row, place, value)
    elif kind in ("integer", "number"):
        sheet.write_number(row, place, value)
    elif kind == "date" and (day := read_date(value)) and day.year >= 1900:
        sheet.write_datetime(row, place, datetime(day.year, day.month, day.day), of_date)
    else:
        sheet.write_string(row, place, str(value)[:_LONGEST])
