"""How each portal did in the runs of late, from the journals: who brought something last when, and who fails since."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from crawler.telling.journal import RunEntry, journal_path
from crawler.telling.runs import Run, Stamp, find_stamp, list_runs

_SIGN = '{"portal": "'
_KEPT = 256  # journals whose portals are remembered; one of 3,000 portals takes 300 KB
_LISTS = ("urls",)  # spiders that walk no portal


class Outcome(NamedTuple):
    """What came of a portal in one run. ``why``: why a person must look at it; known where the run finished."""

    portal: str
    name: str = ""
    why: str | None = None
    brought: bool = False  # reports, or the word that those it has are as they were
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Visits:
    """A portal over the runs of late. Times like ``2026-01-18T09:30:00Z``, of the last word of a run.

    ``failures``: finished runs in a row, up to the last, in which nothing came; ``why``: of the last finished one.
    """

    portal: str
    name: str = ""
    asked: str = ""
    succeeded: str | None = None
    failures: int = 0
    why: str | None = None
    refused: int = 0  # answers that refused, in the last run

    @property
    def is_failing(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.why)


def list_recent_runs(archive: Path, now: datetime, days: float) -> list[Run]:
    """The runs whose last word is not older than so many days, latest first."""
    return [run for run in list_runs(archive, now) if _is_recent(run.entry, now, days)]


def read_visits(archive: Path, runs: Iterable[Run]) -> list[Visits]:
    """The portals of some runs (latest first), by name. Journals that vanish meanwhile are passed over."""
    found = _Found()
    for run in runs:
        if run.entry.spider in _LISTS:
            continue
        has_finished = run.state in ("finished", "lacking")
        for part in run.parts:
            found.add(read_outcomes(journal_path(archive, part)), run.entry, has_finished)
    return [found.visits[portal] for portal in sorted(found.visits)]


class _Found:
    """The portals as they are met from the latest run back. Most are settled by their first line."""

    def __init__(self) -> None:
        self.visits: dict[str, Visits] = {}
        self._settled: set[str] = set()  # nothing of an earlier run can change them
        self._judged: set[str] = set()  # a finished run has said why a person must look, or that nobody must

    def add(self, outcomes: Iterable[Outcome], run: RunEntry, has_finished: bool) -> None:
        """A run's word on its portals, after those of later runs."""
        settled = self._settled
        for outcome in outcomes:
            if outcome.portal not in settled:
                self._add(outcome, run, has_finished)

    def _add(self, outcome: Outcome, run: RunEntry, has_finished: bool) -> None:
        portal, name, why, brought, refused = outcome
        visits = self.visits.get(portal) or Visits(portal, name, run.updated, refused=refused)
        if has_finished and portal not in self._judged:
            self._judged.add(portal)
            visits = replace(visits, why=why)
        if brought or (has_finished and not why):
            self._settled.add(portal)
            visits = replace(visits, succeeded=run.updated)
        elif has_finished:
            visits = replace(visits, failures=visits.failures + 1)
        self.visits[portal] = visits


def read_outcomes(path: Path) -> tuple[Outcome, ...]:
    """The portals of a journal, read again only where it was written since; none where it is gone."""
    stamp = find_stamp(path)
    return _read_once(path, stamp) if stamp else ()


@lru_cache(maxsize=_KEPT)
def _read_once(path: Path, stamp: Stamp) -> tuple[Outcome, ...]:
    try:
        with path.open(encoding="utf-8") as file:
            return tuple(_read_lines(file))
    except (OSError, ValueError):
        return ()


def _read_lines(lines: Iterable[str]) -> Iterator[Outcome]:
    for line in lines:
        if line.startswith(_SIGN):
            entry: dict[str, Any] = json.loads(line)
            yield Outcome(
                intern(entry["portal"]),
                intern(entry.get("name", "")),
                entry.get("why"),
                bool(entry.get("reports") or entry.get("left")),
                sum(entry.get("refused", {}).values()),
            )


def _is_recent(run: RunEntry, now: datetime, days: float) -> bool:
    try:
        return now - datetime.fromisoformat(run.updated) <= timedelta(days=days)
    except (ValueError, TypeError):
        return False
