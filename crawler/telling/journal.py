"""The journal of a run: what came of each portal so far, in a small file beside the archive that it fills.

``ARCHIVE_DIR/runs/RUN.jsonl`` is written anew while the crawl runs and once more when it ends, whole or not at all: a
line for the run, then one for each portal, as JSON. It is for people who look on; nothing of the archive or the store
is made from it, and it may be deleted.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self, TypeVar

from crawler.telling.ledger import NO_YEAR, Account

Made = TypeVar("Made", "RunEntry", "PortalEntry")

FOLDER = "runs"
SUFFIX = ".jsonl"
MOST_NOTES = 60  # of a portal; the rest is counted


@dataclass(frozen=True, slots=True)
class RunEntry:
    """The line of a run. Times are UTC, like ``2023-01-18T09:30:00Z``; ``ended`` and ``reason`` stay empty till then.

    ``every``: seconds between two writings; a run that has not ended and was not updated for long was killed.
    """

    run: str
    spider: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    began: str = ""
    updated: str = ""
    every: float = 0.0
    seconds: float = 0.0  # that the crawl ran
    ended: str | None = None
    reason: str | None = None  # Scrapy's word: ``finished``, ``shutdown``, …
    portals: int = 0
    done: int = 0  # portals of which nothing is asked at the moment
    pages: int = 0
    captures: int = 0
    reports: int = 0
    refusals: int = 0
    failures: int = 0
    lacking: int = 0  # portals that a person must look at; known at the end
    recent: float = 0.0  # captures a minute in the last minute
    behind: int = 0  # captures that wait to be refined


@dataclass(frozen=True, slots=True)
class PortalEntry:
    """The line of a portal. ``why``: why a person must look at it; known at the end.

    ``years``: what was archived and parsed of each year, 0 for what has none.
    """

    portal: str
    name: str = ""
    open: int = 0  # requests that are neither answered nor given up
    captures: int = 0
    pages: int = 0
    reports: int = 0
    left: int = 0  # reports that are as they were, or not due
    years: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    broken: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[tuple[str, str]] = ()  # kind and text, as in the ledger
    more: int = 0  # notes that are not here
    why: str | None = None

    @classmethod
    def of(cls, portal: str, account: Account, waiting: int, why: str | None) -> Self:
        """The line of an account."""
        broken: dict[str, int] = {}
        for tally in account.years.values():
            for identity, count in tally.broken.items():
                broken[identity] = broken.get(identity, 0) + count
        notes = [(note.kind, note.text) for note in account.notes[:MOST_NOTES]]
        return cls(
            portal=portal,
            name=account.name,
            open=max(0, waiting),
            captures=account.captures,
            pages=account.pages,
            reports=account.reports,
            left=len(account.left),
            years={year: (tally.archived, tally.parsed) for year, tally in sorted(account.years.items())},
            refused=dict(account.refused),
            rejected=dict(account.rejected),
            broken=broken,
            notes=notes,
            more=len(account.notes) - len(notes),
            why=why,
        )

    @property
    def is_done(self) -> bool:
        """Whether something came, or was said, and nothing is asked at the moment."""
        return not self.open and bool(self.captures or self.left or self.notes)

    @property
    def without_year(self) -> int:
        """Answers of no year: lists, and what is no report."""
        return self.years.get(NO_YEAR, (0, 0))[0]


@dataclass(frozen=True, slots=True)
class Journal:
    """A run and its portals, in the order of its plan."""

    run: RunEntry
    portals: Sequence[PortalEntry]


def journal_path(archive: Path, run: str) -> Path:
    """Where the journal of a run lies."""
    return archive / FOLDER / (run + SUFFIX)


def write_journal(archive: Path, journal: Journal) -> None:
    """Put a journal in the place of the one that is there; raises ``OSError``."""
    path = journal_path(archive, journal.run.run)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    entries: list[RunEntry | PortalEntry] = [journal.run, *journal.portals]
    lines = (json.dumps(_shorten(entry), ensure_ascii=False) for entry in entries)
    temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    temporary.replace(path)


def find_journals(archive: Path) -> list[Path]:
    """The journals of an archive, the latest run first: runs are named by the time at which they began."""
    return sorted((archive / FOLDER).glob(f"[!.]*{SUFFIX}"), key=lambda path: path.name, reverse=True)


def read_run(path: Path) -> RunEntry | None:
    """The run alone; ``None`` where the file is gone or is no journal."""
    with suppress(OSError, ValueError), path.open(encoding="utf-8") as file:
        return _make(RunEntry, file.readline())
    return None


def read_journal(path: Path) -> Journal | None:
    """The whole journal; ``None`` where the file is gone or is no journal."""
    with suppress(OSError, ValueError), path.open(encoding="utf-8") as file:
        run = _make(RunEntry, file.readline())
        return Journal(run, tuple(_read_portals(file))) if run else None
    return None


def find_portal(path: Path, portal: str) -> PortalEntry | None:
    """One portal's line of a journal: the others are not made into anything."""
    sign = f'{{"portal": {json.dumps(portal, ensure_ascii=False)}'
    with suppress(OSError, ValueError), path.open(encoding="utf-8") as file:
        return next(iter(_read_portals(line for line in file if line.startswith(sign))), None)
    return None


def _read_portals(lines: Iterable[str]) -> Iterator[PortalEntry]:
    for line in lines:
        if entry := _make(PortalEntry, line):
            years = {int(year): (counts[0], counts[1]) for year, counts in dict(entry.years).items()}
            yield PortalEntry(**{**_as_dict(entry), "years": years})


def _make(kind: type[Made], line: str) -> Made | None:
    """An entry from its line; keys that another version wrote are left out."""
    found = json.loads(line)
    known = {each.name for each in fields(kind)}
    try:
        return kind(**{name: value for name, value in found.items() if name in known})
    except (TypeError, AttributeError):
        return None


def _as_dict(entry: PortalEntry) -> dict[str, Any]:
    return {each.name: getattr(entry, each.name) for each in fields(entry)}


def _shorten(entry: RunEntry | PortalEntry) -> dict[str, Any]:
    """An entry without what is empty: thousands of portals have most of it so."""
    return {name: value for name, value in asdict(entry).items() if value not in (None, "", 0, (), {}, [])}
