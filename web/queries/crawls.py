"""Runs and what came of their portals, from the journals beside the archive; nothing of it stands in the store."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.telling.journal import PortalEntry, find_journals, find_portal
from crawler.telling.runs import Run, make_run, read_whole

_FAILURES = ("failed", "status", "refused", "ignored", "out-of-scope", "gone")


@dataclass(frozen=True, slots=True)
class Failure:
    """Requests that failed for one reason. ``example``: the first address; ``portals``: how many have it."""

    kind: str
    what: str
    count: int
    portals: int
    example: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Answers that refuse under one name."""

    name: str
    count: int
    portals: Sequence[PortalEntry]


@dataclass(frozen=True, slots=True)
class Stop:
    """A list that was not read to its end, and why."""

    portal: PortalEntry
    url: str
    why: str


def find_run(archive: Path, name: str, now: datetime) -> tuple[Run, list[PortalEntry]] | None:
    """One run with its portals, a part or a whole; ``None`` where there is no journal of it."""
    paths = [path for path in reversed(find_journals(archive)) if path.stem == name or path.stem.startswith(f"{name}.")]
    journals = [journal for path in paths if (journal := read_whole(path))]
    if not journals:
        return None
    run = make_run(name, [journal.run for journal in journals], now)
    return run, [portal for journal in journals for portal in journal.portals]


def find_history(archive: Path, portal: str, runs: Iterable[Run]) -> Iterator[tuple[Run, PortalEntry]]:
    """What came of a portal in each of some runs that asked it."""
    paths = {path.stem: path for path in find_journals(archive)}
    for run in runs:
        for part in run.parts:
            if entry := find_portal(paths[part], portal):
                yield run, entry


def name_state(portal: PortalEntry, run: Run) -> str:
    """How it stands with a portal: ``waiting``, ``under-way``, ``done``, ``lacking``, ``left-open``."""
    if run.is_running:
        return "under-way" if portal.open else "done" if portal.is_done else "waiting"
    if portal.why:
        return "lacking"
    return "left-open" if portal.open and run.state != "finished" else "done"


def count_refusals(portals: Iterable[PortalEntry]) -> list[Refusal]:
    """Refusals by name, the most frequent first."""
    counts: Counter[str] = Counter()
    found: dict[str, list[PortalEntry]] = {}
    for portal in portals:
        counts.update(portal.refused)
        for name in portal.refused:
            found.setdefault(name, []).append(portal)
    return [Refusal(name, counts[name], found[name]) for name in sorted(counts, key=lambda name: (-counts[name], name))]


def count_failures(portals: Iterable[PortalEntry]) -> list[Failure]:
    """What failed by reason, the most frequent first, each with an example."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for portal in portals:
        for kind, text in portal.notes:
            if kind in _FAILURES:
                url, what = split_note(text)
                found.setdefault((kind, what), []).append((portal.portal, url))
    failures = [
        Failure(kind, what, len(some), len({portal for portal, _ in some}), some[0][1])
        for (kind, what), some in found.items()
    ]
    return sorted(failures, key=lambda failure: (-failure.count, failure.kind, failure.what))


def list_stops(portals: Iterable[PortalEntry]) -> list[Stop]:
    """The lists that were not read to their end."""
    return [Stop(portal, *split_note(text)) for portal in portals for kind, text in portal.notes if kind == "stopped"]


def split_note(text: str) -> tuple[str, str]:
    """The address of a note, and what is said of it."""
    url, between, what = text.partition(": ")
    return (url, what) if between and "://" in url else ("", text)
