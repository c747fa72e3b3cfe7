"""The differences of two report lines (``docs/feeds.md``): identity, numbers, sums, sections, findings and more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pipelines.feeds import Line
from pipelines.store.prose import split_sentences

IDENTITY = (
    "title",
    "agency",
    "level",
    "region",
    "year",
    "form",
    "form_expected",
    "published",
    "source",
    "index_number",
)
_CELL = ("raw", "value", "state", "unit", "parts", "note")
_CHECK = ("result", "left", "right")
# Lists that are compared as a whole, each by the keys that make an entry what it is: its place in the page is not.
_LISTS = {
    "findings": ("id", "severity", "text", "cells"),
    "stated": ("id", "value", "sentence"),
    "extra_rows": ("table", "label", "values"),
    "unmapped": ("tried",),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A value, a cell or a sum that differs; ``None`` where one of the reports does not have it."""

    id: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section whose text differs: its sentences, each with ``-``, ``+`` or, where it is the same, a space before."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything in which two reports differ; ``removed`` and ``added`` by the name of the list."""

    before: Line
    after: Line
    identity: tuple[Change, ...]
    cells: tuple[Change, ...]
    identities: tuple[Change, ...]
    sections: tuple[SectionChange, ...]
    removed: dict[str, list[Line]]
    added: dict[str, list[Line]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        lists = (*self.removed.values(), *self.added.values())
        return not (self.identity or self.cells or self.identities or self.sections or any(lists))


def compare_reports(before: Line, after: Line) -> Difference:
    """What differs between two lines of ``reports.jsonl``; keys that a line lacks count as ``null``."""
    lists = {name: _compare_lists(before.get(name), after.get(name), keys) for name, keys in _LISTS.items()}
    return Difference(
        before,
        after,
        tuple(Change(key, before.get(key), after.get(key)) for key in IDENTITY if before.get(key) != after.get(key)),
        tuple(_compare_by_id(before.get("cells"), after.get("cells"), _CELL)),
        tuple(_compare_by_id(before.get("identities"), after.get("identities"), _CHECK)),
        tuple(_compare_sections(before.get("sections") or (), after.get("sections") or ())),
        {name: removed for name, (removed, _) in lists.items()},
        {name: added for name, (_, added) in lists.items()},
    )


def _compare_by_id(
    before: Sequence[Line] | None, after: Sequence[Line] | None, keys: Iterable[str]
) -> Iterator[Change]:
    """Entries with an identifier, in the order of the first report, then those that only the second has."""
    one = {entry["id"]: entry for entry in before or ()}
    other = {entry["id"]: entry for entry in after or ()}
    for key in dict.fromkeys((*one, *other)):
        first, second = one.get(key), other.get(key)
        if first is None or second is None or any(first.get(name) != second.get(name) for name in keys):
            yield Change(key, first, second)


def _compare_lists(
    before: Sequence[Line] | None, after: Sequence[Line] | None, keys: Sequence[str]
) -> tuple[list[Line], list[Line]]:
    """Entries that only one of the reports has, counted: of two equal ones, one may be gone."""
    one, other = [_reduce(entry, keys) for entry in before or ()], [_reduce(entry, keys) for entry in after or ()]
    removed, added = list(one), []
    for entry in other:
        if entry in removed:
            removed.remove(entry)
        else:
            added.append(entry)
    return removed, added


def _reduce(entry: Line, keys: Iterable[str]) -> Line:
    return {key: entry.get(key) for key in keys}


def _compare_sections(before: Sequence[Line], after: Sequence[Line]) -> Iterator[SectionChange]:
    """Sections by number and heading; one whose heading changed too is one that went and one that came."""
    one, other = _name_sections(before), _name_sections(after)
    for heading in dict.fromkeys((*one, *other)):
        lines = tuple(_compare_texts(one.get(heading, ""), other.get(heading, "")))
        is_whole = (heading in one) != (heading in other)
        if is_whole or any(not line.startswith(" ") for line in lines):
            sign = ("-" if heading in one else "+") if is_whole else ""
            yield SectionChange(f"{sign} {heading}".strip(), lines)


def _name_sections(sections: Sequence[Line]) -> dict[str, str]:
    """The text of each section under its number and heading; a second one of that name gets its count behind it."""
    found: dict[str, str] = {}
    for section in sections:
        name = f"{section['number']}、{section['heading']}" if section["number"] else section["heading"]
        count = 2
        while name in found:
            name, count = f"{name.removesuffix(f' ({count - 1})')} ({count})", count + 1
        found[name] = section["text"]
    return found


def _compare_texts(before: str, after: str) -> Iterator[str]:
    """Sentence by sentence: what stayed, what went, what came."""
    one, other = split_sentences(before), split_sentences(after)
    for what, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            yield from (f"  {sentence}" for sentence in one[start:end])
        else:
            yield from (f"- {sentence}" for sentence in one[start:end])
            yield from (f"+ {sentence}" for sentence in other[first:last])
