"""A finding's sentence in the reader's language: names for identifiers, days for instants, thousands apart."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from web.tables import find_form, name_cells, show_number
from web.telling.sentences import REFUSED, read_sentence
from web.words import Words

_CHANGE = re.compile(r"([\w.]+) (no number|\S+) → (no number|[^\s,]+)")
_MORE = re.compile(r" and (\d+) more$")
_FORMS = ("2021", "2019", "2014")  # by whose words a row is called where the report's own form has it not


def tell(words: Words, kind: str, text: str, form: str | None) -> str | None:
    """What a finding says, in one sentence; ``None`` where its sentence is none that we know."""
    said = read_sentence(kind, text)
    if said is None:
        return None
    show = _Showing(words, form)
    shown = {name: show.field(name, value) for name, value in _tell_apart(said.fields).items()}
    return words(f"says.{said.name}", **shown)


def _tell_apart(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Two instants of one day with their hour; the others stay, and are shown by their day."""
    one, other = fields.get("since", ""), fields.get("until", "")
    if not one or one[:10] != other[:10]:
        return fields
    return {**fields, "since": _show_hour(one), "until": _show_hour(other)}


def _show_day(instant: str) -> str:
    return instant[:10] if instant[10:11] == "T" else instant


def _show_hour(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC" if len(instant) > 16 else instant


class _Showing:
    """The fields of a sentence as a page shows them."""

    def __init__(self, words: Words, form: str | None) -> None:
        self._words = words
        self._form = form
        self._how: Mapping[str, Callable[[str], str]] = {
            **dict.fromkeys(("count", "left", "right"), _show_number),
            **dict.fromkeys(("since", "until", "date", "deadline"), _show_day),
            **dict.fromkeys(("form", "expected"), lambda value: words.get(f"form.{value}", value)),
            "table": lambda value: words.get(f"table.{value}", value),
            **dict.fromkeys(("row", "column", "cell"), self._name),
            "rows": lambda value: self._join(value.split(", ")),
            "rows_and": lambda value: self._join(value.split(" and ")),
            "identity": lambda value: name_identity(words, value, form),
            "reason": self._name_reason,
            "changes": self._list_changes,
            "first": lambda value: tell(words, REFUSED, value, form) or value,
        }

    def field(self, name: str, value: str) -> str:
        """One field."""
        return self._how[name](value) if name in self._how else value

    def _name(self, value: str) -> str:
        return name_part(value, self._form)

    def _join(self, names: list[str]) -> str:
        return self._between.join(map(self._name, names))

    def _name_reason(self, value: str) -> str:
        words = self._words
        return words("gone.status", status=value) if value.isdigit() else words.get(f"gone.{value}", value)

    def _list_changes(self, value: str) -> str:
        shown = [
            f"{self._name(cell)} {self._show(one)} → {self._show(two)}" for cell, one, two in _CHANGE.findall(value)
        ]
        if more := _MORE.search(value):
            shown.append(self._words("findings.more_changes", count=more[1]))
        return self._between.join(shown) if shown else value

    def _show(self, value: str) -> str:
        return self._words("findings.no_number") if value == "no number" else _show_number(value)

    @property
    def _between(self) -> str:
        return "、" if self._words.language == "zh" else ", "


def name_identity(words: Words, identity: str, form: str | None) -> str:
    """An identity with what it holds against what, and of which column or row."""
    rule, _, part = identity.partition(".")
    what = words.get(f"identity.{rule}", "")
    where = words.get(part, words.get(f"acts.{part}", name_part(part, form))) if part else ""
    if not what:
        return identity
    return (
        words("identity.of", id=rule, what=what, where=where) if part else words("identity.alone", id=rule, what=what)
    )


def name_part(identifier: str, form: str | None) -> str:
    """The words of the form for a cell, a row or a column; the identifier itself where it has none."""
    return next((found for each in (form, *_FORMS) if (found := _list_names(each).get(identifier))), identifier)


@lru_cache(maxsize=8)
def _list_names(form: str | None) -> dict[str, str]:
    found = find_form(form)
    names: dict[str, str] = {}
    for table in found.tables if found else ():
        for row in table.rows:
            for name in (row.id, f"{table.prefix}{row.id}"):
                names.setdefault(name, row.labels[0])
        for column in table.columns:
            names.setdefault(column.id, column.labels[0])
    return {**names, **name_cells(form)}


def _show_number(value: str) -> str:
    try:
        return show_number(float(value))
    except ValueError:
        return value
