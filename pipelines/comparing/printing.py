"""Differences for people, line by line, and for programs, as one JSON object."""

from collections.abc import Iterator
from typing import Any

from pipelines.comparing.differences import Change, Difference, SectionChange
from pipelines.feeds import Line

_CONTEXT = 1  # unchanged sentences shown on either side of a changed one
_TITLES = {"stated": "figures in the prose", "extra_rows": "rows outside the form", "unmapped": "tables not mapped"}
_PLACE = ("record_id", "url", "captured_at", "agency", "year", "parser", "body_digest")


def print_difference(difference: Difference) -> Iterator[str]:
    """A report's differences: its name first, then indented what changed."""
    yield _print_name(difference.before, difference.after)
    sums = tuple(change for change in difference.identities if _is_telling(change))
    for title, changes in (("identity", difference.identity), ("numbers", difference.cells), ("sums", sums)):
        if changes:
            yield f"  {title}"
            width = max(len(change.id) for change in changes)
            yield from (f"    {change.id:<{width}}  {_print_change(change)}" for change in changes)
    for section in difference.sections:
        yield f"  section {section.heading}"
        yield from (f"    {line}" for line in _shorten(section))
    for name in difference.removed:
        if difference.removed[name] or difference.added[name]:
            yield f"  {_TITLES.get(name, name)}"
            yield from (f"    - {_print_entry(entry)}" for entry in difference.removed[name])
            yield from (f"    + {_print_entry(entry)}" for entry in difference.added[name])


def make_object(difference: Difference) -> Line:
    """The same for programs: whole cells, whole sections, every key always there."""
    return {
        "before": name_place(difference.before),
        "after": name_place(difference.after),
        "identity": [_make_change(change) for change in difference.identity],
        "cells": [_make_change(change) for change in difference.cells],
        "identities": [_make_change(change) for change in difference.identities],
        "sections": [{"heading": section.heading, "lines": list(section.lines)} for section in difference.sections],
        "removed": difference.removed,
        "added": difference.added,
    }


def name_place(line: Line) -> Line:
    """Which capture a line is of, read by which parser."""
    return {key: line.get(key) for key in _PLACE}


def print_place(line: Line) -> str:
    """The same in a few words."""
    return f"{line.get('agency') or 'agency unknown'} {line.get('year') or 'year unknown'}  {line.get('url')}"


def _print_name(before: Line, after: Line) -> str:
    name, urls = print_place(after), f"{before.get('url')} → {after.get('url')}"
    if before.get("year") != after.get("year"):
        name = f"{after.get('agency')} {before.get('year')} → {after.get('year')}  {urls}"
    elif before.get("url") != after.get("url"):
        name = f"{after.get('agency')} {after.get('year')}  {urls}"
    if before.get("captured_at") != after.get("captured_at"):
        name += f"  ({before.get('captured_at')} → {after.get('captured_at')})"
    elif before.get("parser") != after.get("parser"):
        name += f"  (parser {before.get('parser')} → {after.get('parser')})"
    return name


def _is_telling(change: Change) -> bool:
    """Whether a sum came out differently: one that holds with other operands is no news."""
    results = [side["result"] if side else None for side in (change.before, change.after)]
    return results[0] != results[1] or results[0] == "broken"


def _print_change(change: Change) -> str:
    return f"{print_value(change.before)} → {print_value(change.after)}"


def print_value(value: Any) -> str:
    """A plain value, a cell or a sum, in as few words as tell it from the other."""
    if not isinstance(value, dict):
        return "nothing" if value is None else str(value)
    if "result" in value:
        sides = f" ({print_number(value['left'])} and {print_number(value['right'])})"
        return str(value["result"]) + (sides if value["result"] == "broken" else "")
    number = print_number(value.get("value"))
    if value.get("state") != "number":
        return f"{value.get('state')}" + (f" {value['raw'].strip()!r}" if (value.get("raw") or "").strip() else "")
    unit = value.get("unit")
    return (
        number
        + (f" {unit}" if unit not in (None, "item") else "")
        + (f"（{value['note']}）" if value.get("note") else "")
    )


def print_number(value: Any) -> str:
    """A number without a needless point; ``none`` for none."""
    return "none" if value is None else f"{value:.15g}"


def _print_entry(entry: Line) -> str:
    return "  ".join(str(value) for key, value in entry.items() if value not in (None, [], "") and key != "cells")


def _shorten(section: SectionChange) -> Iterator[str]:
    """The changed sentences with a little of what stands around them."""
    changed = [number for number, line in enumerate(section.lines) if not line.startswith(" ")]
    near = {number + step for number in changed for step in range(-_CONTEXT, _CONTEXT + 1)}
    shown = False
    for number, line in enumerate(section.lines):
        if number in near:
            yield line
        elif shown:
            yield "  …"
        shown = number in near


def _make_change(change: Change) -> Line:
    return {"id": change.id, "before": change.before, "after": change.after}
