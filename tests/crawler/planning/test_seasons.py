"""The schedule as data: how often by season and level, what a row says otherwise, and mistakes by file and line."""

from datetime import date
from pathlib import Path

import pytest

from crawler.catalogue import Catalogue, read_catalogue
from crawler.errors import CatalogueError
from tests.crawler.test_catalogue import HEAD, ROW, write

SEASONS = """seasons:
  - {name: rush, from: 01-05, to: 02-10, every: 1, levels: {township: 7}}
  - {name: turn, from: 12-20, to: 01-04, every: 3}
  - {name: quiet, every: 30}
"""


def read(folder: Path, schedule: str = SEASONS, more: str = "") -> Catalogue:
    write(folder, schedule, "schedule.yaml")
    return read_catalogue(write(folder, HEAD + ROW + more), ())


def next_day(catalogue: Catalogue, last: str, level: str = "provincial") -> str:
    found = catalogue.schedule.find_next(level, catalogue.portals[0].every, date.fromisoformat(last))
    return found[0].isoformat() if found else "never"


def test_season_of_the_day_decides(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    assert next_day(catalogue, "2026-01-06") == "2026-01-07"
    assert next_day(catalogue, "2026-03-01") == "2026-03-31"


def test_season_that_begins_calls_for_a_look_at_once(tmp_path: Path) -> None:
    assert next_day(read(tmp_path), "2025-12-01") == "2025-12-20"


def test_season_goes_over_the_turn_of_the_year(tmp_path: Path) -> None:
    assert next_day(read(tmp_path), "2025-12-31") == "2026-01-03"


def test_level_has_days_of_its_own(tmp_path: Path) -> None:
    assert next_day(read(tmp_path), "2026-01-06", "township") == "2026-01-13"


def test_row_says_otherwise_for_the_whole_year(tmp_path: Path) -> None:
    assert next_day(read(tmp_path, more="    every: 5\n"), "2026-01-06") == "2026-01-11"


def test_row_says_otherwise_for_one_season(tmp_path: Path) -> None:
    catalogue = read(tmp_path, more="    every: {rush: 4}\n")
    assert (next_day(catalogue, "2026-01-06"), next_day(catalogue, "2026-03-01")) == ("2026-01-10", "2026-03-31")


def test_row_that_says_never_is_never_looked_at(tmp_path: Path) -> None:
    assert next_day(read(tmp_path, more="    every: never\n"), "2026-01-06") == "never"


def test_folder_without_a_schedule_has_that_of_the_house(tmp_path: Path) -> None:
    catalogue = read_catalogue(write(tmp_path, HEAD + ROW), ())
    assert Path(catalogue.schedule.where).parent.name == "catalogue"
    assert [next_day(catalogue, day) for day in ("2026-01-31", "2026-03-01", "2026-06-01", "2025-12-30")] == [
        *("2026-02-01", "2026-03-08", "2026-07-01", "2026-01-05")
    ]


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (
            "seasons:\n  - {name: all, evry: 1}\n",
            "line 2: unknown key 'evry' in an entry of seasons; did you mean every",
        ),
        ("seasons:\n  - {name: all, every: 0}\n", "line 2: every is 0; write a number of days from 1 to 366"),
        ("seasons:\n  - {name: all, every: nevr}\n", "line 2: every 'nevr': write a number of days, or never; did you"),
        ("seasons:\n  - {name: all, every: 1, from: 01-05}\n", "line 2: a season has both from and to"),
        ("seasons:\n  - {name: a, every: 1, from: 01-05, to: 02-30}\n", "line 2: to '02-30' is no day of a year"),
        ("seasons:\n  - {name: a, every: 1, from: 01-05, to: 02-10}\n", "line 2: the last season must hold the rest"),
        ("seasons:\n  - {name: a, every: 1}\n  - {name: b, every: 1}\n", "line 2: season 'a' leaves nothing to those"),
        ("seasons:\n  - {name: a, every: 1, levels: {city: 2}}\n", "line 2: unknown key 'city' in levels"),
        ("seasons: []\n", "line 1: the last season must hold the rest of the year"),
        (SEASONS + "retry: never\n", "line 5: retry is text 'never'; write a whole number"),
    ],
)
def test_mistake_is_named_by_file_and_line(tmp_path: Path, schedule: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, schedule)
    assert str(caught.value).startswith(f"{tmp_path / 'schedule.yaml'}, {said}")


def test_row_that_names_no_season_of_the_schedule_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"line 9: unknown key 'rash' in every; did you mean rush\?"):
        read(tmp_path, more="    every: {rash: 4}\n")
