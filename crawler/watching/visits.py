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


@dataclass(slots=True)
class _Found:
    visits: Visits
    is_settled: bool = False  # nothing of an earlier run can change it
    is_judged: bool = False  # a finished run has said why a person must look, or that nobody must


def list_recent_runs(archive: Path, now: datetime, days: float) -> list[Run]:
    """The runs whose last word is not older than so many days, latest first."""
    return [run for run in list_runs(archive, now) if _is_recent(run.entry, now, days)]


def read_visits(archive: Path, runs: Iterable[Run]) -> list[Visits]:
    """The portals of some runs (latest first), by name. Journals that vanish meanwhile are passed over."""
    found: dict[str, _Found] = {}
    for run in runs:
        if run.entry.spider in _LISTS:
            continue
        has_finished = run.state in ("finished", "lacking")
        for part in run.parts:
            for outcome in read_outcomes(journal_path(archive, part)):
                _take(found, outcome, run.entry, has_finished)
    return [found[portal].visits for portal in sorted(found)]


def _take(found: dict[str, _Found], outcome: Outcome, run: RunEntry, has_finished: bool) -> None:
    """A run's word on a portal, after those of later runs."""
    known = found.get(outcome.portal)
    if known is None:
        known = _Found(Visits(outcome.portal, outcome.name, run.updated, refused=outcome.refused))
        found[outcome.portal] = known
    if known.is_settled:
        return
    is_success = outcome.brought or (has_finished and not outcome.why)
    visits = known.visits
    if has_finished and not known.is_judged:
        known.is_judged = True
        visits = replace(visits, why=outcome.why)
    if is_success:
        known.is_settled = True
        visits = replace(visits, succeeded=run.updated)
    elif has_finished:
        visits = replace(visits, failures=visits.failures + 1)
    known.visits = visits


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
