"""Two readings of one capture: what the present steps read otherwise than the ones whose rows stand in the store."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.comparing.differences import Change, Difference, compare_reports
from pipelines.feeds import Line, Refined

# What of a document's line is told value by value; its blocks, attachments and dropped ones count as ``text``.
_DOCUMENT = (
    *("kind", "rejected", "media_type", "charset", "title", "agency", "level", "region", "year", "form"),
    *("form_expected", "published", "source", "index_number"),
)
_CAPTURE = ("url", "captured_at", "warc", "offset", "payload_digest", "run", "portal", "via", "anchor")
_TEXT = ("body_digest", "blocks", "attachments", "dropped", "from")
_STATE = ("raw", "state", "unit", "parts", "note")
_LISTS = ("stated", "extra_rows", "unmapped", "findings")
# In the order in which they are told.
WHATS = (
    *("reports gained", "reports lost", "documents", "numbers gained", "numbers lost", "numbers changed", "states"),
    *("identities", "sections", *(name.replace("_", " ") for name in _LISTS), "text", "paths", "records"),
)


@dataclass(frozen=True, slots=True)
class Reread:
    """One capture read twice. ``changes`` are by what they are (``WHATS``); ``before`` is ``None`` for a new capture.

    Of ``documents`` a change's id is a key of the line; of ``numbers``, ``states`` and ``paths`` a cell's; of
    ``identities`` an identity's; of ``sections`` a heading. ``text`` names what of the body differs, ``records`` what
    of the capture itself: a record that lies elsewhere, say.
    """

    before: Refined | None
    after: Refined
    changes: dict[str, list[Change]] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """The form of the report that it is, else was; ``-`` for what never was one."""
        reports = [lines.report for lines in (self.after, self.before) if lines is not None and lines.report]
        return next((report["form"] for report in reports if report["form"]), "-")

    @property
    def portal(self) -> str:
        """The portal that the crawl named, else the host."""
        line = self.after.document
        return line["portal"] or urlsplit(line["url"]).netloc or "-"

    def count(self) -> Counter[str]:
        """How many changes of each kind there are."""
        return Counter({what: len(changes) for what, changes in self.changes.items()})


def compare_readings(before: Refined, after: Refined) -> Reread:
    """What differs between the stored lines of a capture and new ones, which are not the same."""
    found: dict[str, list[Change]] = {}
    for what, change in _find_changes(before, after):
        found.setdefault(what, []).append(change)
    if not found:  # and yet the lines are not the same
        found["paths"] = [Change("other parts", None, None)]
    return Reread(before, after, {what: found[what] for what in WHATS if what in found})


def _find_changes(before: Refined, after: Refined) -> Iterator[tuple[str, Change]]:
    one, other = before.document, after.document
    first, second = _full_line(before), _full_line(after)
    keys: tuple[str, ...] = _DOCUMENT
    if (before.report is None) != (after.report is None):
        yield f"reports {'gained' if after.report else 'lost'}", Change("kind", one["kind"], other["kind"])
        keys = tuple(key for key in keys if key not in ("kind", "form_expected"))
    yield from (("documents", change) for change in _compare_keys(first, second, keys))
    yield from _compare_parts(before.report or {}, after.report or {})
    yield from (("text", Change(key, None, None)) for key in _TEXT if one.get(key) != other.get(key))
    yield from (("records", change) for change in _compare_keys(one, other, _CAPTURE))


def _full_line(lines: Refined) -> Line:
    return {**lines.document, "form_expected": lines.report["form_expected"] if lines.report else None}


def _compare_keys(before: Line, after: Line, keys: tuple[str, ...]) -> Iterator[Change]:
    return (Change(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))


def _compare_parts(before: Line, after: Line) -> Iterator[tuple[str, Change]]:
    """Of the lines of two reports, either of which may be empty."""
    difference = compare_reports(before, after)
    yield from ((_name_cell_change(change), change) for change in difference.cells)
    yield from (("identities", change) for change in difference.identities if _is_other_result(change))
    yield from (("sections", Change(section.heading, None, list(section.lines))) for section in difference.sections)
    for name in _LISTS:
        yield from ((name.replace("_", " "), change) for change in _compare_entries(difference, name))
    yield from (("paths", change) for change in _compare_paths(before, after))


def _name_cell_change(change: Change) -> str:
    """A cell that has a number, or another; or none either way, and yet says something else."""
    before, after = (None if side is None else side["value"] for side in (change.before, change.after))
    if before == after:
        return "states"
    return "numbers gained" if before is None else "numbers lost" if after is None else "numbers changed"


def _is_other_result(change: Change) -> bool:
    sides = (change.before, change.after)
    return len({side["result"] if side else None for side in sides}) > 1 or any(
        s and s["result"] == "broken" for s in sides
    )


def _compare_entries(difference: Difference, name: str) -> Iterator[Change]:
    yield from (Change(name, entry, None) for entry in difference.removed[name])
    yield from (Change(name, None, entry) for entry in difference.added[name])


def _compare_paths(before: Line, after: Line) -> Iterator[Change]:
    """Cells that say the same and are proved by another place in the page."""
    places = {cell["id"]: cell for cell in before.get("cells") or ()}
    for cell in after.get("cells") or ():
        other = places.get(cell["id"])
        is_same = other is not None and all(other[key] == cell[key] for key in ("value", *_STATE))
        if other is not None and is_same and other["path"] != cell["path"]:
            yield Change(cell["id"], other["path"], cell["path"])
