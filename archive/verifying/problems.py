"""Problems: what is wrong, how badly, where, and what to do; their words lie in ``problems.yaml``."""

from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

import yaml

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

# Problems of one kind in one file that are kept one by one; a file whose every record is wrong is told of by counts.
MOST_KEPT = 1000

# What says that a file ends too early. In a file that is still being written that is no damage.
CUTS = frozenset({"member-cut", "header-cut", "record-cut", "end-cut"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``offset`` is the record's (its gzip member's); ``None`` for the file as a whole."""

    severity: Severity
    code: str
    path: str
    offset: int | None
    record_id: str | None
    record_type: str | None
    text: str  # one sentence: what is wrong, and the way out

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a code means."""

    severity: Severity
    says: str
    do: str


class Place(Protocol):
    """Whatever knows where a record lies and what it calls itself."""

    @property
    def offset(self) -> int:
        """Of its first byte, or of its gzip member's."""

    @property
    def id(self) -> str | None:
        """WARC-Record-ID as written."""

    @property
    def type(self) -> str:
        """WARC-Type in lower case, or what an ARC record amounts to."""


@cache
def read_kinds() -> dict[str, Kind]:
    """Every code with its meaning. Raises ``ValueError`` for an entry that is not complete."""
    path = Path(__file__).with_name("problems.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    kinds = {}
    for code, entry in yaml.load(path.read_text(encoding="utf-8"), Loader=loader).items():
        if set(entry) != {"severity", "says", "do"} or entry["severity"] not in SEVERITIES:
            raise ValueError(f"{path}: {code} needs severity ({', '.join(SEVERITIES)}), says and do, and nothing else")
        kinds[code] = Kind(**entry)
    return kinds


class Findings:
    """The problems of one file. Those of one kind beyond ``MOST_KEPT`` are only counted."""

    def __init__(self, path: str, *, unfinished: bool = False) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.counts: Counter[tuple[Severity, str]] = Counter()
        self._unfinished = unfinished

    def tell(self, code: str, place: Place | None = None, *, offset: int | None = None, **facts: object) -> None:
        """Note a problem of a record, of an offset, or, with neither, of the file."""
        if self._unfinished and code in CUTS:
            code, facts = "open-cut", {"why": code}
        kind = read_kinds()[code]
        self.counts[kind.severity, code] += 1
        if self.counts[kind.severity, code] > MOST_KEPT:
            return
        self.problems.append(
            Problem(
                severity=kind.severity,
                code=code,
                path=self.path,
                offset=place.offset if place else offset,
                record_id=place.id if place else None,
                record_type=(place.type or None) if place else None,
                text=f"{kind.says.format(**facts)}; {kind.do}",
            )
        )

    def count(self, severity: Severity) -> int:
        """How many problems of that severity there are."""
        return sum(number for (found, _), number in self.counts.items() if found == severity)


def show_bytes(raw: bytes, most: int = 32) -> str:
    """The first bytes as a message may quote them."""
    return repr(raw[:most])[1:] + ("…" if len(raw) > most else "")


def show_text(text: str, most: int = 120) -> str:
    """A value as a message may quote it: in quotes, control characters escaped."""
    return repr(text[:most]) + ("…" if len(text) > most else "")
