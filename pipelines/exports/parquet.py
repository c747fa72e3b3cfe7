"""Parquet: a row group at a time, through pyarrow, which is the extra ``parquet``."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.errors import PipelineError
from pipelines.exports.dictionary import Field, load_cells
from pipelines.exports.shapes import Row

# Values, not rows, so that wide tables take no more memory than long ones.
_GROUP = 2_000_000


def write_parquet(path: Path, fields: Sequence[Field], rows: Iterable[Row]) -> None:
    """Write a file. Each column bears its description; the file the dictionary of cells, under ``kaijuan``.

    Raises ``PipelineError`` where pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise PipelineError("Parquet needs pyarrow: pip install '.[parquet]', or take another --format") from error
    schema = _make_schema(fields, pa)
    with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for group in _split(rows, max(1, _GROUP // len(fields))):
            columns = [
                pa.array(_read_values(field.type, column), type=schema.field(number).type)
                for number, (field, column) in enumerate(zip(fields, zip(*group, strict=True), strict=True))
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _make_schema(fields: Sequence[Field], pa: Any) -> Any:
    types = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz="UTC"),
    }
    columns = [pa.field(f.name, types[f.type], metadata={"title": f.zh, "description": f.en}) for f in fields]
    cells = [{"cell": cell.id, "zh": cell.zh, "en": cell.en, "unit": cell.unit} for cell in load_cells().values()]
    return pa.schema(columns, metadata={"kaijuan": json.dumps({"cells": cells}, ensure_ascii=False)})


def _split(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rows = iter(rows)
    while group := list(islice(rows, size)):
        yield group


def _read_values(kind: str, column: Sequence[Any]) -> Sequence[Any]:
    if kind == "date":
        return [read_date(value) for value in column]
    if kind == "datetime":
        return [read_moment(value) for value in column]
    return column


def read_date(text: str | None) -> date | None:
    """A day; ``None`` for what is none in the calendar."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def read_moment(text: str | None) -> datetime | None:
    """A moment to the microsecond; a date alone is its midnight, ``None`` what is no moment."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
