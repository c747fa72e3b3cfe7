"""Weeks at speed, in short: ``python -m benchmarks.year`` is the whole year."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.year.__main__ import describe, live
from benchmarks.year.crawling import Outcome, Plan
from benchmarks.year.judging import Found, judge
from benchmarks.year.serving import Asked
from benchmarks.year.world import FIRST, LIST, Portal, Report, Version, make_world

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


DAYS = [FIRST + timedelta(days=number) for number in range(4, 24)]
REPORT = Report(2030, (Version(1, DAYS[3], True), Version(2, DAYS[6], True)))


def judge_looks(looks: Iterable[date], seen: dict[int, date], *, order: Sequence[str] = ()) -> list[str]:
    """The faults of a portal with one report, looked at on some days, whose versions were archived on others."""
    portal = Portal(0, "provincial", (REPORT,), origin="http://127.0.0.1:1")
    outcomes = [Outcome(Plan(day), (0,), "") for day in DAYS]
    asked = [Asked(day, portal.id, f"{day} 0", LIST, 200) for day in looks]
    asked += [Asked(DAYS[-1], portal.id, crawl, "/robots.txt", 200) for crawl in order]
    marks = {
        portal.mark(REPORT, version): seen[version.number] for version in REPORT.versions if version.number in seen
    }
    return judge([portal], outcomes, asked, Found(marks)).faults


def test_judge_finds_nothing_where_all_is_well() -> None:
    assert judge_looks(DAYS, {1: DAYS[3], 2: DAYS[6]}) == []


def test_judge_finds_what_was_never_found_and_what_was_found_late() -> None:
    late, never = judge_looks(DAYS, {1: DAYS[4]})
    assert late == f"yunling-0 2030, version 1 of {DAYS[3]} was found on {DAYS[4]}; it was due on {DAYS[3]}"
    assert never == f"yunling-0 2030, version 2 of {DAYS[6]} was never found; it was due on {DAYS[6]}"


def test_judge_finds_a_look_that_was_not_made() -> None:
    late, left_out = judge_looks([DAYS[0], *DAYS[5:]], {1: DAYS[5], 2: DAYS[6]})
    assert "version 1" in late
    assert f"it was due on {DAYS[3]}" in late
    assert left_out == f"yunling-0 was looked at on {DAYS[0]}, but not again when due on {DAYS[1]}"


def test_judge_finds_crawls_that_asked_in_turns() -> None:
    assert judge_looks(DAYS, {1: DAYS[3], 2: DAYS[6]}, order=["a", "b", "a"]) == [
        "yunling-0: two crawls asked it in turns"
    ]


def judge_february(looks: Iterable[int], *, killed: Collection[int] = (), off: Collection[int] = ()) -> list[str]:
    """The faults of looks on days of February, in which the season of daily looks ends with the 10th."""
    days = [day for day in range(8, 18) if day not in off]
    outcomes = [Outcome(Plan(date(2031, 2, day)), (-9 if day in killed else 0,), "") for day in days]
    asked = [Asked(date(2031, 2, day), "yunling-0", f"{day} 0", LIST, 200) for day in looks]
    return judge([Portal(0, "provincial", ())], outcomes, asked, Found()).faults


def test_judge_takes_a_look_that_was_missed_as_due_after_its_season() -> None:
    assert judge_february([8, 13], killed=[9, 11, 12], off=[10]) == []
    assert judge_february([8, 11], off=[9, 10]) == []


def test_judge_finds_a_look_that_was_made_up_for_later_than_it_could_be() -> None:
    assert judge_february([8, 13], killed=[9, 12], off=[10]) == [
        "yunling-0 was looked at on 2031-02-08, but not again when due on 2031-02-09"
    ]


def test_judge_finds_a_look_too_many() -> None:
    said = ["yunling-0 was looked at on 2031-02-10 and again on 2031-02-14"]
    assert judge_february([8, 9, 10, 14]) == said
    assert judge_february([8, 9, 10, 14, 15], killed=[14]) == said


def test_judge_takes_a_look_that_was_broken_off_as_due_at_once() -> None:
    assert judge_february([8, 9, 10, 17]) == []
    assert judge_february([8, 10, 11], killed=[10], off=[9]) == []
