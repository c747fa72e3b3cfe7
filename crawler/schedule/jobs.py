"""Jobs as data: what is started and when; each key known, each rhythm one that comes, or an error by file and line."""

import re
import shlex
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger

from crawler.catalogue.nodes import Key, Place, read_yaml
from crawler.configuration.masking import holds_secret, mask_value
from crawler.configuration.resolving import PREFIX
from crawler.planning.arguments import near

HOUSE = Path(__file__).with_name("jobs.yaml")
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_PLACES = ("archive",)
_LONGEST = 60  # characters of a name
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """A command line and its rhythm. ``words``: those after ``scrapy``, or a program and its own."""

    name: str
    words: tuple[str, ...]
    when: str
    zone: str = "UTC"
    is_program: bool = False

    @property
    def trigger(self) -> CronTrigger:
        """The rhythm as APScheduler takes it."""
        return _make_trigger(self.when, ZoneInfo(self.zone))

    @property
    def line(self) -> str:
        """The command line, as a person would write it, without the secrets that an address holds."""
        words = self.words if self.is_program else ("scrapy", *self.words)
        return shlex.join(mask_value("", word) for word in words)


def read_jobs(path: Path, archive: str, commands: Collection[str]) -> tuple[Job, ...]:
    """The jobs of a file in its order; ``commands`` are those that ``run`` may name. Raises ``CatalogueError``."""
    root = read_yaml(path, "jobs")
    names: set[str] = set()

    def read_all(place: Place) -> list[Job]:
        jobs = []
        for row in place.items():
            job = _read_job(row, archive, commands)
            if job.name in names:
                raise row.wrong(f"job {job.name!r} stands twice; choose another name")
            names.add(job.name)
            jobs.append(job)
        return jobs

    values = root.mapping({"zone": Key(_zone), "jobs": Key(read_all, required=True)})
    zone = values.get("zone", "UTC")
    return tuple(replace(job, zone=zone) for job in values["jobs"])


def _read_job(place: Place, archive: str, commands: Collection[str]) -> Job:
    keys = {
        "name": Key(_name, required=True),
        "run": Key(_words(archive)),
        "program": Key(_words(archive)),
        "when": Key(_when, required=True),
    }
    values: dict[str, Any] = replace(place, what="the job").mapping(keys)
    if ("run" in values) == ("program" in values):
        raise place.wrong("a job has either run: and the words after scrapy, or program:; write one of them")
    words = values.get("run") or values["program"]
    if "run" in values and words[0] not in commands:
        known = ", ".join(sorted(commands))
        raise place.wrong(f"scrapy has no command {words[0]!r}{near(words[0], commands)} (known: {known})")
    if "run" in values:
        for name, value in (word.split("=", 1) for word in words if "=" in word):
            if holds_secret(name.removeprefix("-s"), value):
                raise place.wrong(f"{name} holds a secret; it comes from the environment: {PREFIX}{name}")
    return Job(values["name"], words, values["when"], is_program="program" in values)


def _name(place: Place) -> str:
    text = place.text()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise place.wrong(f"name {text!r}: write lower-case ascii letters and digits with single hyphens between")
    if len(text) > _LONGEST:
        raise place.wrong(f"name {text[:20]}… has {len(text)} characters; {_LONGEST} at most")
    return text


def _words(archive: str) -> Callable[[Place], tuple[str, ...]]:
    def read(place: Place) -> tuple[str, ...]:
        try:
            words = shlex.split(place.text())
        except ValueError as error:
            raise place.wrong(f"{place.what} is no command line ({error}); mend the quotes") from None
        if "\0" in place.text():
            raise place.wrong(f"{place.what} has a character that no command line can have (NUL)")
        for name in re.findall(r"{(\w*)}", place.text()):
            if name not in _PLACES:
                raise place.wrong(f"{{{name}}} stands for nothing; known: {{archive}}")
        return tuple(word.replace("{archive}", archive) for word in words)

    return read


def _when(place: Place) -> str:
    text = place.text()
    try:
        trigger = _make_trigger(text, UTC)
    except ValueError as error:
        hint = 'write minute, hour, day, month, day of the week, as in "30 17 * * *" or "0 14 * * sun"'
        raise place.wrong(f"when {text!r}: {error}; {hint}") from None
    if trigger.get_next_fire_time(None, _SOME_DAY) is None:
        raise place.wrong(f"when {text!r} never comes; write another")
    return text


def _zone(place: Place) -> str:
    try:
        return str(ZoneInfo(place.text()).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise place.wrong(f"no time zone {place.text()!r}; write its name, as in Asia/Shanghai, or UTC") from None


def _make_trigger(when: str, zone: tzinfo) -> CronTrigger:
    fields = when.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"it has {len(fields)} fields, not {len(_FIELDS)}")
    if re.search(r"\d", fields[-1]):
        raise ValueError("days of the week are mon to sun, not numbers, which others count otherwise")
    return CronTrigger(**dict(zip(_FIELDS, fields, strict=True)), timezone=zone)
