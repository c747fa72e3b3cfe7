"""The crawls of the year: real processes on a set day, some killed, some two at once."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import monotonic, sleep

from benchmarks.year.serving import Day
from benchmarks.year.world import Portal

_PROJECT = Path(__file__).resolve().parents[2]
_CLOCK = Path(__file__).parent / "clock"
_HOUR = time(17, 30, tzinfo=UTC)
_BUSY = 60  # days
_LONGEST = 120.0  # seconds that a crawl may take
_WELL = (0, 3)


@dataclass(frozen=True)
class Plan:
    """What is done on a day: how many crawls at once, and after how many requests they are killed, if they are."""

    day: date
    crawls: int = 1
    dies_after: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How a day's crawls ended: their exit codes, negative for a signal, and what they said last."""

    plan: Plan
    codes: tuple[int, ...]
    said: str

    @property
    def was_killed(self) -> bool:
        """Whether a crawl of the day did not come to its end."""
        return any(code < 0 for code in self.codes)


def draw_plans(days: Sequence[date], kills: int, doubles: int, idle: int, chance: random.Random) -> list[Plan]:
    """A plan for each day that the machine is on; the first day is neither idle nor killed.

    Kills are of the first weeks, in which there is something to do each day.
    """
    drawn = chance.sample(range(1, min(len(days), _BUSY)), k=kills)
    others = chance.sample(sorted({*range(1, len(days))} - {*drawn}), k=doubles + idle)
    doubled, off = {*others[:doubles]}, {*others[doubles:]}
    return [
        Plan(day, 2 if at in doubled else 1, chance.randrange(1, 16) if at in drawn else None)
        for at, day in enumerate(days)
        if at not in off
    ]


def write_catalogue(folder: Path, portals: Sequence[Portal]) -> None:
    """The portals' rows, by the schedule of the house."""
    lines = ['province: "990000"', "name: 云岭省", "portals:"]
    for portal in portals:
        lines += [f"  - id: {portal.id}", f"    agency: {portal.agency}", f"    level: {portal.level}"]
        lines += [f"    home: {portal.origin}/", f"    list: {portal.origin}/zfxxgk/zfxxgknb/"]
        lines += [f"    every: {portal.every}"] if portal.every else []
    (folder / "catalogue").mkdir(parents=True)
    (folder / "catalogue" / "yunling.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def crawl(folder: Path, portals: Sequence[Portal], day: Day, plan: Plan) -> Outcome:
    """Crawl what is due on a day."""
    day.today = plan.day
    before = len(day.asked)
    processes = [_start(folder, portals, plan.day, number) for number in range(plan.crawls)]
    if plan.dies_after is not None:
        _wait_for(day, before + plan.dies_after, processes)
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    ends = [process.communicate(timeout=_LONGEST)[0] for process in processes]
    return Outcome(plan, tuple(process.returncode for process in processes), "\n".join(ends)[-2000:])


def is_well(outcome: Outcome) -> bool:
    """Whether the crawls ended as they should."""
    return all(code in _WELL or (code == -signal.SIGKILL and outcome.plan.dies_after) for code in outcome.codes)


def _wait_for(day: Day, count: int, processes: Sequence["subprocess.Popen[str]"]) -> None:
    deadline = monotonic() + _LONGEST
    while len(day.asked) < count and any(process.poll() is None for process in processes) and monotonic() < deadline:
        sleep(0.002)


def _start(folder: Path, portals: Sequence[Portal], day: date, number: int) -> "subprocess.Popen[str]":
    shift = datetime.combine(day, _HOUR) - datetime.now(UTC)
    settings = {
        "ARCHIVE_DIR": folder / "warc",
        "DATABASE_URL": f"sqlite:///{folder / 'kaijuan.db'}",
        "USER_AGENT": f"{day} {number}",
        "ITEM_PIPELINES": "{}",  # refined by a replay when the year is over
        "ALLOW_LOOPBACK": 1,
        "DOWNLOAD_DELAY": 0,
        "JOURNAL_ENABLED": 0,
    }
    words = ["-a", "due=1", "-a", f"catalogue={folder / 'catalogue'}"]
    words += ["-a", f"portal={','.join(portal.id for portal in portals)}"]
    words += [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "provincial", *words],
        cwd=_PROJECT,
        env=os.environ | {"PYTHONPATH": str(_CLOCK), "YEAR_SHIFT": str(shift.total_seconds())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
