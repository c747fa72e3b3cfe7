"""Metrics: names and values as Prometheus' own parser reads them, bounded however many portals there are."""

from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from crawler.watching.conditions import Alert
from crawler.watching.disks import Disk
from crawler.watching.facts import Due, Facts, Lag, StoreFacts, Verified
from crawler.watching.metrics import choose_portals, write_metrics
from crawler.watching.visits import Visits
from tests.crawler.watching.making import NOW, later, make_facts, read_runs, well, write_run

NAME = '馆 "甲"\\\n'  # what has to be escaped


def values(facts: Facts, *alerts: Alert, most: int = 100) -> dict[str, dict[str, float]]:
    """Each metric's values, by the value of its one label."""
    content, media_type = write_metrics(facts, alerts, most)
    assert media_type.startswith("text/plain; version=")
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(content.decode()):
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            label = next(iter(sample.labels.values()), "")
            found.setdefault(sample.name.removeprefix("kaijuan_"), {})[label] = sample.value
    return found


def test_everything_that_is_known_has_its_metric(tmp_path: Path) -> None:
    write_run(tmp_path, 20, well(), captures=5, refusals=2, behind=0)
    under_way = {"ended": None, "reason": None, "updated": "2026-01-20T11:59:50Z", "run": "20260120T113000Z-1"}
    write_run(tmp_path, 20, well(), spider="municipal", behind=7, **under_way)
    facts = make_facts(
        runs=read_runs(tmp_path),
        visits=(Visits("a", succeeded="2026-01-20T02:30:00Z"), Visits(NAME, failures=3, why="x")),
        disks=(Disk(Path("/data"), 100, 40),),
        statuses={200: 8, 412: 2},
        store=StoreFacts("sqlite:///x", 4096, 3, {"report": 3, "rejected": 1}, {"soft-404": 1}),
        lag=Lag(4, 1, later(hours=-2)),
        verified=Verified(9, NOW, {"x": "1 error"}),
        due=(Due("a", "season"), Due("b", "season", NOW.date(), 1)),
    )
    found = values(facts, Alert("silent:x", "x"), Alert("silent:y", "y"), Alert("lag", "z"))
    assert found["runs_under_way"] == {"": 1}
    assert found["queue_captures"] == {"": 7}
    assert found["run_captures"] == {"municipal": 0, "provincial": 5}
    assert found["run_running"] == {"municipal": 1, "provincial": 0}
    assert found["run_refusals"]["provincial"] == 2
    assert found["portal_last_success_timestamp_seconds"] == {"a": 1768876200}
    assert found["portal_failures"] == {NAME: 3}
    assert (found["disk_free_bytes"], found["disk_size_bytes"]) == ({"/data": 40}, {"/data": 100})
    assert found["archive_answers"] == {"200": 8, "412": 2}
    assert (found["archive_lag_captures"], found["archive_lag_seconds"]) == ({"": 4}, {"": 7200})
    assert (found["store_up"], found["store_size_bytes"], found["store_reports"]) == ({"": 1}, {"": 4096}, {"": 3})
    assert (found["store_documents"], found["store_rejected"]) == ({"report": 3, "rejected": 1}, {"soft-404": 1})
    assert (found["verified_files"], found["verified_files_failed"]) == ({"": 9}, {"": 1})
    assert (found["portals_due"], found["portals_overdue"]) == ({"": 2}, {"": 1})
    assert found["alerts"] == {"silent": 2, "lag": 1}


def test_what_is_not_known_has_no_value() -> None:
    found = values(make_facts())
    assert found["store_up"] == {"": 0}
    assert not {"archive_lag_captures", "store_reports", "verified_files", "portals_due"} & set(found)


def test_series_of_portals_are_bounded_and_those_in_need_of_a_look_are_kept() -> None:
    visits = [Visits(f"p{number:05}", succeeded=f"2026-01-{1 + number % 19:02}T00:00:00Z") for number in range(20_000)]
    visits += [Visits("z", failures=4, why="nothing came")]
    found = values(make_facts(visits=visits), most=500)
    assert len(found["portal_last_success_timestamp_seconds"]) == 499
    assert found["portal_failures"] == {"z": 4}
    assert (found["portals_watched"], found["portals_left_out"]) == ({"": 20_001}, {"": 19_501})
    assert {each.succeeded for each in choose_portals(visits, 500)} == {None, "2026-01-01T00:00:00Z"}


def test_openmetrics_is_given_to_who_asks_for_it() -> None:
    content, media_type = write_metrics(make_facts(), (), 10, "application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    families = list(read_openmetrics(content.decode()))  # type: ignore[no-untyped-call]
    assert "kaijuan_store_up" in {family.name for family in families}
