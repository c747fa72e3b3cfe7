"""Which fields which records have, as ``fields.yaml`` lists them, and what of a record's header is not so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from archive.verifying.heads import Head
from archive.verifying.problems import Findings, show_text
from archive.verifying.values import FORMS, check_value

# Names that differ in so few letters are the same name, misspelt.
_NEAR = 2


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field of the standard. The sets hold record types."""

    name: str
    form: str
    mandatory: frozenset[str]
    forbidden: frozenset[str]
    undefined: frozenset[str]
    repeats: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole table; fields and extensions by lower-case name."""

    versions: frozenset[str]
    types: tuple[str, ...]
    fields: Mapping[str, FieldRule]
    extensions: frozenset[str]


@cache
def read_rules() -> Rules:
    """The table. Raises ``ValueError`` naming an entry that it does not understand."""
    path = Path(__file__).with_name("fields.yaml")
    found: dict[str, Any] = yaml.load(
        path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    if set(found) != {"versions", "types", "fields", "extensions"}:
        raise ValueError(f"{path}: needs versions, types, fields and extensions, and nothing else")
    types = tuple(found["types"])
    fields = {name.lower(): _read_rule(path, name, entry, types) for name, entry in found["fields"].items()}
    return Rules(frozenset(found["versions"]), types, fields, frozenset(name.lower() for name in found["extensions"]))


def _read_rule(path: Path, name: str, entry: dict[str, Any], types: Sequence[str]) -> FieldRule:
    if extra := set(entry) - {"form", "mandatory", "forbidden", "undefined", "repeats"}:
        raise ValueError(f"{path}: {name} has the unknown key {min(extra)}")
    if entry.get("form") not in FORMS:
        raise ValueError(f"{path}: {name} has the unknown form {entry.get('form')}")
    sets = {}
    for key in ("mandatory", "forbidden", "undefined"):
        named = types if entry.get(key) == "all" else entry.get(key, [])
        if extra := set(named) - set(types):
            raise ValueError(f"{path}: {name} names the unknown record type {min(extra)}")
        sets[key] = frozenset(named)
    return FieldRule(name, entry["form"], repeats=bool(entry.get("repeats")), **sets)


def check_fields(head: Head, findings: Findings) -> None:
    """Tell what is missing, forbidden, repeated, empty, ill-formed or unknown in a WARC record's header."""
    _check_version(head, findings)
    _check_type(head, findings)
    rules = read_rules()
    for name, rule in rules.fields.items():
        values = head.values(name)
        if values:
            _check_present(head, rule, values, findings)
        elif head.type in rule.mandatory or len(rule.mandatory) == len(rules.types):
            findings.tell("field-missing", head, field=rule.name)
    for name, written in head.names.items():
        if name not in rules.fields and name not in rules.extensions:
            _check_unknown(head, name, written, findings)
    if head.length and head.type != "continuation" and not head.values("content-type"):
        findings.tell("type-of-content-missing", head)


def _check_version(head: Head, findings: Findings) -> None:
    if head.version in read_rules().versions:
        return
    newer = head.version.startswith("1.")
    findings.tell("version-newer" if newer else "version-unknown", head, found=head.version)


def _check_type(head: Head, findings: Findings) -> None:
    types = read_rules().types
    if not head.type or head.type in types:
        return
    meant = _nearest(head.type, types)
    if meant:
        findings.tell("type-misspelt", head, found=show_text(head.type), meant=meant)
    else:
        findings.tell("type-unknown", head, found=show_text(head.type))


def _check_present(head: Head, rule: FieldRule, values: Sequence[str], findings: Findings) -> None:
    if head.type in rule.forbidden:
        findings.tell("field-forbidden", head, field=rule.name)
    if head.type in rule.undefined:
        findings.tell("field-undefined", head, field=rule.name)
    if len(values) > 1 and not rule.repeats:
        findings.tell("field-repeated", head, field=rule.name, count=len(values))
    mandatory = head.type in rule.mandatory
    for value in values:
        if not value:
            findings.tell("field-empty" if mandatory else "field-blank", head, field=rule.name)
        for code, why in check_value(rule.form, value) if value else ():
            findings.tell(code, head, field=rule.name, why=why)


def _check_unknown(head: Head, name: str, written: str, findings: Findings) -> None:
    meant = _nearest(name, tuple(read_rules().fields))
    if meant:
        findings.tell("field-misspelt", head, field=show_text(written), meant=read_rules().fields[meant].name)
    else:
        findings.tell("field-unknown", head, field=show_text(written))


@cache
def _nearest(word: str, words: tuple[str, ...]) -> str | None:
    """The nearest of some words that is at most ``_NEAR`` letters away; of equally near ones the first."""
    if len(word) > 64:
        return None
    distance, position = min((_distance(word, other), at) for at, other in enumerate(words))
    return words[position] if distance <= _NEAR else None


def _distance(one: str, other: str) -> int:
    """How many letters must be changed, added or taken out (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        row = list(_next_row(row, at, letter, other))
    return row[-1]


def _next_row(above: list[int], at: int, letter: str, other: str) -> Iterator[int]:
    left = at
    yield left
    for column, second in enumerate(other, 1):
        left = min(above[column] + 1, left + 1, above[column - 1] + (letter != second))
        yield left
