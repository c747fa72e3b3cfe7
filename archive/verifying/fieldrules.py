"""Which fields which records have, as ``fields.yaml`` lists them, and what of a record's header is not so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
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
    rules = read_rules()
    if head.version not in rules.versions:
        findings.tell("version-newer" if head.version.startswith("1.") else "version-unknown", head, found=head.version)
    for code, facts in _check_names(head.type, tuple(head.fields)):
        findings.tell(code, head, **facts)
    for name, values in head.fields.items():
        rule = rules.fields.get(name)
        if rule:
            _check_values(head, rule, values, findings)
    if head.length and head.type != "continuation" and "content-type" not in head.fields:
        findings.tell("type-of-content-missing", head)


@lru_cache(maxsize=1024)
def _check_names(record_type: str, names: tuple[str, ...]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Problems of a record type with these fields. Most records of a file are of a few shapes."""
    rules = read_rules()
    found = list(_check_type(record_type))
    missing = [name for name in _mandatory(record_type) if name not in names]
    found += [("field-missing", {"field": rules.fields[name].name}) for name in missing]
    for name in names:
        rule = rules.fields.get(name)
        if rule and record_type in rule.forbidden:
            found.append(("field-forbidden", {"field": rule.name}))
        if rule and record_type in rule.undefined:
            found.append(("field-undefined", {"field": rule.name}))
        if rule is None and name not in rules.extensions:
            found.append(_judge_unknown(name))
    return tuple(found)


@lru_cache(maxsize=64)
def _mandatory(record_type: str) -> tuple[str, ...]:
    """The fields that records of a type shall have; of an unknown type, those of all types."""
    rules = read_rules()
    return tuple(
        name
        for name, rule in rules.fields.items()
        if record_type in rule.mandatory or len(rule.mandatory) == len(rules.types)
    )


def _check_type(record_type: str) -> Iterator[tuple[str, dict[str, Any]]]:
    types = read_rules().types
    if not record_type or record_type in types:
        return
    meant = _nearest(record_type, types)
    if meant:
        yield "type-misspelt", {"found": show_text(record_type), "meant": meant}
    else:
        yield "type-unknown", {"found": show_text(record_type)}


def _check_values(head: Head, rule: FieldRule, values: Sequence[str], findings: Findings) -> None:
    if len(values) > 1 and not rule.repeats:
        findings.tell("field-repeated", head, field=rule.name, count=len(values))
    for value in values:
        if not value:
            mandatory = rule.name.lower() in _mandatory(head.type)
            findings.tell("field-empty" if mandatory else "field-blank", head, field=rule.name)
            continue
        for code, why in check_value(rule.form, value):
            findings.tell(code, head, field=rule.name, why=why)


def _judge_unknown(name: str) -> tuple[str, dict[str, Any]]:
    meant = _nearest(name, tuple(read_rules().fields))
    if meant:
        return "field-misspelt", {"field": show_text(name), "meant": read_rules().fields[meant].name}
    return "field-unknown", {"field": show_text(name)}


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
