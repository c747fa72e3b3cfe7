"""The values of an indexed column, one step in its index each: of a million rows a few are looked at."""

from typing import Any

from sqlalchemy import Column, Select, func, select


def select_distinct(column: Column[Any]) -> Select[Any]:
    """The values in their order, without ``NULL``; the column must be the first of an index."""
    steps = select(func.min(column).label("value")).cte("steps", recursive=True)
    after = select(func.min(column)).where(column > steps.c.value).scalar_subquery()
    steps = steps.union_all(select(after).where(steps.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None))
