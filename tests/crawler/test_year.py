"""Weeks at speed, in short: ``python -m benchmarks.year`` is the whole year."""

from datetime import timedelta
from pathlib import Path

from benchmarks.year.__main__ import describe, live
from benchmarks.year.crawling import Plan
from benchmarks.year.world import FIRST, make_world

# The first look, a day of January, one that is killed, two crawls at once, and a week of which the machine slept most.
PLANS = [
    Plan(FIRST),
    Plan(FIRST + timedelta(days=6)),
    Plan(FIRST + timedelta(days=7), dies_after=6),
    Plan(FIRST + timedelta(days=8), crawls=2),
    Plan(FIRST + timedelta(days=16)),
    Plan(FIRST + timedelta(days=24)),
]


def test_weeks_of_january_bring_each_version_in_time_and_no_look_too_many(tmp_path: Path) -> None:
    portals = make_world(4, 25, seed=33)
    outcomes, verdict = live(tmp_path, portals, PLANS)
    assert verdict.faults == []
    assert [outcome.was_killed for outcome in outcomes] == [False, False, True, False, False, False]
    assert verdict.counts["versions found in time"] >= 12
    assert verdict.counts["withdrawals found in time"] >= 1
    assert len(describe(portals, outcomes, verdict, 0.0)) > 10
