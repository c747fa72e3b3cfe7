"""The book of visits and what is due by it: crashes, catching up, looks that brought nothing, two runs at once."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from crawler.catalogue import Portal, Schedule
from crawler.catalogue.seasons import Rhythm, Season
from crawler.errors import KaijuanError
from crawler.planning.bookkeeping import Book
from crawler.planning.dues import Due, judge
from crawler.planning.visitbook import DONE, PART, REFUSED, SILENT, Look, Visited, book_path, read_visits

MONTHLY = Schedule((Season("rush", 1, (1, 5), (2, 10)), Season("quiet", 30)))
PORTAL = Portal("a", "某局", "provincial", "http://a.gov.cn/")
JUNE = date(2026, 6, 1)
Seen = tuple[bool, str, str | None]


def look(day: date, came: str = DONE, pages: str = "", run: str = "r1", portal: str = "a") -> Look:
    return Look(portal=portal, day=day.isoformat(), at=f"{day}T03:00:00Z", came=came, pages=pages, run=run)


def stand(today: date, *looks: Look, portal: Portal = PORTAL) -> Due:
    visited = Visited()
    for one in looks:
        visited = visited.add(one)
    return judge(portal, MONTHLY, visited, today)


def seen(due: Due) -> Seen:
    return due.is_due, due.reason, due.next.isoformat() if due.next else None


def test_portal_that_was_never_looked_at_is_due() -> None:
    assert seen(stand(JUNE)) == (True, "never", "2026-06-01")


def test_portal_rests_until_its_days_have_passed() -> None:
    assert seen(stand(JUNE + timedelta(29), look(JUNE))) == (False, "season", "2026-07-01")
    assert stand(JUNE + timedelta(30), look(JUNE)).is_due


def test_missed_looks_are_caught_up_once() -> None:
    late = JUNE + timedelta(200)
    assert stand(late, look(JUNE)).is_due
    assert not stand(late, look(JUNE), look(late)).is_due


def test_look_that_was_missed_in_a_season_is_due_after_its_end() -> None:
    last, late = date(2026, 2, 8), date(2026, 2, 13)
    assert seen(stand(late, look(last))) == (True, "season", "2026-02-09")
    assert not stand(late + timedelta(1), look(last), look(late)).is_due


def test_page_that_is_due_calls_for_a_look_between() -> None:
    assert seen(stand(JUNE, look(JUNE, pages="2026-06-12"))) == (False, "pages", "2026-06-12")


def test_pages_call_for_no_look_within_a_week() -> None:
    assert seen(stand(JUNE, look(JUNE, pages="2026-06-02"))) == (False, "pages", "2026-06-08")


def test_look_that_brought_nothing_is_repeated_after_longer_and_longer_rests() -> None:
    looks = [look(JUNE, SILENT)]
    assert seen(stand(JUNE, *looks)) == (False, "fruitless", "2026-06-02")
    looks += [look(JUNE + timedelta(1), REFUSED)]
    assert seen(stand(JUNE, *looks)) == (False, "fruitless", "2026-06-04")
    looks += [look(JUNE + timedelta(days), SILENT) for days in (3, 7, 15, 31)]
    assert seen(stand(JUNE, *looks)) == (False, "fruitless", "2026-08-01")  # not later than the season wants it
    assert seen(stand(JUNE, *looks, look(JUNE + timedelta(61)))) == (False, "season", "2026-08-31")


def test_look_at_chosen_years_counts_for_nothing() -> None:
    assert seen(stand(JUNE, look(JUNE, PART))) == (True, "never", "2026-06-01")


def test_row_that_says_never_is_off() -> None:
    off = Portal("a", "某局", "provincial", "http://a.gov.cn/", every=Rhythm(None))
    assert seen(stand(JUNE, portal=off)) == (False, "off", None)
    assert seen(stand(JUNE, look(date(2025, 1, 1)), portal=off)) == (False, "off", None)


def wants_all(portal: str, visited: Visited) -> bool:
    return True


def test_look_without_an_end_was_broken_off(tmp_path: Path) -> None:
    book = Book(tmp_path, "r1")
    book.begin(["a", "b"], JUNE, wants_all)
    book.add([look(JUNE, portal="b")])
    assert [visited.under_way for visited in read_visits(tmp_path).values()] == [{"r1"}, frozenset()]
    book.close()
    visits = read_visits(tmp_path)
    assert [visits["a"].broken, visits["b"].broken] == [frozenset({"r1"}), frozenset()]
    assert seen(judge(PORTAL, MONTHLY, visits["a"], JUNE)) == (True, "broken-off", "2026-06-01")


def test_portal_that_a_run_looks_at_is_left_to_it(tmp_path: Path) -> None:
    first, second = Book(tmp_path, "r1"), Book(tmp_path, "r2")
    assert first.begin(["a", "b"], JUNE, wants_all)[0] == ["a", "b"]
    begun, before = second.begin(["a", "c"], JUNE, wants_all)
    assert (begun, sorted(before["a"].under_way)) == (["c"], ["r1"])
    first.close()
    assert second.begin(["a"], JUNE, wants_all)[0] == ["a"]
    second.close()


def test_run_that_goes_on_takes_up_its_own_looks(tmp_path: Path) -> None:
    book = Book(tmp_path, "r1")
    book.begin(["a"], JUNE, wants_all)
    book.close()
    again = Book(tmp_path, "r1")
    begun, before = again.begin(["a"], JUNE, wants_all)
    assert (begun, sorted(before["a"].broken)) == (["a"], ["r1"])
    again.close()


def test_two_processes_are_not_one_run(tmp_path: Path) -> None:
    book = Book(tmp_path, "r1")
    with pytest.raises(KaijuanError, match="run r1 is still being crawled"):
        Book(tmp_path, "r1")
    book.close()


def test_line_that_a_crash_cut_short_counts_as_none_and_swallows_no_other(tmp_path: Path) -> None:
    book = Book(tmp_path, "r1")
    book.add([look(JUNE), look(JUNE, portal="b")])
    book.close()
    path = book_path(tmp_path, "r1")
    path.write_bytes(path.read_bytes()[:-9])
    assert sorted(read_visits(tmp_path)) == ["a"]
    book = Book(tmp_path, "r1")
    book.add([look(JUNE, portal="c")])
    book.close()
    assert sorted(read_visits(tmp_path)) == ["a", "c"]


@pytest.mark.parametrize("line", ["[]", "7", '{"portal": "a"}', '{"portal": "a", "day": "x", "at": ""}', "null"])
def test_line_that_says_too_little_counts_as_none(tmp_path: Path, line: str) -> None:
    book_path(tmp_path, "r1").parent.mkdir(parents=True)
    book_path(tmp_path, "r1").write_text(line + "\n", encoding="utf-8")
    assert read_visits(tmp_path) == {}


def test_keys_of_another_version_are_left_out(tmp_path: Path) -> None:
    book_path(tmp_path, "r1").parent.mkdir(parents=True)
    line = '{"portal": "a", "day": "2026-06-01", "at": "2026-06-01T00:00:00Z", "came": "done", "mood": "good"}'
    book_path(tmp_path, "r1").write_text(line + "\n", encoding="utf-8")
    assert read_visits(tmp_path)["a"].day == JUNE
