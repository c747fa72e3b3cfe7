"""Coverage for people, in a hundred columns, and for programs: one JSON object, or CSV with a line a cell."""

import csv
import json
from collections.abc import Iterator
from typing import IO, Any

from rich.cells import cell_len, set_cell_size

from crawler.coverage.matrix import STATES, Coverage, Row

WIDTH = 100
MARKS = {"parsed": "P", "late": "L", "withdrawn": "W", "archived": "A", "refused": "R", "missing": "M"}
MEANING = {
    "parsed": "parsed",
    "late": "parsed, published late",
    "withdrawn": "archived, since withdrawn",
    "archived": "archived, not parsed",
    "refused": "the portal refused",
    "missing": "expected, not found",
}
COLUMNS = ("agency", "portal", "level", "region", "year", "state", "detail", "url", "record_id")
_LONGEST_NAME = 44


def print_coverage(coverage: Coverage, source: str, catalogue: str) -> Iterator[str]:
    """The lines of the matrix: blocks of years side by side as they fit, totals, the legend."""
    spans = f"{coverage.years[0]}–{coverage.years[-1]}" if len(coverage.years) > 1 else str(coverage.years[0])
    yield f"Coverage {spans} · agencies: {len(coverage.rows)} · from {source}"
    names = [*(row.agency for row in coverage.rows), *STATES, "not expected"]
    width = min(_LONGEST_NAME, max(map(cell_len, names)))
    column = max(5, len(str(len(coverage.rows))) + 1)
    if width + column * len(coverage.years) > WIDTH:
        column = max(3, len(str(len(coverage.rows))) + 1)
    each = max(1, (WIDTH - width) // column)
    for start in range(0, len(coverage.years), each):
        yield ""
        yield from _print_block(coverage, coverage.years[start : start + each], width, column)
    yield ""
    yield from _wrap([f"{MARKS[state]} {MEANING[state]}" for state in STATES] + ["blank: not expected, or not due yet"])
    yield from (f"{portal}, in no catalogue: refused, {why}" for portal, why in coverage.refused.items())
    if coverage.uncrawled:
        portals = "1 portal" if coverage.uncrawled == 1 else f"{coverage.uncrawled} portals"
        yield f"{portals} of catalogue {catalogue} never crawled: left out (--all shows them)"


def make_object(coverage: Coverage, source: str) -> dict[str, Any]:
    """The object of ``--json``."""
    return {
        "source": source,
        "years": list(coverage.years),
        "totals": {state: coverage.totals[state] for state in STATES},
        "uncrawled": coverage.uncrawled,
        "refused": dict(coverage.refused),
        "agencies": [_make_row(row) for row in coverage.rows],
    }


def write_json(coverage: Coverage, source: str, out: IO[str]) -> None:
    """One object."""
    json.dump(make_object(coverage, source), out, ensure_ascii=False, indent=1)
    out.write("\n")


def write_csv(coverage: Coverage, out: IO[str]) -> None:
    """A header, then a line for each agency and year that is found or expected."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in coverage.rows:
        for year, cell in row.cells.items():
            found = (row.agency, row.portal, row.level, row.region, year)
            writer.writerow([*found, cell.state, cell.detail, cell.url, cell.record_id])


def _print_block(coverage: Coverage, years: tuple[int, ...], width: int, column: int) -> Iterator[str]:
    heads = [str(year) if column >= 5 else f"{year % 100:02}" for year in years]
    yield _line("", heads, width, column)
    for row in coverage.rows:
        marks = [MARKS[row.cells[year].state] if year in row.cells else "" for year in years]
        yield _line(row.agency, marks, width, column)
    yield _line("─" * width, ["─" * column] * len(years), width, column)
    for state in STATES:
        if coverage.totals[state]:
            counts = [coverage.total(state, year) for year in years]
            yield _line(state, [str(count or "") for count in counts], width, column)


def _line(name: str, cells: list[str], width: int, column: int) -> str:
    shown = set_cell_size(name, width) if cell_len(name) <= width else set_cell_size(name, width - 1) + "…"
    return (shown + "".join(cell.rjust(column) for cell in cells)).rstrip()


def _wrap(pieces: list[str]) -> Iterator[str]:
    line = ""
    for piece in pieces:
        longer = f"{line} · {piece}" if line else piece
        if cell_len(longer) > WIDTH:
            yield line
            longer = piece
        line = longer
    yield line


def _make_row(row: Row) -> dict[str, Any]:
    cells = [
        {"year": year, "state": cell.state, "detail": cell.detail, "url": cell.url, "record_id": cell.record_id}
        for year, cell in row.cells.items()
    ]
    return {"agency": row.agency, "portal": row.portal, "level": row.level, "region": row.region, "cells": cells}
