"""Conditions: what is wrong, each a function over facts; an alert for each thing that is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.watching.disks import show_size
from crawler.watching.facts import Facts
from crawler.watching.thresholds import Thresholds


@dataclass(frozen=True, slots=True, order=True)
class Alert:
    """One thing that is wrong. ``key`` stays the same while it is, whatever ``text`` says of it by then."""

    key: str  # kind, and of what: ``silent:zhejiang-yjt``
    text: str

    @property
    def kind(self) -> str:
        """``silent``, ``refusals``, ``disk``, ``verification``, ``missed``, ``lag``, ``store`` or ``crawl``."""
        return self.key.partition(":")[0]


Condition = Callable[[Facts, Thresholds], Iterator[Alert]]


def find_alerts(facts: Facts, thresholds: Thresholds) -> list[Alert]:
    """Everything that is wrong, by kind in the order of ``CONDITIONS``."""
    return [alert for condition in CONDITIONS for alert in condition(facts, thresholds)]


def find_silent(facts: Facts, thresholds: Thresholds) -> Iterator[Alert]:
    """Portals of which nothing came in so many runs in a row."""
    for visits in facts.visits:
        if visits.failures >= thresholds.silent_runs:
            since = f"the last that did was on {visits.succeeded[:10]}" if visits.succeeded else "none did before"
            name = f" {visits.name}" if visits.name not in ("", visits.portal) else ""
            why = f"; {visits.why}" if visits.why else ""
            runs = "run" if visits.failures == 1 else f"{visits.failures} runs"
            yield Alert(
                f"silent:{visits.portal}", f"{visits.portal}{name}: the last {runs} brought nothing, {since}{why}"
            )


def find_storms(facts: Facts, thresholds: Thresholds) -> Iterator[Alert]:
    """Latest runs of a spider of whose answers too many refuse."""
    for spider, run in facts.latest.items():
        refusals, captures = run.entry.refusals, run.entry.captures
        if refusals >= thresholds.refusals and refusals >= thresholds.refusals_share * captures:
            yield Alert(
                f"refusals:{spider}",
                f"run {run.name} of {spider}: {refusals} of {captures} answers refuse",
            )


def find_failed(facts: Facts, thresholds: Thresholds) -> Iterator[Alert]:
    """Latest runs of a spider that broke off or could not go on. One that a person stopped is none."""
    for spider, run in facts.latest.items():
        if run.state in ("failed", "broken-off"):
            how = f"ended with {run.entry.reason}" if run.state == "failed" else "broke off"
            yield Alert(f"crawl:{spider}", f"run {run.name} of {spider} {how}; -a resume={run.name} goes on with it")


def find_full(facts: Facts, thresholds: Thresholds) -> Iterator[Alert]:
    """Disks with too little room."""
    for disk in facts.disks:
        if disk.is_below(thresholds.disk):
            free, total = show_size(disk.free), show_size(disk.total)
            yield Alert(
                f"disk:{disk.folder}", f"{disk.folder}: {free} free of {total}, less than {thresholds.disk.text}"
            )


def find_damaged(facts: Facts, thresholds: Thresholds) -> Iterator[Alert]:
    """Archive files that are not what they say they are."""
    for file, what in (facts.verified.failed if facts.verified else {}).items():
        yield Alert(f"verification:{file}", f"{file}: {what}; scrapy verify says where")


def find_missed(facts: Facts, thresholds: Thresholds) -> Iterator[Alert]:
    """Portals that have been due for too many days."""
    for due in facts.due or ():
        if due.days > thresholds.missed_days:
            yield Alert(f"missed:{due.portal}", f"{due.portal}: due since {due.since}, and not crawled; {due.why}")


def find_behind(facts: Facts, thresholds: Thresholds) -> Iterator[Alert]:
    """An archive that the store does not follow, or a store that cannot be read."""
    if facts.store_error:
        yield Alert("store", facts.store_error)
    lag = facts.lag
    if lag and lag.oldest and facts.now - lag.oldest > timedelta(hours=thresholds.lag_hours):
        yield Alert(
            "lag", f"{lag.captures} captures are not in the store, the first since {_day(lag.oldest)}; scrapy replay"
        )


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


CONDITIONS: tuple[Condition, ...] = (
    find_full,
    find_damaged,
    find_behind,
    find_failed,
    find_storms,
    find_missed,
    find_silent,
)
