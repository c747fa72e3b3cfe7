"""When jobs are due is kept in the store; a time that was missed is caught up, once."""

import shlex
from datetime import UTC, datetime

from crawler.schedule.jobs import read_jobs
from crawler.schedule.timekeeping import keeping, read_times
from tests.commands import run_scrapy
from tests.crawler.schedule.places import COMMANDS, LONG_AGO, Place, agree, job


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


def test_without_a_store_jobs_have_their_times_in_memory(place: Place) -> None:
    before = datetime.now(UTC)
    [timed] = read_times(read_jobs(place.jobs, "", COMMANDS), "")
    assert timed.next > before
    with keeping([timed.job], "", 600, lambda: None) as keeper:
        assert [one.job for one in keeper.times] == [timed.job]
        assert keeper.find_due() == []
