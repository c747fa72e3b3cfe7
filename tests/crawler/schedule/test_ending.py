"""``scrapy schedule`` is told to stop: what runs comes to its end, and no job is lost."""

import signal
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.schedule.running import Running
from tests.commands import run_scrapy
from tests.crawler.schedule.places import LONG_AGO, Place, agree, job, wait_for
from tests.loopback import Answer, serving
from tests.spiders.portal import LIST, SETTINGS, article, portal_answers, write_catalogue


def test_process_catches_up_is_alone_and_lets_what_runs_end(place: Place) -> None:
    before = datetime.now(UTC)
    marks = place.folder / "marks"
    script = f"trap 'echo ended >> {marks}; exit 0' INT; echo began >> {marks}; while true; do sleep 0.05; done"
    (place.folder / "job.sh").write_text(script + "\n", encoding="utf-8")
    place.write(f"name: one, program: 'sh {place.folder / 'job.sh'}', when: '0 3 * * *'")
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
    (place.folder / "job.sh").write_text(f"echo began >> {place.folder / 'marks'}; exec sleep 60\n", encoding="utf-8")
    long = f"name: second, program: 'sh {place.folder / 'job.sh'}', when: '0 3 * * *'"
    place.write(job("first", f"echo one >> {place.folder / 'marks'}"), long, job("third", "true"))
    place.miss()
    with place.running("--once") as process:
        wait_for(place, "began")
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, place.marks) == (1, ["one", "began"])
    assert "not begun any more: third" in said
    times = agree(place)
    assert times["third"] <= datetime.now(UTC) < min(times["first"], times["second"])


def test_job_that_falls_due_while_another_comes_to_its_end_is_left_for_the_next_process(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    marks, goes_on = place.folder / "marks", place.folder / "goes-on"
    script = f"echo began >> {marks}; while [ ! -e {goes_on} ]; do sleep 0.1; done; echo ended >> {marks}"
    (place.folder / "job.sh").write_text(f"{script}\n", encoding="utf-8")
    long = f"name: one, program: 'sh {place.folder / 'job.sh'}', when: '0 3 * * *'"
    place.write(long, job("two", f"echo two >> {marks}"))
    with place.keeping() as keeper:
        keeper._scheduler.modify_job("one", next_run_time=LONG_AGO)
        keeper.begin()
        wait_for(place, "began")
        soon = datetime.now(UTC) + timedelta(seconds=4)
        keeper._scheduler.modify_job("two", next_run_time=soon)
        threading.Timer(5, goes_on.touch).start()
        keeper.end()
    assert datetime.now(UTC) > soon
    assert place.marks == ["began", "ended"]
    assert agree(place)["two"] == soon
    assert not caplog.records


def test_job_whose_turn_comes_when_none_is_begun_any_more_is_due_the_next_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Running()
    monkeypatch.setattr("crawler.schedule.running.RUNNING", running)
    monkeypatch.setattr("crawler.schedule.timekeeping.RUNNING", running)
    place.miss()
    with place.keeping() as keeper:
        running.stop()
        keeper.begin()
        deadline = time.monotonic() + 30
        while not running.left:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert keeper.times[0].next > datetime.now(UTC)
        assert keeper.end() == ["one"]
    assert place.marks == []
    assert agree(place)["one"] <= datetime.now(UTC)


def test_lock_is_kept_while_a_job_comes_to_its_end(place: Place) -> None:
    goes_on, lost = place.folder / "goes-on", threading.Event()
    place.write(job("one", f"echo began >> {place.folder / 'marks'}; while [ ! -e {goes_on} ]; do sleep 0.1; done"))
    place.miss()
    with place.keeping(2, lost.set) as keeper:
        keeper.begin()
        wait_for(place, "began")
        ending = threading.Thread(target=keeper.end)
        ending.start()
        with closing(sqlite3.connect(place.folder / "kaijuan.db")) as store, store:
            store.execute("delete from locks")  # as another machine does that has not heard of us
        try:
            assert lost.wait(30)
            assert ending.is_alive()
        finally:
            goes_on.touch()
            ending.join()


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
