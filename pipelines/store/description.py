"""What the tables of a database are, as the database tells it: two are alike where their descriptions are equal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, inspect

Facts = Mapping[str, object]


def describe_tables(connection: Connection, names: Iterable[str] | None = None) -> dict[str, Facts]:
    """Columns, keys, references and indexes of each table, or of some; without those that are not there."""
    inspector = inspect(connection)
    wanted = None if names is None else list(names)
    told: dict[str, Mapping[Any, Any]] = {
        "columns": inspector.get_multi_columns(filter_names=wanted),
        "key": inspector.get_multi_pk_constraint(filter_names=wanted),
        "references": inspector.get_multi_foreign_keys(filter_names=wanted),
        "unique": inspector.get_multi_unique_constraints(filter_names=wanted),
        "indexes": inspector.get_multi_indexes(filter_names=wanted),
        "options": inspector.get_multi_table_options(filter_names=wanted),
    }
    tables = sorted(told["columns"])
    return {key[1]: {part: _FACTS[part](facts.get(key)) for part, facts in told.items()} for key in tables}


def _list_columns(columns: Any) -> Sequence[object]:
    return [(each["name"], repr(each["type"]), each["nullable"], each["default"]) for each in columns or ()]


def _list_references(keys: Any) -> Sequence[object]:
    return sorted(
        (key["constrained_columns"], key["referred_table"], key["referred_columns"], _sort(key.get("options")))
        for key in keys or ()
    )


def _describe_index(index: Any) -> tuple[object, ...]:
    columns = index.get("expressions") or index["column_names"]
    options = {name: str(value) for name, value in (index.get("dialect_options") or {}).items()}
    return index["name"], columns, bool(index["unique"]), _sort(index.get("column_sorting")), _sort(options)


def _sort(options: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    return sorted((options or {}).items())


_FACTS: Mapping[str, Callable[[Any], object]] = {
    "columns": _list_columns,
    "key": lambda key: key["constrained_columns"] if key else [],
    "references": _list_references,
    "unique": lambda found: sorted(each["column_names"] for each in found or ()),
    "indexes": lambda found: sorted(repr(_describe_index(each)) for each in found or ()),
    "options": _sort,
}
