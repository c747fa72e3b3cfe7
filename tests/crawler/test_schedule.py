"""``scrapy schedule``: jobs as data, started when their time has come, once however often it was missed."""

import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.errors import CatalogueError
from crawler.schedule.jobs import HOUSE, read_jobs
from crawler.schedule.timekeeping import keeping, read_times
from tests.commands import PROJECT, run_scrapy
from tests.loopback import Answer, serving
from tests.spiders.portal import LIST, SETTINGS, article, portal_answers, write_catalogue

COMMANDS = ("crawl", "verify")
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


class Place:
    """A folder with a file of jobs, a store, and a file in which jobs leave their marks."""

    def __init__(self, folder: Path, *rows: str) -> None:
        self.folder = folder
        self.address = f"sqlite:///{folder / 'kaijuan.db'}"
        self.jobs = folder / "jobs.yaml"
        self.write(*rows)

    def write(self, *rows: str) -> None:
        """The file of jobs."""
        self.jobs.write_text("jobs:\n" + "".join(f"  - {{{row}}}\n" for row in rows), encoding="utf-8")

    @property
    def words(self) -> list[str]:
        """The command's settings."""
        settings = {"SCHEDULE_JOBS": self.jobs, "DATABASE_URL": self.address, "ARCHIVE_DIR": self.folder / "warc"}
        return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]

    @property
    def marks(self) -> list[str]:
        """What jobs wrote, line by line."""
        path = self.folder / "marks"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def miss(self) -> None:
        """Let the time of every job have come long ago."""
        with keeping(read_jobs(self.jobs, "", COMMANDS), self.address, 600) as keeper:
            for timed in keeper.times:
                keeper._scheduler.modify_job(timed.job.name, next_run_time=LONG_AGO)

    @contextmanager
    def running(self, *more: str) -> Iterator["subprocess.Popen[str]"]:
        """The long-lived process, if nothing more is said."""
        words = [sys.executable, "-m", "scrapy", "schedule", *more, *self.words]
        process = subprocess.Popen(words, cwd=PROJECT, stderr=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def job(name: str, script: str, when: str = "0 3 * * *") -> str:
    """A row whose program is a line of the shell."""
    return f"name: {name}, program: {shell(script)!r}, when: '{when}'".replace("\\'", "''")


def shell(script: str) -> str:
    return f'sh -c "{script}"'


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, job("one", f"echo one >> {tmp_path / 'marks'}"))


def test_jobs_of_the_house_are_commands_that_there_are() -> None:
    jobs = read_jobs(HOUSE, "var/warc", [path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py")])
    assert [one.name for one in jobs] == ["crawl", "housekeeping", "verify", "alerts"]
    assert jobs[2].line == "scrapy verify var/warc"


def test_job_that_stands_there_as_a_comment_can_be_had(tmp_path: Path) -> None:
    text = re.sub(r"^  # (?=- name|  run|  when)", "  ", HOUSE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / "jobs.yaml").write_text(text, encoding="utf-8")
    commands = [path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py")]
    assert read_jobs(tmp_path / "jobs.yaml", "var/warc", commands)[-1].line == "scrapy backup"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("name: a, run: crawl x, wen: '* * * * *'", "unknown key 'wen' in the job; did you mean when?"),
        ("name: a, run: crwl x, when: '* * * * *'", "scrapy has no command 'crwl'; did you mean crawl?"),
        ("name: a, when: '* * * * *'", "a job has either run: and the words after scrapy, or program:"),
        ("name: a, run: crawl, program: ls, when: '* * * * *'", "a job has either run:"),
        ("name: a, run: 'crawl \"x', when: '* * * * *'", "run is no command line (No closing quotation)"),
        ("name: a, run: 'crawl {folder}', when: '* * * * *'", "{folder} stands for nothing; known: {archive}"),
        ("name: a, run: crawl, when: '0 3 * *'", "when '0 3 * *': it has 4 fields, not 5"),
        ("name: a, run: crawl, when: '0 25 * * *'", "when '0 25 * * *': "),
        ("name: a, run: crawl, when: '0 3 * * 0'", "when '0 3 * * 0': days of the week are mon to sun, not"),
        ("name: a, run: crawl, when: '0 3 30 2 *'", "when '0 3 30 2 *' never comes"),
        ("name: A, run: crawl, when: '0 3 * * *'", "name 'A': write lower-case"),
    ],
)
def test_mistake_is_named_by_file_and_line(tmp_path: Path, row: str, said: str) -> None:
    place = Place(tmp_path, row)
    with pytest.raises(CatalogueError) as caught:
        read_jobs(place.jobs, "var/warc", COMMANDS)
    assert str(caught.value).startswith(f"{place.jobs}, line 2: {said}")


def test_job_that_stands_twice_is_a_mistake(tmp_path: Path) -> None:
    place = Place(tmp_path, *["name: a, run: crawl, when: '0 3 * * *'"] * 2)
    with pytest.raises(CatalogueError, match="line 3: job 'a' stands twice"):
        read_jobs(place.jobs, "var/warc", COMMANDS)


def test_rhythm_is_of_the_zone_that_the_file_names(tmp_path: Path) -> None:
    path = tmp_path / "jobs.yaml"
    path.write_text("zone: Asia/Shanghai\njobs: [{name: a, run: crawl, when: 0 3 * * *}]\n", encoding="utf-8")
    [job] = read_jobs(path, "", COMMANDS)
    found = job.trigger.get_next_fire_time(None, datetime(2026, 1, 10, tzinfo=UTC))
    assert found.astimezone(UTC) == datetime(2026, 1, 10, 19, tzinfo=UTC)


def test_zone_that_does_not_exist_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text("zone: Asia/Nowhere\njobs: []\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="line 1: no time zone 'Asia/Nowhere'"):
        read_jobs(tmp_path / "jobs.yaml", "", COMMANDS)


def agree(place: Place) -> dict[str, datetime]:
    """What the store has after a process read the file."""
    jobs = read_jobs(place.jobs, "", COMMANDS)
    with keeping(jobs, place.address, 600):
        pass
    return {timed.job.name: timed.next for timed in read_times(jobs, place.address)}


def test_job_that_was_missed_keeps_its_time_until_it_runs(place: Place) -> None:
    place.miss()
    assert agree(place)["one"] == LONG_AGO


def test_job_with_another_rhythm_begins_anew_and_one_that_is_gone_goes(place: Place) -> None:
    before = datetime.now(UTC)
    place.write(job("one", "true"), job("two", "true"))
    place.miss()
    place.write(job("one", "true", "0 4 * * *"))
    found = agree(place)
    assert list(found) == ["one"]
    assert found["one"] > before


def test_job_with_other_words_keeps_its_time(place: Place) -> None:
    place.miss()
    place.write(job("one", "false"))
    assert agree(place)["one"] == LONG_AGO


def test_missed_job_is_run_once_and_a_failing_one_is_told(place: Place) -> None:
    place.write(job("one", f"echo one >> {place.folder / 'marks'}"), job("two", "exit 7"))
    place.miss()
    run = run_scrapy("schedule", "--once", *place.words)
    assert (run.returncode, place.marks) == (1, ["one"])
    assert "two FAILED with exit code 7" in run.stderr
    again = run_scrapy("schedule", "--once", *place.words)
    assert (again.returncode, place.marks) == (0, ["one"])
    assert "nothing is due; next is " in again.stderr


def test_times_are_shown_and_nothing_is_made_by_it(place: Place) -> None:
    run = run_scrapy("schedule", "--dry-run", *place.words)
    assert run.returncode == 0
    assert run.stdout.rstrip().endswith(f"UTC  one: sh -c {shlex.quote(f'echo one >> {place.folder}/marks')}")
    assert sorted(path.name for path in place.folder.iterdir()) == ["jobs.yaml"]


def wait_for(place: Place, mark: str) -> None:
    deadline = time.monotonic() + 30
    while mark not in place.marks:
        assert time.monotonic() < deadline, place.marks
        time.sleep(0.05)


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
    assert "left for the next time: third" in said
    times = agree(place)
    assert times["third"] == LONG_AGO
    assert min(times["first"], times["second"]) > LONG_AGO


def test_job_that_falls_due_while_another_comes_to_its_end_is_left_for_the_next_process(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    marks, soon = place.folder / "marks", datetime.now(UTC) + timedelta(seconds=4)
    script = f"echo began >> {marks}; while [ $(date +%s) -le {soon.timestamp():.0f} ]; do sleep 0.1; done"
    (place.folder / "job.sh").write_text(f"{script}; echo ended >> {marks}\n", encoding="utf-8")
    long = f"name: one, program: 'sh {place.folder / 'job.sh'}', when: '0 3 * * *'"
    place.write(long, job("two", f"echo two >> {marks}"))
    jobs = read_jobs(place.jobs, "", COMMANDS)
    with keeping(jobs, place.address, 600) as keeper:
        keeper._scheduler.modify_job("one", next_run_time=LONG_AGO)
        keeper._scheduler.modify_job("two", next_run_time=soon)
        keeper.begin(600, lambda: None)
        wait_for(place, "began")
        keeper.end()
    assert datetime.now(UTC) > soon
    assert place.marks == ["began", "ended"]
    assert {timed.job.name: timed.next for timed in read_times(jobs, place.address)}["two"] == soon
    assert not caplog.records


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


def test_without_a_store_jobs_have_their_times_in_memory(place: Place) -> None:
    before = datetime.now(UTC)
    [timed] = read_times(read_jobs(place.jobs, "", COMMANDS), "")
    assert timed.next > before
    with keeping([timed.job], "", 600) as keeper:
        assert [one.job for one in keeper.times] == [timed.job]
        assert keeper.find_due() == []
        keeper.end()
