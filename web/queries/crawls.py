"""Runs and what came of their portals, from the journals beside the archive; nothing of it stands in the store."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from crawler.telling.journal import Journal, PortalEntry, RunEntry, find_journals, find_portal, read_journal, read_run

STATES = ("running", "finished", "lacking", "stopped", "failed", "broken-off")
_LEAST_SILENCE = 30.0  # seconds without a writing, after which a crawl is taken for dead
_SILENT_TURNS = 5  # of the crawl's own interval
_FAILURES = ("failed", "status", "refused", "ignored", "out-of-scope", "gone")
_STAMPED = 4096  # runs
_WHOLE = 16  # journals with all their portals

Stamp = tuple[int, int]  # time of change in nanoseconds, size in bytes


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is listed. ``parts``: the runs of ``crawl-many`` that it is made of, else itself."""

    name: str
    entry: RunEntry
    state: str
    parts: Sequence[str]

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.state == "running"

    @property
    def rate(self) -> float:
        """Captures a minute: of late while it runs, of the whole once it has ended."""
        entry = self.entry
        return entry.recent if self.is_running else entry.captures * 60 / entry.seconds if entry.seconds else 0.0


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


def list_runs(archive: Path, now: datetime) -> list[Run]:
    """All runs, latest first; those that ``crawl-many`` cut one into stand as one."""
    runs = [entry for path in find_journals(archive) if (entry := _read_run(path))]
    wholes = groupby(runs, key=lambda entry: entry.run.partition(".")[0])
    return [_make_run(name, list(parts), now) for name, parts in wholes]


def find_run(archive: Path, name: str, now: datetime) -> tuple[Run, list[PortalEntry]] | None:
    """One run with its portals, a part or a whole; ``None`` where there is no journal of it."""
    paths = [path for path in reversed(find_journals(archive)) if path.stem == name or path.stem.startswith(f"{name}.")]
    journals = [journal for path in paths if (journal := _read_whole(path))]
    if not journals:
        return None
    run = _make_run(name, [journal.run for journal in journals], now)
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


def _make_run(name: str, parts: Sequence[RunEntry], now: datetime) -> Run:
    states = [_name_state(part, now) for part in parts]
    state = min(states, key=_WORST.index)
    return Run(name, _add_up(name, parts, state == "running"), state, [part.run for part in parts])


_WORST = ("running", "broken-off", "failed", "stopped", "lacking", "finished")


def _name_state(entry: RunEntry, now: datetime) -> str:
    if entry.ended is None:
        return "running" if _is_fresh(entry, now) else "broken-off"
    if entry.reason == "finished":
        return "lacking" if entry.lacking else "finished"
    return "stopped" if entry.reason == "shutdown" else "failed"


def _is_fresh(entry: RunEntry, now: datetime) -> bool:
    try:
        silence = (now - datetime.fromisoformat(entry.updated)).total_seconds()
    except (ValueError, TypeError):
        return False
    return silence < max(_LEAST_SILENCE, _SILENT_TURNS * entry.every)


def _add_up(name: str, parts: Sequence[RunEntry], is_running: bool) -> RunEntry:
    """The parts of a run as one."""
    first = parts[0]
    if len(parts) == 1:
        return replace(first, run=name)
    sums = {key: sum(getattr(part, key) for part in parts) for key in _SUMS}
    spiders = " ".join(sorted({part.spider for part in parts}))
    ends = [part.ended for part in parts if part.ended]
    return replace(
        first,
        run=name,
        spider=spiders,
        arguments={key: value for key, value in first.arguments.items() if key not in _OF_PARTS},
        began=min(part.began for part in parts),
        updated=max(part.updated for part in parts),
        ended=max(ends) if len(ends) == len(parts) else None,
        reason=next((part.reason for part in parts if part.reason != "finished"), first.reason),
        every=max(part.every for part in parts),
        seconds=_find_span(parts) if not is_running else max(part.seconds for part in parts),
        **sums,
    )


_SUMS = ("portals", "done", "pages", "captures", "reports", "refusals", "failures", "lacking", "recent", "behind")
_OF_PARTS = ("portal", "documents", "reports")  # arguments that each part has of its own


def _find_span(parts: Sequence[RunEntry]) -> float:
    """Seconds from the first beginning to the last word."""
    try:
        began = min(datetime.fromisoformat(part.began) for part in parts)
        return (max(datetime.fromisoformat(part.updated) for part in parts) - began).total_seconds()
    except ValueError:
        return max(part.seconds for part in parts)


def _read_run(path: Path) -> RunEntry | None:
    stamp = _find_stamp(path)
    return _read_run_once(path, stamp) if stamp else None


def _read_whole(path: Path) -> Journal | None:
    stamp = _find_stamp(path)
    return _read_whole_once(path, stamp) if stamp else None


def _find_stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=_STAMPED)
def _read_run_once(path: Path, stamp: Stamp) -> RunEntry | None:
    return read_run(path)


@lru_cache(maxsize=_WHOLE)
def _read_whole_once(path: Path, stamp: Stamp) -> Journal | None:
    return read_journal(path)
