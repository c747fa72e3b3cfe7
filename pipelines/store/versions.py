"""The versions of one report: what it said over time, whatever the addresses that it stood at.

A body that changes at its address is a new version. The same numbers and nearly the same prose at another address (a
PDF beside the page, a mobile copy, another host) are the same version; other numbers or another text there are a
replacement, and that is a version as well. Versions are in the order of their dates of publication, those of one
address in the order of its captures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.store.captures import Moment, Seen
from pipelines.store.facts import Facts, find_changes, find_conflicts, is_same_table

_SAME_TEXT = 0.8  # Jaccard from which prose alone makes two bodies the same version
_SAME_WITH_NUMBERS = 0.6  # … and where the numbers agree


@dataclass(frozen=True, slots=True)
class Evidence:
    """What captures are compared by: numbers by record, prose by text."""

    facts: Mapping[str, Facts]
    prose: Mapping[int, str]
    measure: Callable[[str, str], float]

    def find_facts(self, seen: Seen) -> Facts:
        """The numbers of a capture."""
        return self.facts.get(seen.record_id, {})

    def find_prose(self, seen: Seen) -> str | None:
        """The prose of a capture, where there is enough of it."""
        return None if seen.text_id is None else self.prose.get(seen.text_id)

    def compare_prose(self, one: Seen, other: Seen) -> float | None:
        """The Jaccard of two captures' prose; ``None`` where one has too little."""
        if one.text_id is not None and one.text_id == other.text_id:
            return 1.0
        first, second = self.find_prose(one), self.find_prose(other)
        return self.measure(first, second) if first and second else None


@dataclass(slots=True)
class Version:
    """One version: the first capture of each of its bodies in ``bodies``, all captures in order."""

    captures: list[Seen] = field(default_factory=list)
    bodies: list[Seen] = field(default_factory=list)
    number: int = 0
    change: str | None = None

    @property
    def first(self) -> Seen:
        """The capture that shows it first."""
        return self.captures[0]


def find_versions(captures: Sequence[Seen], evidence: Evidence) -> list[Version]:
    """The versions of a report from its captures in order, numbered from 1, each with what changed."""
    found: list[Version] = []
    last_at: dict[str, Version] = {}
    chains: list[tuple[Version, Version]] = []
    for seen in captures:
        version = _find_body(found, seen) or _find_home(found, seen, last_at, evidence)
        if version is None:
            version = Version()
            found.append(version)
            if seen.url in last_at:
                chains.append((last_at[seen.url], version))
        if not any(body.body == seen.body for body in version.bodies):
            version.bodies.append(seen)
        version.captures.append(seen)
        last_at[seen.url] = version
    return _number(_sort(found, chains), evidence)


def find_best(version: Version, evidence: Evidence) -> Seen:
    """The body that shows a version best: most numbers, then most prose, then the earliest."""

    def rank(seen: Seen) -> tuple[int, int, Moment]:
        numbers = sum(value is not None for value in evidence.find_facts(seen).values())
        return -numbers, -len(evidence.find_prose(seen) or ""), seen.moment

    return min(version.bodies, key=rank)


def _find_body(found: Iterable[Version], seen: Seen) -> Version | None:
    return next((version for version in found if any(body.body == seen.body for body in version.bodies)), None)


def _find_home(
    found: Sequence[Version], seen: Seen, last_at: Mapping[str, Version], evidence: Evidence
) -> Version | None:
    """The version that a new body is one more manifestation of."""
    current = last_at.get(seen.url)
    if current is None and seen.via is not None and seen.via in last_at:
        return last_at[seen.via]  # a file beside its page, seen for the first time
    floor = _compare(current, seen, evidence) if current else 0.0
    scored = [(likeness, place) for place, version in enumerate(found) if version is not current
              for likeness in [_compare(version, seen, evidence)] if likeness > floor]  # fmt: skip
    return found[max(scored)[1]] if scored else None


def _compare(version: Version, seen: Seen, evidence: Evidence) -> float:
    """How much a body is like a version: 0 where they differ in numbers or in text."""
    return max(_compare_bodies(body, seen, evidence) for body in version.bodies)


def _compare_bodies(one: Seen, other: Seen, evidence: Evidence) -> float:
    first, second = evidence.find_facts(one), evidence.find_facts(other)
    if find_conflicts(first, second):
        return 0.0
    likeness = evidence.compare_prose(one, other)
    if is_same_table(first, second):
        return 1.0 if likeness is None else likeness if likeness >= _SAME_WITH_NUMBERS else 0.0
    return likeness if likeness is not None and likeness >= _SAME_TEXT else 0.0


def _sort(found: Sequence[Version], chains: Sequence[tuple[Version, Version]]) -> list[Version]:
    """By date of publication, but never before the version that stood at the same address before."""
    dates: dict[int, str] = {}
    for version in found:
        earlier = [dates[id(before)] for before, after in chains if after is version]
        dates[id(version)] = max([version.first.published or version.first.captured_at[:10], *earlier])
    return sorted(found, key=lambda version: (dates[id(version)], version.first.moment))


def _number(found: list[Version], evidence: Evidence) -> list[Version]:
    for place, version in enumerate(found):
        version.number = place + 1
        version.change = name_change(found[place - 1], version, evidence) if place else None
    return found


def name_change(before: Version, after: Version, evidence: Evidence) -> str:
    """What distinguishes two versions first of all: ``numbers``, ``text`` or only the ``layout``."""
    one, other = find_pair(before, after)
    if find_changes(evidence.find_facts(one), evidence.find_facts(other)):
        return "numbers"
    return "text" if evidence.find_prose(one) != evidence.find_prose(other) else "layout"


def find_pair(before: Version, after: Version) -> tuple[Seen, Seen]:
    """The bodies by which two versions are compared: at one address, else of one media type, else the first."""
    pairs = [(one, other) for one in before.bodies for other in after.bodies]

    def rank(pair: tuple[Seen, Seen]) -> tuple[bool, bool, bool, Moment, Moment]:
        one, other = pair
        return (
            one.url != other.url,
            one.media_type != other.media_type,
            urlsplit(one.url).netloc != urlsplit(other.url).netloc,
            other.moment,
            one.moment,
        )

    return min(pairs, key=rank)
