"""Metrics: the facts as Prometheus reads them; names, types and labels in one place.

Series are bounded: a handful a spider, a status, a kind and a reason, and one or two a portal, of at most
``METRICS_PORTALS`` portals. What may fall (the store is made anew, old journals are removed) is a gauge.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from crawler.telling.runs import Run
from crawler.watching.conditions import Alert
from crawler.watching.facts import Facts
from crawler.watching.visits import Visits

_OF_RUNS: Mapping[str, tuple[str, Callable[[Run], float]]] = {
    "pages": ("Answers of status 200, robots.txt left out", lambda run: run.entry.pages),
    "captures": ("Answers archived", lambda run: run.entry.captures),
    "reports": ("Reports parsed", lambda run: run.entry.reports),
    "refusals": ("Answers that refuse", lambda run: run.entry.refusals),
    "failures": ("Requests that failed", lambda run: run.entry.failures),
    "portals": ("Portals of its plan", lambda run: run.entry.portals),
    "portals_lacking": ("Portals that a person must look at; known at its end", lambda run: run.entry.lacking),
    "duration_seconds": ("Seconds that it ran", lambda run: run.entry.seconds),
    "running": ("1 while it is under way", lambda run: float(run.is_running)),
    "failed": ("1 if it broke off or could not go on", lambda run: float(run.state in ("failed", "broken-off"))),
    "updated_timestamp_seconds": ("When it was last heard of", lambda run: _seconds(run.entry.updated)),
}
_PREFIX = "kaijuan_"


def write_metrics(facts: Facts, alerts: Iterable[Alert], most_portals: int, accept: str = "") -> tuple[bytes, str]:
    """The text, and its media type: that which ``accept`` asks for, else Prometheus' plain one."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families([*_make_families(facts, list(alerts), most_portals)]))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


def choose_portals(visits: Iterable[Visits], most: int) -> list[Visits]:
    """Those of whom there are series: who fails, then who did well longest ago, then by name."""
    ranked = sorted(visits, key=lambda each: (-each.failures, each.succeeded or "", each.portal))
    return sorted(ranked[:most], key=lambda each: each.portal)


class _Families(Collector):
    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


def _make_families(facts: Facts, alerts: list[Alert], most_portals: int) -> Iterator[GaugeMetricFamily]:
    yield from _of_runs(facts)
    yield from _of_portals(facts, most_portals)
    yield from _of_disks(facts)
    yield _each("archive_answers", "Answers in finished files, by status", "status", facts.statuses)
    yield from _of_store(facts)
    if facts.verified is not None:
        yield _one("verified_files", "Archive files that were verified", facts.verified.files)
        yield _one("verified_files_failed", "Of these, files with errors", len(facts.verified.failed))
        if facts.verified.at:
            yield _one("verified_timestamp_seconds", "When a file was last verified", facts.verified.at.timestamp())
    if facts.due is not None:
        yield _one("portals_due", "Portals that are due to be crawled", len(facts.due))
        yield _one("portals_overdue", "Of these, portals whose day has passed", sum(due.days > 0 for due in facts.due))
    kinds = [alert.kind for alert in alerts]
    yield _each("alerts", "Alerts standing, by kind", "kind", {kind: kinds.count(kind) for kind in sorted({*kinds})})


def _of_runs(facts: Facts) -> Iterator[GaugeMetricFamily]:
    yield _one("runs_under_way", "Crawls under way", len(facts.running))
    yield _one("queue_captures", "Captures of crawls under way that wait to be refined", facts.queue)
    for name, (says, read) in _OF_RUNS.items():
        of_each = {spider: read(run) for spider, run in facts.latest.items()}
        yield _each(f"run_{name}", f"{says}: of the latest run of a spider", "spider", of_each)


def _of_portals(facts: Facts, most: int) -> Iterator[GaugeMetricFamily]:
    chosen = choose_portals(facts.visits, most)
    yield _one("portals_watched", "Portals that runs of late asked", len(facts.visits))
    yield _one("portals_failing", "Portals that a person must look at", sum(each.is_failing for each in facts.visits))
    yield _one("portals_left_out", "Portals without series of their own", len(facts.visits) - len(chosen))
    succeeded = {each.portal: _seconds(each.succeeded) for each in chosen if each.succeeded}
    says = "When something last came of a portal; none where nothing did of late"
    yield _each("portal_last_success_timestamp_seconds", says, "portal", succeeded)
    failures = {each.portal: each.failures for each in chosen if each.failures}
    yield _each("portal_failures", "Runs in a row in which nothing came of a portal; only of those", "portal", failures)


def _of_disks(facts: Facts) -> Iterator[GaugeMetricFamily]:
    free = {str(disk.folder): disk.free for disk in facts.disks}
    total = {str(disk.folder): disk.total for disk in facts.disks}
    yield _each("disk_free_bytes", "Room on the disks of archive and store", "folder", free)
    yield _each("disk_size_bytes", "Size of these disks", "folder", total)


def _of_store(facts: Facts) -> Iterator[GaugeMetricFamily]:
    yield _one("store_up", "1 if there is a store and it can be read", facts.store is not None)
    if facts.store is not None:
        yield _one("store_size_bytes", "Size of the store", facts.store.size)
        yield _one("store_reports", "Reports in the store", facts.store.reports)
        yield _each("store_documents", "Documents in the store, by kind", "kind", facts.store.documents)
        yield _each("store_rejected", "Documents rejected, by reason", "reason", facts.store.rejected)
    if facts.lag is not None:
        says = "Captures of finished archive files that the store does not have"
        yield _one("archive_lag_captures", says, facts.lag.captures)
        age = (facts.now - facts.lag.oldest).total_seconds() if facts.lag.oldest else 0.0
        yield _one("archive_lag_seconds", "Age of the oldest of these; 0 where there is none", max(0.0, age))


def _one(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(_PREFIX + name, says, value=float(value))


def _each(name: str, says: str, label: str, values: Mapping[str, float] | Mapping[int, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(_PREFIX + name, says, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], float(value))
    return family


def _seconds(text: str | None) -> float:
    """A time of a journal as Prometheus has it."""
    try:
        return datetime.fromisoformat(text or "").timestamp()
    except ValueError:
        return 0.0
