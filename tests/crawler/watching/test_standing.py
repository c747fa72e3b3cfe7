"""Alerts over time: told once when they begin, once when they are over, and again after days."""

from datetime import datetime, timedelta

import pytest

from crawler.watching.conditions import Alert
from crawler.watching.facts import Lag, Verified
from crawler.watching.standing import Standing, find_changes, find_unknown, forget_telling
from tests.crawler.watching.making import NOW, later, make_facts

WEEK = timedelta(days=7)
DISK, LAG = Alert("disk:/data", "1 GiB free"), Alert("lag", "7 captures")


def whats(
    standing: dict[str, Standing], alerts: list[Alert], now: datetime, again: timedelta = WEEK
) -> tuple[dict[str, Standing], list[tuple[str, str]]]:
    after, changes = find_changes(standing, alerts, now, again)
    return after, [(change.what, change.alert.key) for change in changes]


def test_alert_is_told_when_it_begins_and_when_it_is_over_and_not_between() -> None:
    standing, told = whats({}, [DISK, LAG], NOW)
    assert told == [("begun", "disk:/data"), ("begun", "lag")]
    standing, told = whats(standing, [DISK, LAG], later(hours=1))
    assert told == []
    standing, told = whats(standing, [DISK], later(hours=2))
    assert told == [("over", "lag")]
    standing, told = whats(standing, [DISK, LAG], later(hours=3))
    assert told == [("begun", "lag")]
    assert {key: each.since for key, each in standing.items()} == {"disk:/data": NOW, "lag": later(hours=3)}


def test_what_stands_is_told_again_after_days_and_then_again() -> None:
    standing, _ = whats({}, [DISK], NOW)
    told_at = []
    for hours in range(1, 24 * 22):
        standing, told = whats(standing, [DISK], later(hours=hours))
        told_at += [hours / 24 for what, _ in told if what == "standing"]
    assert told_at == [7, 14, 21]
    assert standing["disk:/data"].since == NOW
    assert whats(standing, [DISK], later(days=365), again=timedelta())[1] == []


def test_text_follows_what_is_so_now() -> None:
    standing, _ = whats({}, [DISK], NOW)
    standing, _ = whats(standing, [Alert("disk:/data", "less still")], later(hours=1))
    assert standing["disk:/data"].text == "less still"


def test_what_nobody_could_be_told_is_told_as_begun_later_and_never_as_over() -> None:
    standing, changes = find_changes({}, [DISK], NOW, WEEK)
    standing = forget_telling(standing, changes)
    assert whats(standing, [], later(hours=1)) == ({}, [])
    standing, told = whats(standing, [DISK], later(hours=1))
    assert told == [("begun", "disk:/data")]
    assert standing["disk:/data"].since == NOW


@pytest.mark.parametrize(("key", "kind"), [("missed:a", "missed"), ("lag", "lag"), ("verification:x", "verification")])
def test_alert_does_not_end_by_facts_that_say_nothing_of_it(key: str, kind: str) -> None:
    facts = make_facts()
    assert kind in find_unknown(facts)
    standing = {key: Standing(NOW, NOW, "so")}
    assert find_changes(standing, [], later(hours=1), WEEK, find_unknown(facts)) == (standing, [])
    known = make_facts(due=(), lag=Lag(), verified=Verified(0, None))
    assert find_unknown(known) == frozenset()
    assert find_changes(standing, [], later(hours=1), WEEK, find_unknown(known))[0] == {}
