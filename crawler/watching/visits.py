"""How each portal did in the runs of late, from the journals: who brought something last when, and who fails since."""

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from crawler.telling.journal import RunEntry, journal_path
from crawler.telling.runs import Run, Stamp, find_stamp, list_runs

_SIGN = '{"portal": "'
_BEGIN = len(_SIGN)
_LISTS = ("urls",)  # spiders that walk no portal

Key = tuple[tuple[str, Stamp | None], ...]  # parts of runs, each with the stamp of its journal


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


class VisitsReader:
    """Reads the portals of an archive's runs. What runs that ended came to is kept as long as their journals stay."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._known: tuple[Key, _Ended] = ((), _Ended())  # one value: threads may read at once

    def read(self, runs: Sequence[Run]) -> list[Visits]:
        """The portals of some runs (latest first), by name. Journals that vanish meanwhile are passed over."""
        key = tuple((part, find_stamp(self._path(part))) for run in runs if not run.is_running for part in run.parts)
        known, ended = self._known
        if key != known:
            ended = self._read_ended(run for run in runs if not run.is_running)
            self._known = key, ended
        visits = dict(ended.visits)
        for run in reversed([run for run in runs if run.is_running and run.entry.spider not in _LISTS]):
            for outcome in self._read_outcomes(run):
                visits[outcome.portal] = _add_running(visits.get(outcome.portal), outcome, run.entry)
        return [visits[portal] for portal in sorted(visits)]

    def _read_ended(self, runs: Iterable[Run]) -> "_Ended":
        ended = _Ended()
        for run in runs:
            if run.entry.spider not in _LISTS:
                for outcome in self._read_outcomes(run, ended.settled):
                    ended.add(outcome, run.entry, run.state in ("finished", "lacking"))
        return ended

    def _read_outcomes(self, run: Run, without: Container[str] = ()) -> Iterator[Outcome]:
        for part in run.parts:
            with suppress(OSError, ValueError), self._path(part).open(encoding="utf-8") as file:
                yield from _read_lines(file, without)

    def _path(self, part: str) -> Path:
        return journal_path(self._archive, part)


class _Ended:
    """The portals as they are met from the latest run back. Most are settled by their first line."""

    def __init__(self) -> None:
        self.visits: dict[str, Visits] = {}
        self.settled: set[str] = set()  # nothing of an earlier run can change them
        self._judged: set[str] = set()  # a finished run has said why a person must look, or that nobody must

    def add(self, outcome: Outcome, run: RunEntry, has_finished: bool) -> None:
        """A run's word on a portal, after those of later runs."""
        portal, name, why, brought, refused = outcome
        visits = self.visits.get(portal) or Visits(portal, name, run.updated, refused=refused)
        if has_finished and portal not in self._judged:
            self._judged.add(portal)
            visits = replace(visits, why=why)
        if brought or (has_finished and not why):
            self.settled.add(portal)
            visits = replace(visits, succeeded=run.updated)
        elif has_finished:
            visits = replace(visits, failures=visits.failures + 1)
        self.visits[portal] = visits


def _add_running(before: Visits | None, outcome: Outcome, run: RunEntry) -> Visits:
    """A portal with what a run under way has brought so far: it can do well, and not fail as yet."""
    known = before or Visits(outcome.portal, outcome.name)
    known = replace(known, asked=run.updated, refused=outcome.refused)
    return replace(known, succeeded=run.updated, failures=0, why=None) if outcome.brought else known


def _read_lines(lines: Iterable[str], without: Container[str]) -> Iterator[Outcome]:
    """Most lines are of portals that are settled: those are passed over unread."""
    for line in lines:
        if not line.startswith(_SIGN) or line[_BEGIN : line.find('"', _BEGIN)] in without:
            continue
        entry: dict[str, Any] = json.loads(line)
        yield Outcome(
            entry["portal"],
            entry.get("name", ""),
            entry.get("why"),
            bool(entry.get("reports") or entry.get("left")),
            sum(entry.get("refused", {}).values()),
        )


def _is_recent(run: RunEntry, now: datetime, days: float) -> bool:
    try:
        return now - datetime.fromisoformat(run.updated) <= timedelta(days=days)
    except (ValueError, TypeError):
        return False
