"""The law of the store: what it holds in the end depends on what was captured, not on when it was told."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from pipelines.sightings import Sighting
from pipelines.store import Store, neighbours
from tests.store.making import FACTS, Made, fill, gone, put, read_rows, read_tables, write_prose

Capture = Made | Sighting


def mix(one: str, other: str, sentences: int) -> str:
    """The first sentences of one prose, the rest of the other."""
    first, second = one.split("。"), other.split("。")
    return "。".join([*first[:sentences], *second[sentences:]])


def make_world() -> list[Capture]:
    """Three years of a dozen agencies, with all that can befall a report."""
    world: list[Capture] = []
    for place in range(8):
        for year in (2021, 2022, 2023):
            world += make_report(place, year)
    return world


def make_report(place: int, year: int) -> Iterator[Capture]:
    agency, host = f"第{place}市应急管理局", f"http://p{place}.gov.cn"
    url, key = f"{host}/{year}.html", f"{place}-{year}"
    # Every third agency writes with one hand: a crowd of texts that are alike.
    hand = "crowd" if place % 3 == 0 else place
    prose = mix(write_prose((hand, 2021)), write_prose((place, year)), 10 if place % 3 == 0 else year - 2017)
    facts = {**FACTS, "requests.new.total": 20 + place, "requests.carried_in.total": year - 2019}
    day = f"{year + 1}-02-{place + 1:02}"
    made = {
        "agency": agency,
        "year": year,
        "region": f"99{place:02}00",
        "facts": facts,
        "prose": prose,
        "published": day,
    }
    yield Made(f"{key}-a", url, f"{day}T01:00:00.123456Z", **made)  # type: ignore[arg-type]
    if place % 4 != 2:
        yield Made(f"{key}-b", f"http://mirror.gov.cn/{key}", f"{day}T01:00:00Z", **made | {"region": "990000"})  # type: ignore[arg-type]
    pdf = {"media_type": "application/pdf", "layout": "pdf", "via": url, "agency": None, "year": None}
    yield Made(f"{key}-c", f"{host}/{year}.pdf", day, **made | pdf)  # type: ignore[arg-type]
    if place % 4 == 1:  # revised, and then gone and back again
        yield Made(f"{key}-d", url, f"{year + 1}-06-01", **made | {"facts": facts | {"review.total": 7}})  # type: ignore[arg-type]
        yield gone(f"{key}-e", url, f"{year + 1}-07-01")
        yield Made(f"{key}-f", url, f"{year + 1}-08-01", **made)  # type: ignore[arg-type]
    if place % 4 == 2:
        yield Made(f"{key}-g", url, f"{year + 1}-09-01", kind="rejected", rejected="soft-404")
    if (
        place % 4 == 3
    ):  # a homonym elsewhere, with a text and numbers of its own; and a page that only the catalogue names
        other = {
            "prose": write_prose((key, "other")),
            "facts": {**facts, "requests.new.total": 500},
            "region": "880100",
        }
        yield Made(f"{key}-h", f"http://q{place}.gov.cn/{year}", day, **made | other)  # type: ignore[arg-type]
        weak = {"agency": "另一局", "origin": "context", "layout": "x"}
        yield Made(f"{key}-i", f"http://r{place}.gov.cn/{year}", f"{year + 1}-03-01", **made | weak)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=[64, 3], ids=["open bands", "crowded bands"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The store of the world told in order; a second time with so few heads that bands are crowded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "HEADS", request.param)
        path = tmp_path_factory.mktemp("world") / "told.db"
        fill(path, make_world())
        yield path


def test_the_world_has_all_that_can_befall_a_report(world: Path) -> None:
    found = {row["id"] for row in read_rows(world, "select distinct id from report_findings")}
    assert found >= {
        *("revised-numbers", "withdrawn-for-a-time", "withdrawn", "late", "copied-from-own-year"),
        *("copied-from-other-agency", "broken-identity"),
    }
    assert read_rows(world, "select * from unsettled") == []
    assert read_rows(world, "select count(*) as n from likenesses")[0]["n"] > 20
    assert read_rows(world, "select * from belongings where twin is not null")
    assert read_rows(world, "select * from reports where agency like '%@%'")


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_arrival_changes_a_row(world: Path, tmp_path: Path, seed: int) -> None:
    draw, captures = Random(seed), make_world()
    draw.shuffle(captures)
    fill(tmp_path / "shuffled.db", captures)
    assert read_tables(tmp_path / "shuffled.db") == read_tables(world)


@pytest.mark.parametrize("seed", range(2))
def test_settling_in_pieces_and_telling_twice_changes_no_row(world: Path, tmp_path: Path, seed: int) -> None:
    draw, captures = Random(seed), make_world()
    draw.shuffle(captures)
    path = tmp_path / "pieces.db"
    while captures:
        size = draw.randint(1, 60)
        piece, captures = captures[:size], captures[size:]
        fill(path, [*piece, *draw.sample(piece, len(piece) // 2)])
    fill(path, make_world()[::2])
    assert read_tables(path) == read_tables(world)


def test_what_an_older_parser_said_leaves_no_trace(world: Path, tmp_path: Path) -> None:
    draw, path = Random(5), tmp_path / "better.db"
    worse: list[Capture] = []
    for capture in make_world():
        if isinstance(capture, Made):
            prose = draw.choice((capture.prose, write_prose(draw.random()), ""))
            kind = draw.choice((capture.kind, "report", "other"))
            agency = draw.choice((capture.agency, None, "错局"))
            worse.append(Made(capture.record, capture.url, capture.day, agency, prose=prose, kind=kind))
    fill(path, worse)
    fill(path, make_world())
    assert read_tables(path) == read_tables(world)


def test_what_a_killed_crawl_left_unsettled_is_settled_by_the_next(world: Path, tmp_path: Path) -> None:
    path, captures = tmp_path / "killed.db", make_world()
    store = Store(f"sqlite:///{path}")
    put(store, captures[:100])
    store.flush()  # and no close
    fill(path, captures[100:])
    assert read_tables(path) == read_tables(world)


def watch(world: Path, path: Path) -> None:
    """A copy of the store that notes which names' reports are made anew."""
    shutil.copy(world, path)
    with sqlite3.connect(path) as connection:
        connection.execute("create table remade (name)")
        words = "create trigger watch after delete on reports begin insert into remade values (old.name); end"
        connection.execute(words)


def test_settling_one_new_capture_remakes_only_what_it_touches(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "watched.db"
    watch(world, path)
    fill(path, [Made("later", "http://p1.gov.cn/2023.html", "2025-01-01", agency="第1市应急管理局")])
    assert {row["name"] for row in read_rows(path, "select name from remade")} == {"第1市应急管理局"}


def test_settling_again_when_nothing_came_remakes_nothing(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "watched.db"
    watch(world, path)
    fill(path, make_world())
    assert read_rows(path, "select * from remade") == []
