"""How things stand, for people, in a hundred columns, and for programs as one JSON object."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from crawler.telling.runs import Run
from crawler.watching.conditions import Alert
from crawler.watching.disks import show_size
from crawler.watching.facts import Facts
from crawler.watching.letters import write_time
from crawler.watching.standing import Standing
from crawler.watching.visits import Visits

_RUNS = 5  # that have ended
_MOST = 15  # lines of a list; what is beyond is counted


def print_status(facts: Facts, alerts: Sequence[Alert], standing: Mapping[str, Standing]) -> Iterator[str]:
    """The lines: what is wrong first, then runs, portals, archive and store, disks, what is due."""
    yield from _print_alerts(alerts, standing)
    yield from _print_runs(facts)
    yield from _print_portals(facts)
    yield from _print_archive(facts)
    for disk in facts.disks:
        yield f"disk      {disk.folder}: {show_size(disk.free)} free of {show_size(disk.total)}"
    yield from _print_due(facts)


def make_object(facts: Facts, alerts: Sequence[Alert], standing: Mapping[str, Standing]) -> dict[str, Any]:
    """The object of ``--json``."""
    store, lag, verified = facts.store, facts.lag, facts.verified
    return {
        "at": write_time(facts.now),
        "alerts": [
            {"key": alert.key, "kind": alert.kind, "text": alert.text, "since": _since(alert, standing)}
            for alert in alerts
        ],
        "runs": [_run_object(run) for run in _choose_runs(facts)],
        "portals": {
            "watched": len(facts.visits),
            "failing": [_portal_object(visits) for visits in _find_failing(facts)],
        },
        "refusals": {spider: run.entry.refusals for spider, run in facts.latest.items()},
        "queue": facts.queue,
        "answers": {str(status): count for status, count in facts.statuses.items()},
        "store": store
        and {
            "name": store.name,
            "size": store.size,
            "reports": store.reports,
            "documents": dict(store.documents),
            "rejected": dict(store.rejected),
        },
        "store_error": facts.store_error,
        "lag": lag
        and {"captures": lag.captures, "files": lag.files, "oldest": write_time(lag.oldest) if lag.oldest else None},
        "disks": [{"folder": str(disk.folder), "free": disk.free, "size": disk.total} for disk in facts.disks],
        "verified": verified
        and {
            "files": verified.files,
            "at": write_time(verified.at) if verified.at else None,
            "failed": dict(verified.failed),
        },
        "due": None
        if facts.due is None
        else [
            {"portal": due.portal, "why": due.why, "since": due.since.isoformat() if due.since else None}
            for due in facts.due
        ],
    }


def _print_alerts(alerts: Sequence[Alert], standing: Mapping[str, Standing]) -> Iterator[str]:
    if not alerts:
        yield "all is well"
        return
    yield f"{len(alerts)} {'alert stands' if len(alerts) == 1 else 'alerts stand'}:"
    lines = []
    for alert in alerts:
        since = _since(alert, standing)
        lines.append(f"{alert.kind:<12} {alert.text}" + (f" (since {since[:10]})" if since else ""))
    yield from _listed(lines)


def _print_runs(facts: Facts) -> Iterator[str]:
    runs = _choose_runs(facts)
    yield "runs      none of late" if not runs else f"runs      {len(facts.running)} under way"
    for run in runs:
        entry = run.entry
        state = "under way" if run.is_running else run.state
        behind = f", {entry.behind} to refine" if run.is_running and entry.behind else ""
        portals = f"portals {entry.done}/{entry.portals}"
        yield f"  {run.name}  {entry.spider:<11} {state:<10} {portals}, {_count(run)}{behind}"


def _count(run: Run) -> str:
    names = ("captures", "reports", "refusals", "failures")
    return ", ".join(f"{name} {getattr(run.entry, name)}" for name in names)


def _print_portals(facts: Facts) -> Iterator[str]:
    failing = _find_failing(facts)
    yield f"portals   {len(facts.visits)} asked of late, {len(failing)} of them need a look"
    yield from _listed(f"{_name(visits)}: {visits.why}; {_say_last(visits)}" for visits in failing)


def _print_archive(facts: Facts) -> Iterator[str]:
    answers, pages = sum(facts.statuses.values()), facts.statuses.get(200, 0)
    yield f"archive   {answers} answers in finished files, {pages} of status 200"
    if facts.store is not None:
        store = facts.store
        documents, rejected = sum(store.documents.values()), sum(store.rejected.values())
        held = f"{store.reports} reports, {documents} documents, {rejected} rejected"
        yield f"store     {store.name}: {show_size(store.size)}, {held}"
    else:
        yield f"store     {facts.store_error or 'none as yet'}"
    if facts.lag is not None and facts.lag.captures:
        first = f", the first since {facts.lag.oldest:%Y-%m-%d %H:%M} UTC" if facts.lag.oldest else ""
        yield f"lag       {facts.lag.captures} captures are not in the store{first}: scrapy replay"
    if facts.verified is None:
        yield "verified  never: scrapy housekeeping"
    else:
        at = f", last {facts.verified.at:%Y-%m-%d %H:%M} UTC" if facts.verified.at else ""
        yield f"verified  {facts.verified.files} files{at}, {len(facts.verified.failed)} with errors"


def _print_due(facts: Facts) -> Iterator[str]:
    if facts.due is not None:
        late = sum(due.days > 0 for due in facts.due)
        yield f"due       {len(facts.due)} portals, {late} of them overdue: scrapy due"


def _choose_runs(facts: Facts) -> list[Run]:
    """Those under way, and the last that ended."""
    ended = [run for run in facts.runs if not run.is_running]
    return [*facts.running, *ended[:_RUNS]]


def _find_failing(facts: Facts) -> list[Visits]:
    """Who fails for longest first."""
    failing = [visits for visits in facts.visits if visits.is_failing]
    return sorted(failing, key=lambda visits: (-visits.failures, visits.portal))


def _say_last(visits: Visits) -> str:
    return f"last brought something on {visits.succeeded[:10]}" if visits.succeeded else "brought nothing of late"


def _name(visits: Visits) -> str:
    return visits.portal if visits.name in ("", visits.portal) else f"{visits.portal} {visits.name}"


def _since(alert: Alert, standing: Mapping[str, Standing]) -> str | None:
    found = standing.get(alert.key)
    return write_time(found.since) if found else None


def _listed(lines: Iterable[str]) -> Iterator[str]:
    all_lines = list(lines)
    yield from (f"  {line}" for line in all_lines[:_MOST])
    if len(all_lines) > _MOST:
        yield f"  … and {len(all_lines) - _MOST} more (--json has all)"


def _run_object(run: Run) -> dict[str, Any]:
    entry = run.entry
    times = ("spider", "began", "updated", "ended", "reason")
    counts = ("portals", "done", "pages", "captures", "reports", "refusals", "failures", "lacking", "behind")
    return {"run": run.name, "state": run.state} | {name: getattr(entry, name) for name in (*times, *counts)}


def _portal_object(visits: Visits) -> dict[str, Any]:
    return {
        "portal": visits.portal,
        "name": visits.name,
        "why": visits.why,
        "failures": visits.failures,
        "refused": visits.refused,
        "last_success": visits.succeeded,
    }
