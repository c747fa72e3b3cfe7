"""The file of jobs: what may stand in it, and how a mistake is named."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import CatalogueError
from crawler.schedule.jobs import HOUSE, read_jobs
from tests.commands import PROJECT
from tests.crawler.schedule.places import COMMANDS, Place


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
        (
            f"name: {'a' * 61}, run: crawl, when: '0 3 * * *'",
            "name aaaaaaaaaaaaaaaaaaaa… has 61 characters; 60 at most",
        ),
        (
            r"""name: a, program: "ls a\0b", when: '0 3 * * *'""",
            "program has a character that no command line can have",
        ),
        (
            "name: a, run: crawl -s ALERT_WEBHOOK=https://h/x, when: '0 3 * * *'",
            "ALERT_WEBHOOK holds a secret; it comes",
        ),
        ("name: a, run: crawl -s DATABASE_URL=postgresql://u:pw@h/d, when: '0 3 * * *'", "DATABASE_URL holds a secret"),
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
