"""Replays on a Dask cluster of two workers on loopback: the same bytes as one process, whatever dies."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import sleep

import pytest

from archive.format.pieces import Piece
from pipelines.errors import PipelineError
from pipelines.replay.cluster import Cluster, refine_for
from pipelines.replay.ordering import Pending
from pipelines.replay.refining import Job
from tests.commands import run_scrapy
from tests.replay.clusters import dask_cluster
from tests.replay.conftest import Made, plan_for, read_feeds, replay
from tests.replay.poison import POISON, die_at_one_page, poison

distributed = pytest.importorskip(
    "distributed", reason="the extra `cluster` is not installed: pip install '.[cluster]'"
)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dask_cluster(tmp_path_factory.mktemp("dask")) as address:
        yield address


def test_two_workers_give_the_same_bytes_as_one_process(scheduler: str, made: Made, tmp_path: Path) -> None:
    feeds = [tmp_path / "documents.jsonl", tmp_path / "reports.jsonl"]
    done = run_scrapy(
        *("replay", str(made.folder), "--no-store", "--dask", scheduler),
        *("--documents", str(feeds[0]), "--reports", str(feeds[1])),
    )
    assert done.returncode == 1, done.stderr  # a record of the archive is damaged
    assert [feed.read_bytes() for feed in feeds] == [made.documents, made.reports]


class Killing(Cluster):
    """A cluster one of whose workers is killed while pieces are under way."""

    begun = 0

    def begin(self, job: Job, piece: Piece) -> Pending:
        self.begun += 1
        if self.begun == 5:
            workers = self._client.run(os.getpid)
            os.kill(min(workers.values()), signal.SIGKILL)
            sleep(0.2)
        return super().begin(job, piece)


@pytest.mark.usefixtures("small_pieces")
def test_killed_worker_loses_nothing_and_doubles_nothing(scheduler: str, made: Made, tmp_path: Path) -> None:
    engine = Killing(scheduler)
    replayed = replay(plan_for(made.folder, tmp_path), engine)
    assert engine.begun >= 5
    assert read_feeds(tmp_path) == (made.documents, made.reports)
    assert replayed.tally.given_up.count == 0


class Poisoning(distributed.WorkerPlugin):  # type: ignore[misc,name-defined]
    """Makes workers die of one page, also those that take the place of dead ones."""

    def setup(self, worker: object) -> None:
        """As Dask calls it."""
        poison()


def test_page_that_kills_whoever_refines_it_is_given_up_by_name(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.replay.cluster.refine_piece", die_at_one_page)
    whole = plan_for(made.folder, tmp_path)
    first = replace(whole, files=dict(list(whole.files.items())[:1]))
    with dask_cluster(tmp_path, failures=0) as address:
        with distributed.Client(address, set_as_default=False) as client:
            client.register_plugin(Poisoning())
        replayed = replay(first, Cluster(address))
    lines = read_feeds(tmp_path)[0].splitlines()
    assert 0 < replayed.tally.given_up.count == sum(b'"rejected":"unreadable"' in line for line in lines)
    assert all(POISON in place for place in replayed.tally.given_up.named)
    assert len(lines) == replayed.tally.pages > replayed.tally.given_up.count


def test_no_scheduler_is_said_in_one_line(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.replay.cluster._WAIT", 1)
    with pytest.raises(PipelineError, match="no Dask scheduler answers; begin one with"):
        Cluster("tcp://127.0.0.1:9")


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PipelineError, match=r"pip install '\.\[cluster\]'"):
        Cluster("tcp://127.0.0.1:8786")


def test_worker_of_another_checkout_is_refused() -> None:
    with pytest.raises(PipelineError, match="it needs the same checkout"):
        refine_for("0.0.0-other", Job((), None), Piece("x.warc.gz"))
