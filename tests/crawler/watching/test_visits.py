"""How portals did of late, from the journals of runs."""

from datetime import datetime
from pathlib import Path

from crawler.telling.journal import PortalEntry, journal_path
from crawler.watching.visits import Visits, VisitsReader, list_recent_runs
from tests.crawler.watching.making import NOW, left, read_runs, silent, well, write_run


def visits_of(folder: Path, now: datetime = NOW) -> dict[str, Visits]:
    return {visits.portal: visits for visits in VisitsReader(folder / "warc").read(read_runs(folder, now))}


def test_last_success_and_failures_since_are_told_of_each_portal(tmp_path: Path) -> None:
    write_run(tmp_path, 1, well("a"), well("b"))
    write_run(tmp_path, 2, silent("a"), left("b"))
    write_run(tmp_path, 3, silent("a", "only refusals: 3 412 script challenge (瑞数)"), left("b"), silent("c"))
    found = visits_of(tmp_path)
    assert (found["a"].failures, found["a"].succeeded) == (2, "2026-01-01T02:30:00Z")
    assert found["a"].why == "only refusals: 3 412 script challenge (瑞数)"
    assert (found["b"].failures, found["b"].succeeded, found["b"].why) == (0, "2026-01-03T02:30:00Z", None)
    assert (found["c"].failures, found["c"].succeeded, found["c"].is_failing) == (1, None, True)


def test_portal_with_less_than_expected_needs_a_look_and_is_not_silent(tmp_path: Path) -> None:
    write_run(tmp_path, 1, PortalEntry("a", reports=1, why="1 of at least 5 reports since 2019"))
    found = visits_of(tmp_path)["a"]
    assert (found.failures, found.is_failing, found.succeeded) == (0, True, "2026-01-01T02:30:00Z")


def test_run_that_was_stopped_or_broke_off_says_nothing_against_a_portal(tmp_path: Path) -> None:
    write_run(tmp_path, 1, well("a"))
    write_run(tmp_path, 2, silent("a"), reason="shutdown")
    write_run(tmp_path, 3, PortalEntry("a"), ended=None, reason=None)
    found = visits_of(tmp_path)["a"]
    assert (found.failures, found.succeeded, found.why) == (0, "2026-01-01T02:30:00Z", None)
    assert found.asked == "2026-01-03T02:30:00Z"


def test_reports_of_a_run_that_broke_off_are_a_success(tmp_path: Path) -> None:
    write_run(tmp_path, 1, silent("a"))
    write_run(tmp_path, 2, well("a"), ended=None, reason=None)
    assert visits_of(tmp_path)["a"].succeeded == "2026-01-02T02:30:00Z"


def test_lists_of_addresses_are_no_portals(tmp_path: Path) -> None:
    write_run(tmp_path, 1, silent("127.0.0.1:80"), spider="urls")
    assert visits_of(tmp_path) == {}


def test_parts_of_crawl_many_are_one_run(tmp_path: Path) -> None:
    run = "20260102T023000Z-4f1a2b"
    write_run(tmp_path, 2, silent("a"), run=f"{run}.000")
    write_run(tmp_path, 2, well("b"), run=f"{run}.001")
    found = visits_of(tmp_path)
    assert (found["a"].failures, found["b"].failures) == (1, 0)


def test_journal_that_changed_is_read_again_and_one_that_went_is_passed_over(tmp_path: Path) -> None:
    reader = VisitsReader(tmp_path / "warc")
    run = write_run(tmp_path, 1, silent("a"))
    assert [visits.failures for visits in reader.read(read_runs(tmp_path))] == [1]
    write_run(tmp_path, 1, well("a"), well("b"))
    assert [visits.failures for visits in reader.read(read_runs(tmp_path))] == [0, 0]
    runs = read_runs(tmp_path)
    journal_path(tmp_path / "warc", run).unlink()
    assert reader.read(runs) == []


def test_run_under_way_can_do_well_and_not_fail_as_yet(tmp_path: Path) -> None:
    now = "2026-01-20T11:59:50Z"
    write_run(tmp_path, 2, silent("a"), silent("b", "only refusals"), well("c"))
    write_run(tmp_path, 20, well("a"), PortalEntry("b", open=3), well("d"), ended=None, reason=None, updated=now)
    found = visits_of(tmp_path)
    assert (found["a"].failures, found["a"].why, found["a"].succeeded) == (0, None, now)
    assert (found["b"].failures, found["b"].why, found["b"].asked) == (1, "only refusals", now)
    assert (found["c"].asked, found["d"].succeeded) == ("2026-01-02T02:30:00Z", now)


def test_runs_of_long_ago_are_not_looked_at(tmp_path: Path) -> None:
    write_run(tmp_path, 1, silent("a"))
    write_run(tmp_path, 19, silent("b"))
    assert [run.name for run in list_recent_runs(tmp_path / "warc", NOW, days=5)] == ["20260119T023000Z-000019"]
