"""``scrapy schedule`` is told to stop: what runs comes to its end, and no job is lost."""

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Collection
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.schedule import rounds
from crawler.schedule.jobs import read_jobs
from crawler.schedule.rounds import Rounds
from crawler.schedule.running import Running
from crawler.schedule.timekeeping import read_times
from pipelines.errors import PipelineError
from pipelines.store.locks import Locks
from pipelines.store.owners import Owner, read_start
from tests.commands import run_scrapy
from tests.crawler.schedule.places import COMMANDS, LONG_AGO, Place, agree, await_that, job, wait_for
from tests.loopback import Answer, serving
from tests.spiders.portal import LIST, SETTINGS, article, portal_answers, write_catalogue


def test_process_catches_up_is_alone_and_lets_what_runs_end(place: Place) -> None:
    before = datetime.now(UTC)
    marks = place.folder / "marks"
    script = f"trap 'echo ended >> {marks}; exit 0' INT; echo began >> {marks}; while true; do sleep 0.05; done"
    place.write(place.script("one", script))
    place.miss()
    with place.running() as process:
        wait_for(place, "began")
        second = run_scrapy("schedule", "--once", *place.words)
        assert second.returncode == 1
        assert f"another scrapy schedule is at work: process {process.pid} on" in second.stderr
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, place.marks) == (0, ["began", "ended"])
    assert "stopping: one may come to an end" in said
    assert agree(place)["one"] > before


def test_jobs_that_a_stopped_run_did_not_come_to_are_due_the_next_time(place: Place) -> None:
    long = place.script("second", f"echo began >> {place.folder / 'marks'}; exec sleep 60")
    place.write(job("first", f"echo one >> {place.folder / 'marks'}"), long, job("third", "true"))
    place.miss()
    with place.running("--once") as process:
        wait_for(place, "began")
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, place.marks) == (1, ["one", "began"])
    assert "not begun any more: third" in said
    times = agree(place)
    assert times["third"] == LONG_AGO
    assert min(times["first"], times["second"]) > LONG_AGO


def test_jobs_that_wait_for_their_turn_stay_due_whatever_ends_the_process(place: Place) -> None:
    marks = place.folder / "marks"
    names = [f"job-{number}" for number in range(10)]
    place.write(*(job(name, f"echo {name} $$ >> {marks}; exec sleep 60") for name in names))
    place.miss()
    try:
        with place.running() as process:
            await_that(lambda: len(place.marks) == 8)  # so many run side by side
            await_that(lambda: due(place) == names[8:])
            process.kill()
            process.wait()
        assert sorted(begun(place)) == names[:8]
        assert due(place) == names[8:]
        place.miss()
        with place.running():  # those that are still at work are not begun beside themselves
            await_that(lambda: len(place.marks) == 10)
            time.sleep(1)
        assert sorted(begun(place)) == names
    finally:
        for mark in place.marks:
            with suppress(ProcessLookupError):
                os.kill(int(mark.split()[1]), signal.SIGKILL)


def due(place: Place) -> list[str]:
    times = read_times(read_jobs(place.jobs, "", COMMANDS), place.address)
    return sorted(timed.job.name for timed in times if timed.next == LONG_AGO)


def begun(place: Place) -> list[str]:
    return [mark.split()[0] for mark in place.marks]


def test_each_signal_is_less_patient_than_the_one_before(place: Place) -> None:
    deaf = f"trap '' INT TERM; echo began >> {place.folder / 'marks'}; while true; do sleep 0.1; done"
    place.write(place.script("one", deaf))
    place.miss()
    with place.running() as process:
        wait_for(place, "began")
        assert process.stderr is not None
        for said in ("stopping: one may come", "ending at once: one", "killed: one"):
            process.send_signal(signal.SIGINT)
            assert any(said in line for line in process.stderr)
        assert process.wait(timeout=60) == 0


def test_store_that_refuses_for_a_while_does_not_end_the_calendar(
    place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rounds, "_TRY_AGAIN", 0.2)
    place.miss()
    stopping = threading.Event()
    with place.keeping() as keeper:
        with closing(sqlite3.connect(place.folder / "kaijuan.db")) as store, store:
            store.execute("alter table locks rename to away")
        going = threading.Thread(target=Rounds(keeper, Running()).run_until, args=(stopping,), daemon=True)
        going.start()
        time.sleep(2)
        assert place.marks == []
        with closing(sqlite3.connect(place.folder / "kaijuan.db")) as store, store:
            store.execute("alter table away rename to locks")
        wait_for(place, "one")
        stopping.set()
        going.join()
    assert place.marks == ["one"]
    assert agree(place)["one"] > datetime.now(UTC)
    assert capfd.readouterr().err.count("is due and not begun yet") == 1


def test_lock_is_kept_while_a_job_comes_to_its_end(place: Place) -> None:
    goes_on, lost, stopping = place.folder / "goes-on", threading.Event(), threading.Event()
    place.write(job("one", f"echo began >> {place.folder / 'marks'}; while [ ! -e {goes_on} ]; do sleep 0.1; done"))
    place.miss()
    with place.keeping(2, lost.set) as keeper:
        going = threading.Thread(target=Rounds(keeper, Running()).run_until, args=(stopping,), daemon=True)
        going.start()
        wait_for(place, "began")
        stopping.set()
        with closing(sqlite3.connect(place.folder / "kaijuan.db")) as store, store:
            store.execute("delete from locks")  # as another machine does that has not heard of us
        try:
            assert lost.wait(30)
            assert going.is_alive()
        finally:
            goes_on.touch()
            going.join()


def test_crawl_that_is_under_way_ends_in_order(tmp_path: Path) -> None:
    answers, asked, told = dict(portal_answers()), threading.Event(), threading.Event()

    def slowly() -> Answer:
        asked.set()
        told.wait(60)
        return answers[article(2021)]

    with serving({**answers, article(2021): slowly}) as origin:
        write_catalogue(tmp_path / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        words = f"crawl provincial -a due=1 -a catalogue={tmp_path / 'catalogue'} {' '.join(SETTINGS)}"
        place = Place(tmp_path, f"name: crawl, run: '{words}', when: '0 3 * * *'")
        place.miss()
        with place.running() as process:
            assert asked.wait(60)
            process.send_signal(signal.SIGTERM)
            assert process.stderr is not None
            said = ""
            while "Stopping: what is under way is finished" not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            told.set()
            said += process.communicate(timeout=60)[1]
    assert process.returncode == 0
    assert "The crawl did not run to its end: shutdown" in said
    assert [path.suffix for path in (tmp_path / "warc").glob("*.warc*")] == [".gz"]


def test_store_that_refuses_when_a_job_has_begun_hears_of_it_later(
    place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    goes_on, stopping = place.folder / "goes-on", threading.Event()
    monkeypatch.setattr(rounds, "_TRY_AGAIN", 0.2)
    place.write(job("one", f"echo began >> {place.folder / 'marks'}; while [ ! -e {goes_on} ]; do sleep 0.1; done"))
    place.miss()
    refused = iter([True, True])

    def refuse_twice(self: Locks, portals: Collection[str], owner: Owner) -> None:
        if next(refused, False):
            raise PipelineError("the store cannot be written")
        hand_over(self, portals, owner)

    hand_over = Locks.hand_over
    monkeypatch.setattr(Locks, "hand_over", refuse_twice)
    with place.keeping() as keeper:
        going = threading.Thread(target=Rounds(keeper, Running()).run_until, args=(stopping,), daemon=True)
        going.start()
        wait_for(place, "began")
        await_that(lambda: due(place) == [])
        with closing(sqlite3.connect(place.folder / "kaijuan.db")) as store:
            owners = dict(store.execute("select portal, run from locks"))
        assert owners == {"*schedule": "schedule", "*schedule/one": "schedule/one"}
        goes_on.touch()
        stopping.set()
        going.join()
        with closing(sqlite3.connect(place.folder / "kaijuan.db")) as store:
            assert dict(store.execute("select portal, run from locks")) == {"*schedule": "schedule"}
    assert place.marks == ["began"]
    assert capfd.readouterr().err.count("the store cannot be written") == 2


def test_process_that_was_taken_over_from_begins_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rounds, "_TRY_AGAIN", 0.2)
    place.miss()
    stopping = threading.Event()
    with place.keeping() as keeper, subprocess.Popen(["sleep", "60"]) as other:
        with closing(sqlite3.connect(place.folder / "kaijuan.db")) as store, store:
            started = read_start(other.pid)
            store.execute("update locks set pid = ?, started = ? where portal = '*schedule'", (other.pid, started))
        going = threading.Thread(target=Rounds(keeper, Running()).run_until, args=(stopping,), daemon=True)
        going.start()
        time.sleep(2)
        stopping.set()
        going.join()
        other.kill()
    assert place.marks == []
    assert due(place) == ["one"]
    assert "has taken over" in capfd.readouterr().err
