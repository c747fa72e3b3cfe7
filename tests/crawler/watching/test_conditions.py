"""What is wrong, as each condition finds it in facts."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.watching.conditions import Alert, find_alerts
from crawler.watching.disks import Disk
from crawler.watching.facts import Due, Facts, Lag, Verified
from crawler.watching.visits import Visits
from tests.crawler.watching.making import NOW, make_facts, make_thresholds, read_runs, silent, well, write_run

GIB = 1 << 30


def alerts_of(folder: Path, facts: Facts, **more: Any) -> list[Alert]:
    return find_alerts(facts, make_thresholds(folder, **more))


def test_nothing_is_wrong_where_nothing_is_known(tmp_path: Path) -> None:
    assert alerts_of(tmp_path, make_facts()) == []


def test_portal_is_silent_after_so_many_runs(tmp_path: Path) -> None:
    once = Visits("a", "甲市财政局", failures=1, why="nothing came")
    twice = Visits("b", "乙市财政局", succeeded="2026-01-02T02:30:00Z", failures=2, why="nothing came")
    (alert,) = alerts_of(tmp_path, make_facts(visits=(once, twice)))
    assert (alert.key, alert.kind) == ("silent:b", "silent")
    assert alert.text == (
        "b 乙市财政局: the last 2 runs brought nothing, the last that did was on 2026-01-02; nothing came"
    )
    assert len(alerts_of(tmp_path, make_facts(visits=(once, twice)), ALERT_SILENT_RUNS=1)) == 2


@pytest.mark.parametrize(("refusals", "captures", "is_storm"), [(60, 100, True), (60, 400, False), (49, 50, False)])
def test_storm_is_many_refusals_and_a_large_share(tmp_path: Path, refusals: int, captures: int, is_storm: bool) -> None:
    write_run(tmp_path, 20, well(), refusals=refusals, captures=captures)
    found = alerts_of(tmp_path, make_facts(runs=read_runs(tmp_path)))
    assert [alert.key for alert in found] == (["refusals:provincial"] if is_storm else [])


def test_storm_ends_with_the_next_run_of_its_spider(tmp_path: Path) -> None:
    write_run(tmp_path, 19, well(), refusals=90, captures=100)
    write_run(tmp_path, 20, well(), spider="municipal")
    assert [alert.kind for alert in alerts_of(tmp_path, make_facts(runs=read_runs(tmp_path)))] == ["refusals"]
    write_run(tmp_path, 20, well())
    assert alerts_of(tmp_path, make_facts(runs=read_runs(tmp_path))) == []


def test_run_of_several_spiders_is_told_until_each_has_gone_well_again(tmp_path: Path) -> None:
    both = "20260118T023000Z-4f1a2b"
    write_run(tmp_path, 18, well(), run=f"{both}.000", reason="archive-failed")
    write_run(tmp_path, 18, well("b"), run=f"{both}.001", spider="municipal", reason="archive-failed")
    write_run(tmp_path, 19, well())
    (alert,) = alerts_of(tmp_path, make_facts(runs=read_runs(tmp_path)))
    assert alert.key == "crawl:municipal provincial"
    write_run(tmp_path, 20, well("b"), spider="municipal")
    assert alerts_of(tmp_path, make_facts(runs=read_runs(tmp_path))) == []


def test_disk_is_told_below_its_bound(tmp_path: Path) -> None:
    disks = (Disk(Path("/data"), 100 * GIB, 9 * GIB), Disk(Path("/store"), 100 * GIB, 11 * GIB))
    (alert,) = alerts_of(tmp_path, make_facts(disks=disks))
    assert alert == Alert("disk:/data", "/data: 9.0 GiB free of 100.0 GiB, less than 10GiB,10%")
    assert len(alerts_of(tmp_path, make_facts(disks=disks), ALERT_DISK_LEAST="20%")) == 2


def test_damaged_file_is_told_by_its_name(tmp_path: Path) -> None:
    verified = Verified(2, NOW, {"a.warc.gz": "3 errors"})
    (alert,) = alerts_of(tmp_path, make_facts(verified=verified))
    assert alert == Alert("verification:a.warc.gz", "a.warc.gz: 3 errors; scrapy verify says where")


def test_due_run_is_missed_after_so_many_days(tmp_path: Path) -> None:
    due = (
        Due("a", "once a week in spring", date(2026, 1, 17), 3),
        Due("b", "once a week in spring", date(2026, 1, 18), 2),
        Due("c", "never looked at"),
    )
    (alert,) = alerts_of(tmp_path, make_facts(due=due))
    assert alert == Alert("missed:a", "a: due since 2026-01-17, and not crawled; once a week in spring")


def test_store_that_lags_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    fresh, old = Lag(7, 1, NOW - timedelta(hours=1)), Lag(7, 1, NOW - timedelta(hours=30))
    assert alerts_of(tmp_path, make_facts(lag=fresh)) == []
    (alert,) = alerts_of(tmp_path, make_facts(lag=old))
    assert alert.text == "7 captures are not in the store, the first since 2026-01-19 06:00; scrapy replay"
    assert alerts_of(tmp_path, make_facts(store_error="no")) == [Alert("store", "no")]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"reason": "archive-failed"}, "ended with archive-failed"),
        ({"reason": "disk-low"}, "ended with disk-low"),
        ({"ended": None, "reason": None}, "broke off"),
        ({"reason": "shutdown"}, None),
        ({}, None),
    ],
)
def test_crawl_that_failed_is_told_and_one_that_was_stopped_is_not(
    tmp_path: Path, more: dict[str, Any], told: str | None
) -> None:
    run = write_run(tmp_path, 20, silent(), **more)
    found = alerts_of(tmp_path, make_facts(runs=read_runs(tmp_path)))
    text = f"run {run} of provincial {told}; -a resume={run} goes on with it"
    assert found == ([Alert("crawl:provincial", text)] if told else [])
