"""Tasks: which portals one crawl of the many takes, written down before the first begins.

``ARCHIVE_DIR/many/RUN/`` holds what is known of a run: ``tasks.json``, for each task ``N.begun``, ``N.counts`` and
``N.ledger``, the locks of ``addresses/``, and ``stop`` once somebody wants it to end.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.errors import KaijuanError
from crawler.many.grouping import Group, weigh
from crawler.planning.run import make_part_id

FOLDER = "many"
_TASKS = "tasks.json"


@dataclass(frozen=True, slots=True)
class Task:
    """One ``scrapy crawl``."""

    number: int
    run: str  # its own: the whole's with the number behind it
    spider: str
    portals: tuple[str, ...]
    weight: int

    @property
    def name(self) -> str:
        """Of its files."""
        return f"{self.number:03d}"


@dataclass(frozen=True, slots=True)
class Order:
    """What all tasks of a run have in common; travels to other machines, so that every path is absolute."""

    run: str
    archive: str
    arguments: Mapping[str, str]  # what follows -a in each
    settings: Mapping[str, str]  # what follows -s
    feeds: Mapping[str, str]  # documents, reports → the whole's file
    prefix: str  # of WARC files' names

    @property
    def folder(self) -> Path:
        """Where what is known of the run lies."""
        return Path(self.archive) / FOLDER / self.run

    @property
    def stop_file(self) -> Path:
        """There once the run shall end; holds ``now`` where it shall not end in good order."""
        return self.folder / "stop"

    def file(self, task: Task, suffix: str) -> Path:
        """A file of one task."""
        return self.folder / f"{task.name}.{suffix}"

    def part(self, feed: str, task: Task) -> Path:
        """The part of a feed that a task writes."""
        return Path(f"{self.feeds[feed]}.parts") / f"{task.run}.jsonl"


def make_tasks(run: str, packed: Iterable[Sequence[Group]]) -> list[Task]:
    """The tasks of packed groups; the spider is that of the first portal, since portals are named by their ids."""
    tasks = []
    for number, groups in enumerate(packed, 1):
        walks = [walk for group in groups for walk in group]
        portals = tuple(walk.portal.id for walk in walks)
        weight = sum(map(weigh, groups))
        tasks.append(Task(number, make_part_id(run, number), walks[0].spider, portals, weight))
    return tasks


def write_tasks(folder: Path, spiders: Sequence[str], tasks: Sequence[Task]) -> None:
    """Write them down, whole or not at all. Raises ``KaijuanError``."""
    text = json.dumps(
        {"spiders": list(spiders), "tasks": [asdict(task) for task in tasks]}, ensure_ascii=False, indent=1
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{_TASKS}.{os.getpid()}"
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.rename(folder / _TASKS)
    except OSError as error:
        raise KaijuanError(f"{folder}: cannot be written ({error.strerror}); name another ARCHIVE_DIR") from error


def find_runs(archive: Path, spiders: Sequence[str]) -> list[str]:
    """The runs of these spiders that an archive knows, earliest first."""
    found = sorted((archive / FOLDER).glob(f"*/{_TASKS}"))
    return [path.parent.name for path in found if _read(path).get("spiders") == list(spiders)]


def read_tasks(archive: Path, run: str) -> list[Task]:
    """The tasks of a run. Raises ``KaijuanError`` where they cannot be read."""
    path = archive / FOLDER / run / _TASKS
    rows = _read(path).get("tasks")
    if not rows:
        raise KaijuanError(f"{path}: the tasks of that run cannot be read; begin another without resume")
    return [Task(**{**row, "portals": tuple(row["portals"])}) for row in rows]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
