"""What the manual and the units say of schedules is what the code takes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crawler.catalogue.timetable import read_schedule
from crawler.schedule.jobs import HOUSE, read_jobs
from tests.commands import PROJECT

UNITS = sorted((PROJECT / "deploy" / "systemd").iterdir())
COMMANDS = [path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py")]


def blocks() -> list[str]:
    text = (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def test_schedule_of_the_manual_is_that_of_the_house(tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text(blocks()[0], encoding="utf-8")
    told, house = read_schedule(tmp_path), read_schedule(tmp_path / "nowhere")
    assert (told.seasons, told.revisits, told.retry) == (house.seasons, house.revisits, house.retry)


def test_jobs_of_the_manual_are_those_of_the_house(tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text(blocks()[1], encoding="utf-8")
    assert read_jobs(tmp_path / "jobs.yaml", "var/warc", COMMANDS) == read_jobs(HOUSE, "var/warc", COMMANDS)


def test_timer_starts_when_the_house_does() -> None:
    [job] = [one for one in read_jobs(HOUSE, "", COMMANDS) if one.name == "crawl"]
    timer = (PROJECT / "deploy" / "systemd" / "kaijuan-crawl.timer").read_text(encoding="utf-8")
    service = (PROJECT / "deploy" / "systemd" / "kaijuan-crawl.service").read_text(encoding="utf-8")
    minute, hour = job.when.split()[:2]
    assert f"OnCalendar=*-*-* {hour}:{minute}:00 {job.zone}\n" in timer
    assert f"ExecStart=/srv/kaijuan/.venv/bin/{job.line}\n" in service


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_units_are_sound_to_systemd(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/srv/kaijuan/.venv/bin/scrapy", shutil.which("true") or "")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    words = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "kaijuan" in line]) == (0, [])
