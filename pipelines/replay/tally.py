"""What a replay came to: lines by kind, form and rejection, damage found on the way, and where the time went."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from pipelines.feeds import Refined

MOST_PLACES = 200  # of one sort that are kept by name; the others are counted


@dataclass(slots=True)
class Places:
    """Places of one sort: all counted, the first of them named."""

    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, lines: Iterable[str], count: int | None = None) -> None:
        """Add lines; ``count`` where they stand for more."""
        lines = list(lines)
        self.count += len(lines) if count is None else count
        self.named += lines[: MOST_PLACES - len(self.named)]


@dataclass(slots=True)
class Tally:
    """Counts of one piece, or of all that was replayed."""

    kinds: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)  # of work, by step
    broken_identities: int = 0
    damage: Places = field(default_factory=Places)
    refused: Places = field(default_factory=Places)  # files that are no archive
    remarks: Places = field(default_factory=Places)  # damage that touches no answer
    given_up: Places = field(default_factory=Places)  # captures that kill whoever reads them

    @property
    def pages(self) -> int:
        """How many lines of documents there are."""
        return sum(self.kinds.values())

    def count(self, lines: Refined) -> None:
        """Count one capture's lines."""
        document = lines.document
        self.kinds[document["kind"]] += 1
        if document["rejected"]:
            self.rejections[document["rejected"]] += 1
        if lines.report:
            self.forms[document["form"]] += 1
            self.broken_identities += sum(check["result"] == "broken" for check in lines.report["identities"])

    def add(self, other: "Tally") -> None:
        """Add another's counts."""
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for name in _PLACES:
            found: Places = getattr(other, name)
            getattr(self, name).add(found.named, found.count)
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.broken_identities += other.broken_identities

    def as_object(self) -> dict[str, Any]:
        """As JSON takes it."""
        places = {name: [getattr(self, name).count, getattr(self, name).named] for name in _PLACES}
        counters = {name: dict(getattr(self, name)) for name in _COUNTERS}
        return counters | places | {"broken": self.broken_identities, "seconds": self.seconds}

    @classmethod
    def of_object(cls, found: dict[str, Any]) -> Self:
        """As it was; raises ``KeyError`` or ``TypeError`` for what is none."""
        tally = cls(broken_identities=int(found["broken"]), seconds=dict(found["seconds"]))
        for name in _COUNTERS:
            getattr(tally, name).update(found[name])
        for name in _PLACES:
            count, named = found[name]
            getattr(tally, name).add(named, count)
        return tally


_COUNTERS = ("kinds", "forms", "rejections")
_PLACES = ("damage", "refused", "remarks", "given_up")
