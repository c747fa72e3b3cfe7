"""Replays: the same bytes however they are cut and run, and where one stops another goes on."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.format.pieces import Piece
from pipelines.errors import PipelineError
from pipelines.feeds import write_line
from pipelines.replay import refining
from pipelines.replay.ordering import Pending
from pipelines.replay.pool import Here, Pool
from pipelines.replay.refining import Job
from pipelines.replay.replaying import Replay
from pipelines.store.batches import write_entries
from tests.archive.building import zipped
from tests.commands import PROJECT
from tests.replay.conftest import Made, plan_for, read_feeds, replay
from tests.replay.making import make_records
from tests.replay.poison import POISON, die_at_one_page


@pytest.mark.usefixtures("small_pieces")
def test_small_pieces_on_several_processes_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    replayed = replay(plan_for(made.folder, tmp_path), Pool(2))
    assert read_feeds(tmp_path) == (made.documents, made.reports)
    assert replayed.tally.damage.count == 2


def test_piece_with_too_many_lines_is_done_in_parts(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refining, "MOST_LINES", 100_000)
    replayed = replay(plan_for(made.folder, tmp_path), Here())
    assert read_feeds(tmp_path) == (made.documents, made.reports)
    assert replayed.tally.damage.count == 2


def test_worker_without_a_store_loads_neither_a_crawler_nor_a_database() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, pipelines.replay.refining; print(*sys.modules)"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"scrapy", "twisted", "sqlalchemy"} & set(done.stdout.split())


def test_lines_in_bytes_are_those_in_text() -> None:
    for text in ('年报\u2028\x00\\"/', "half a pair: \ud83d"):
        assert refining.encode_line({"title": text}) == write_line({"title": text}).encode("utf-8", "replace")


class Stopping(Here):
    """Is interrupted after some pieces."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces

    def begin(self, job: Job, piece: Piece) -> Pending:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().begin(job, piece)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("stops", [(0,), (3,), (1, 1, 2)], ids=str)
def test_stopped_replay_goes_on_to_the_same_bytes(made: Made, tmp_path: Path, stops: tuple[int, ...]) -> None:
    plan = replace(plan_for(made.folder, tmp_path), resume=True)
    for pieces in stops:
        with pytest.raises(KeyboardInterrupt):
            replay(plan, Stopping(pieces))
        with (tmp_path / "documents.jsonl").open("ab") as feed:
            feed.write(b"half a line of a crash")
    replayed = replay(plan, Here())
    assert read_feeds(tmp_path) == (made.documents, made.reports)
    assert replayed.tally.pages == made.documents.count(b"\n")
    assert replayed.pages < replayed.tally.pages or stops == (0,)
    assert replayed.tally.damage.count == 2


@pytest.mark.usefixtures("small_pieces")
def test_transaction_that_is_interrupted_costs_no_row_and_doubles_no_line(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sqlite:///{tmp_path / 'kaijuan.db'}"
    plan = replace(plan_for(made.folder, tmp_path), resume=True, database_url=database)
    calls = iter(range(100))

    def write_or_stop(*arguments: Any) -> None:
        write_entries(*arguments)
        if next(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.store.writing.write_entries", write_or_stop)
        patch.setattr("pipelines.store.writing._FULL", 7)
        with pytest.raises(KeyboardInterrupt):
            replay(plan, Here())
    replay(plan, Here())
    assert read_feeds(tmp_path) == (made.documents, made.reports)
    with sqlite3.connect(tmp_path / "kaijuan.db") as connection:
        (rows,) = connection.execute("select count(*) from documents").fetchone()
    assert rows == made.documents.count(b"\n")


def test_finished_replay_that_goes_on_does_only_what_is_new(made: Made, tmp_path: Path) -> None:
    archive = tmp_path / "warc"
    archive.mkdir()
    for path in made.folder.iterdir():
        os.link(path, archive / path.name)
    replay(plan_for(archive, tmp_path), Here())
    assert replay(plan_for(archive, tmp_path, resume=True), Here()).pages == 0
    (archive / "made-900.warc.gz").write_bytes(zipped(make_records(9)))
    more = replay(plan_for(archive, tmp_path, resume=True), Here())
    assert 0 < more.pages == more.tally.pages - made.documents.count(b"\n")
    replay(plan_for(archive, tmp_path / "again"), Here())
    assert read_feeds(tmp_path) == read_feeds(tmp_path / "again")
    (archive / "aaa.warc.gz").write_bytes(zipped(make_records(8)))
    with pytest.raises(PipelineError, match=r"aaa\.warc\.gz.*without --resume"):
        Replay(plan_for(archive, tmp_path, resume=True))


def test_replay_of_another_parser_begins_anew(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay(plan_for(made.folder, tmp_path), Here())
    monkeypatch.setattr("pipelines.replay.replaying.name_steps", lambda: "9.9-other")
    assert replay(plan_for(made.folder, tmp_path, resume=True), Here()).pages == made.documents.count(b"\n")


def test_feed_that_is_gone_is_not_gone_on_with(made: Made, tmp_path: Path) -> None:
    replay(plan_for(made.folder, tmp_path), Here())
    (tmp_path / "reports.jsonl").unlink()
    with pytest.raises(PipelineError, match=r"reports\.jsonl: is gone or shorter"):
        Replay(plan_for(made.folder, tmp_path, resume=True))


def test_store_that_is_gone_is_not_gone_on_with(made: Made, tmp_path: Path) -> None:
    plan = plan_for(made.folder, tmp_path, resume=True, database_url=f"sqlite:///{tmp_path / 'kaijuan.db'}")
    replay(plan, Here())
    for path in tmp_path.glob("kaijuan.db*"):
        path.unlink()
    with pytest.raises(PipelineError, match="the store does not have what was written last"):
        replay(plan, Here())
    replay(replace(plan, resume=False), Here())
    with sqlite3.connect(tmp_path / "kaijuan.db") as store:
        assert store.execute("select count(*) from documents").fetchone()[0] > 0


def test_archive_that_is_named_as_a_feed_stays_as_it_is(made: Made, tmp_path: Path) -> None:
    names = sorted(plan_for(made.folder, tmp_path).files)
    before = [Path(name).read_bytes() for name in names]
    plan = plan_for(made.folder, tmp_path)
    for wrong in (replace(plan, documents=names[0]), replace(plan, reports=names[0])):
        with pytest.raises(PipelineError, match="holds something that is no feed, and would be lost"):
            replay(wrong, Here())
    assert [Path(name).read_bytes() for name in names] == before


def test_one_file_is_not_named_for_both_feeds(made: Made, tmp_path: Path) -> None:
    both, again = str(tmp_path / "feed.jsonl"), str(tmp_path / ".." / tmp_path.name / "feed.jsonl")
    with pytest.raises(PipelineError, match="named for both feeds"):
        replay(replace(plan_for(made.folder, tmp_path), documents=both, reports=again), Here())
    assert not Path(both).exists()
    replay(replace(plan_for(made.folder, tmp_path), documents="/dev/null", reports="/dev/null"), Here())


def test_page_that_kills_its_worker_is_given_up_by_name(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.replay.pool.refine_piece", die_at_one_page)
    whole = plan_for(made.folder, tmp_path)
    replayed = replay(replace(whole, files=dict(list(whole.files.items())[:1])), Pool(2))
    before, after = (text.splitlines() for text in (made.documents, read_feeds(tmp_path)[0]))
    named = [line for line in after if b'"rejected":"unreadable"' in line]
    assert replayed.tally.given_up.count == len(named) > 0
    assert all(POISON.encode() in line for line in named)
    assert [line for line in after if line not in named] == [
        line for line in before[: len(after)] if POISON.encode() + b'",' not in line[:80]
    ]


def test_store_filled_by_pieces_has_every_line(made: Made, tmp_path: Path) -> None:
    plan = plan_for(made.folder, tmp_path, database_url=f"sqlite:///{tmp_path / 'kaijuan.db'}")
    replay(plan, Pool(1))
    with sqlite3.connect(tmp_path / "kaijuan.db") as connection:
        assert connection.execute("select count(*) from documents").fetchone() == (made.documents.count(b"\n"),)
        assert connection.execute("select count(*) from sightings").fetchone() == (3,)
