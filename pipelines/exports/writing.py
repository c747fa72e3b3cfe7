"""Writing an export: one of the formats to a file that appears whole or not at all, or to standard output."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, func, select

from pipelines.errors import PipelineError
from pipelines.exports.bundles import Advance, Bundle, read_bundles
from pipelines.exports.package import describe_schema, write_package
from pipelines.exports.parquet import write_parquet
from pipelines.exports.selection import Selection, count_reports
from pipelines.exports.shapes import Row, Shape, make_shape
from pipelines.exports.textfiles import write_csv, write_json_lines
from pipelines.exports.workbook import refuse_many, write_workbook
from pipelines.store.settled import reports
from pipelines.store.tables import cells

FORMATS = ("csv", "jsonl", "parquet", "xlsx", "datapackage")
TEXT = ("csv", "jsonl")  # can be written to standard output, and have their dictionary in a file beside them
ENDINGS = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet", "xlsx": ".xlsx", "datapackage": ".zip"}
SCHEMA = ".schema.json"


def freeze(connection: Connection) -> Connection:
    """The same connection, to which the store stays what it is while it is read. Before anything is read."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection  # SQLite reads a snapshot anyway


def export_text(format_name: str, shape: Shape, bundles: Iterator[Bundle]) -> Iterator[str]:
    """CSV or JSON Lines, in pieces."""
    write = write_csv if format_name == "csv" else write_json_lines
    return write(shape.fields, _make_rows(shape, bundles))


def export_file(
    connection: Connection, path: Path, format_name: str, shape_name: str, selection: Selection, advance: Advance
) -> None:
    """Write a file, and beside text its Table Schema. Raises ``PipelineError`` where that cannot be."""
    if format_name == "xlsx":
        refuse_many(count_rows(connection, shape_name, selection))
    whole = format_name == "datapackage"
    bundles, shape = read_bundles(connection, selection, advance, all_sums=whole), make_shape(shape_name)
    with _appearing(path) as new:
        if format_name == "datapackage":
            write_package(new, bundles)
        elif format_name == "parquet":
            write_parquet(new, shape.fields, _make_rows(shape, bundles))
        elif format_name == "xlsx":
            write_workbook(new, shape.name, shape.fields, _make_rows(shape, bundles))
        else:
            with new.open("w", encoding="utf-8", errors="replace", newline="") as file:
                _write_all(file, export_text(format_name, shape, bundles))
    if format_name in TEXT:
        schema = describe_schema("", shape.fields)
        write_whole(path.with_name(path.name + SCHEMA), json.dumps(schema, ensure_ascii=False, indent=1) + "\n")


def write_whole(path: Path, content: str) -> None:
    """Write a text file that appears whole. Raises ``PipelineError`` where that cannot be."""
    with _appearing(path) as new:
        new.write_text(content, encoding="utf-8")


def count_rows(connection: Connection, shape_name: str, selection: Selection) -> int:
    """How many rows a table of that shape has."""
    if shape_name == "wide":
        return count_reports(connection, selection)
    query = select(func.count()).select_from(reports).join(cells, cells.c.capture == reports.c.capture)
    return connection.scalar(query.where(*selection.conditions())) or 0


def _make_rows(shape: Shape, bundles: Iterator[Bundle]) -> Iterator[Row]:
    for bundle in bundles:
        yield from shape.make_rows(bundle)


def _write_all(file: IO[str], pieces: Iterator[str]) -> None:
    for piece in pieces:
        file.write(piece)


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    """A place beside a file, which takes the file's name when all is well and is gone when not."""
    if not path.name:
        raise PipelineError(f"{path}: is a folder; name a file with -o")
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield new
        new.replace(path)
    except OSError as error:
        raise PipelineError(f"{path}: cannot be written ({error.strerror}); name another file with -o") from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
