"""Runs as their journals tell of them: which go on, how the others ended, and what came of each as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from crawler.telling.journal import Journal, RunEntry, find_journals, read_journal, read_run

STATES = ("running", "finished", "lacking", "stopped", "failed", "broken-off")
_LEAST_SILENCE = 30.0  # seconds without a writing, after which a crawl is taken for dead
_SILENT_TURNS = 5  # of the crawl's own interval
_STAMPED = 4096  # runs
_WHOLE = 16  # journals with all their portals

Stamp = tuple[int, int, int]  # number of the file, time of change in nanoseconds, size in bytes


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


def list_runs(archive: Path, now: datetime) -> list[Run]:
    """All runs, latest first; those that ``crawl-many`` cut one into stand as one."""
    runs = [entry for path in find_journals(archive) if (entry := _read_run(path))]
    wholes = groupby(runs, key=lambda entry: entry.run.partition(".")[0])
    return [make_run(name, list(parts), now) for name, parts in wholes]


def make_run(name: str, parts: Sequence[RunEntry], now: datetime) -> Run:
    """The run that some journals are parts of, as it stands at a moment."""
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
    stamp = find_stamp(path)
    return _read_run_once(path, stamp) if stamp else None


def read_whole(path: Path) -> Journal | None:
    """A journal with all its portals, read again only where it was written since."""
    stamp = find_stamp(path)
    return _read_whole_once(path, stamp) if stamp else None


def find_stamp(path: Path) -> Stamp | None:
    """What changes when a journal is written; ``None`` where there is none.

    Each writing makes a new file. Times alone do not tell: many file systems count them in steps of milliseconds.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=_STAMPED)
def _read_run_once(path: Path, stamp: Stamp) -> RunEntry | None:
    return read_run(path)


@lru_cache(maxsize=_WHOLE)
def _read_whole_once(path: Path, stamp: Stamp) -> Journal | None:
    return read_journal(path)
