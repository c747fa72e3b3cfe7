"""What the tables of a database are, as the database tells it: two are alike where their descriptions are equal."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import Inspector

Facts = Mapping[str, object]


def describe_tables(connection: Connection, names: Iterable[str] | None = None) -> dict[str, Facts]:
    """Columns, keys, references and indexes of each table, or of some; without those that are not there."""
    inspector = inspect(connection)
    there = inspector.get_table_names()
    wanted = there if names is None else [name for name in names if name in there]
    return {name: _describe(inspector, name) for name in sorted(wanted)}


def _describe(inspector: Inspector, table: str) -> Facts:
    return {
        "columns": [
            (column["name"], repr(column["type"]), column["nullable"], column["default"])
            for column in inspector.get_columns(table)
        ],
        "key": inspector.get_pk_constraint(table)["constrained_columns"],
        "references": sorted(
            (key["constrained_columns"], key["referred_table"], key["referred_columns"], _sort(key.get("options")))
            for key in inspector.get_foreign_keys(table)
        ),
        "unique": sorted(each["column_names"] for each in inspector.get_unique_constraints(table)),
        "indexes": sorted(map(repr, map(_describe_index, inspector.get_indexes(table)))),
        "options": _sort(inspector.get_table_options(table)),
    }


def _describe_index(index: Any) -> tuple[object, ...]:
    columns = index.get("expressions") or index["column_names"]
    options = {name: str(value) for name, value in (index.get("dialect_options") or {}).items()}
    return index["name"], columns, bool(index["unique"]), _sort(index.get("column_sorting")), _sort(options)


def _sort(options: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    return sorted((options or {}).items())
