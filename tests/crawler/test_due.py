"""``scrapy due`` and ``scrapy crawl … -a due=1``: what is due is crawled, what was crawled is not due, and why."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crawler.planning.bookkeeping import Book
from pipelines.store.locks import Locks
from pipelines.store.owners import Owner
from tests.commands import run_scrapy
from tests.loopback import Answer, Asked, serving
from tests.spiders.portal import LIST, SETTINGS, portal_answers, write_catalogue

UNREFINED = ("-s", "ITEM_PIPELINES={}")  # quicker; and the exit code is 3, for no report is read
SCHEDULE = "seasons:\n  - {name: all, every: 30}\n"


class World(NamedTuple):
    """Two portals on loopback, their catalogue, an archive, and what the server was asked."""

    folder: Path
    asked: list[Asked]
    answers: dict[str, Answer]
    today: date

    def crawl(self, *more: str, days: int = 0) -> tuple[int, str]:
        """``crawl provincial -a due=1`` some days from now."""
        self.asked.clear()
        done = run_scrapy("crawl", "provincial", "-a", "due=1", *self.words(days), *more, *SETTINGS, *UNREFINED)
        return done.returncode, done.stderr

    def due(self, *more: str, days: int = 0) -> dict[str, dict[str, Any]]:
        """``due --all --json`` by portal."""
        done = run_scrapy("due", "--all", "--json", *self.words(days), *more)
        assert done.returncode == 0, done.stderr
        return {row["portal"]: row for row in map(json.loads, done.stdout.splitlines())}

    def words(self, days: int) -> list[str]:
        """The arguments of both commands."""
        day = self.today + timedelta(days=days)
        settings = [f"ARCHIVE_DIR={self.folder / 'warc'}", "DATABASE_URL=", f"TODAY={day}", "PROGRESS_ENABLED=1"]
        return ["-a", f"catalogue={self.folder / 'catalogue'}", *(word for one in settings for word in ("-s", one))]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, asked, answers = tmp_path_factory.mktemp("due"), list[Asked](), portal_answers()
    with serving(answers, asked) as origin:
        rows = [f"yunling-mzt provincial {origin}{LIST}", "yunling-shi municipal http://127.0.0.1:9/nb/"]
        write_catalogue(folder / "catalogue", *rows)
        (folder / "catalogue" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
        yield World(folder, asked, answers, datetime.now(UTC).date())


@pytest.fixture(scope="module")
def first(world: World) -> tuple[int, str]:
    """The first crawl."""
    return world.crawl()


def test_what_was_never_looked_at_is_crawled(world: World, first: tuple[int, str]) -> None:
    assert first[0] == 3, first[1]
    found = world.due()
    assert (found["yunling-mzt"]["due"], found["yunling-shi"]["due"]) == (False, True)
    assert found["yunling-shi"]["reason"] == "never"
    assert found["yunling-mzt"]["last"] == world.today.isoformat()


def test_page_that_is_due_again_within_the_season_calls_for_a_look(world: World, first: tuple[int, str]) -> None:
    row = world.due(days=3)["yunling-mzt"]
    assert (row["due"], row["reason"], row["next"]) == (False, "pages", (world.today + timedelta(7)).isoformat())
    assert "every 30 days" in row["rule"]


def test_nothing_due_is_one_line_and_success(world: World, first: tuple[int, str]) -> None:
    code, said = world.crawl(days=3)
    assert (code, said.count("\n"), world.asked) == (0, 1, [])
    assert "nothing is due" in said


def test_many_crawls_have_nothing_to_do_either(world: World, first: tuple[int, str]) -> None:
    world.asked.clear()
    done = run_scrapy("crawl-many", "provincial", "-a", "due=1", *world.words(3), *SETTINGS)
    assert (done.returncode, done.stderr.count("\n"), world.asked) == (0, 1, [])
    assert "nothing is due" in done.stderr


def test_portal_that_another_crawl_has_is_left_to_it(world: World, first: tuple[int, str]) -> None:
    book = Book(world.folder / "warc", "20260101T000000Z-other")
    book.begin(["yunling-mzt"], world.today, lambda portal, visited: True)
    try:
        code, said = world.crawl(days=40)
        assert (code, world.asked) == (0, [])
        assert "nothing is due" in said
        run = run_scrapy("crawl", "provincial", *world.words(40), *SETTINGS, *UNREFINED)
        assert (run.returncode, world.asked) == (0, [])
        assert re.search(r"1 portal left to another crawl:\n +yunling-mzt: run 20260101T000000Z-other is", run.stderr)
    finally:
        book.close()


def test_look_that_was_broken_off_is_made_anew_with_what_it_may_have_missed(
    world: World, first: tuple[int, str]
) -> None:
    row = world.due(days=3)["yunling-mzt"]
    assert (row["due"], row["reason"]) == (True, "broken-off")
    code, said = world.crawl(days=3)
    assert code == 0, said  # its reports are as they were
    assert LIST in {one.path for one in world.asked}
    assert not world.due(days=3)["yunling-mzt"]["due"]


def test_portal_that_is_locked_in_the_store_is_left_and_a_dead_owner_is_followed(
    world: World, first: tuple[int, str]
) -> None:
    address = f"sqlite:///{world.folder / 'kaijuan.db'}"
    living = Owner.of_this_process("20260101T000000Z-other")
    for portal, owner in (("yunling-mzt", living), ("yunling-shi", replace(living, started="1"))):
        locks = Locks(address, owner, 600)
        locks.take([portal])
        locks.close()
    named = ("-a", "portal=yunling-mzt,yunling-shi", "-s", f"DATABASE_URL={address}")
    world.asked.clear()
    run = run_scrapy("crawl", "provincial", *world.words(80), *named, *SETTINGS, *UNREFINED)
    assert (run.returncode, world.asked) == (3, []), run.stderr  # nothing answers at the other portal
    assert "yunling-shi: its lock is taken over from run 20260101T000000Z-other, process" in run.stderr
    assert "1 portal left to another crawl:\n  yunling-mzt: run 20260101T000000Z-other, process" in run.stderr
    assert "Nothing came of 1 portal:" in run.stderr
    locks = Locks(address, Owner.of_this_process("r9"), 600)
    assert (sorted(locks.take(["yunling-mzt", "yunling-shi"]).others)) == ["yunling-mzt"]
    locks.close()


def test_unknown_spider_is_wrong_usage() -> None:
    done = run_scrapy("due", "provinical")
    assert done.returncode == 2
    assert "did you mean provincial" in done.stderr


def test_table_says_how_many_are_due_and_by_which_schedule(world: World, first: tuple[int, str]) -> None:
    done = run_scrapy("due", "municipal", *world.words(0), "-s", f"ARCHIVE_DIR={world.folder / 'nowhere'}")
    assert done.stdout.splitlines() == [
        "portal       level      last look  next        why",
        f"yunling-shi  municipal  never      {world.today}  never: never looked at",
        f"1 of 1 portals are due (1 never), by {world.folder / 'catalogue' / 'schedule.yaml'}",
    ]
