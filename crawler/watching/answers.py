"""What the archive's index says of its answers, counted file by file and remembered while the file stays as it is."""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from archive.index.cdxj import read_entry
from archive.index.runs import Stamp, find_indexes

_STATUS = re.compile(rb'"status": ?"(\d{3})"')
_NAME = re.compile(rb'"filename": ?"([^"]+)"')
_KEPT = 1 << 16  # files
REFINED = 200  # the status of what the store has a document of


@dataclass(frozen=True, slots=True)
class FileAnswers:
    """The answers of one archive file, by status. ``warc``: its base name; empty where it has none."""

    index: Path
    warc: str
    statuses: Mapping[int, int]

    @property
    def refined(self) -> int:
        """Answers that a document is made of."""
        return self.statuses.get(REFINED, 0)


def list_answers(archive: Path) -> list[FileAnswers]:
    """The finished files of an archive in the order of their names, which begin with the time."""
    return [answers for name, stamp in find_indexes(archive).items() if (answers := _count(archive / name, stamp))]


def count_statuses(files: list[FileAnswers]) -> Counter[int]:
    """The answers of all files."""
    total: Counter[int] = Counter()
    for file in files:
        total.update(file.statuses)
    return total


def find_oldest(file: FileAnswers, without: Container[int]) -> datetime | None:
    """When the first answer of a file was archived that is to be refined and whose offset is none of some."""
    times = [moment for moment, offset in _list_refined(file.index) if offset not in without]
    return min(times, default=None)


def _list_refined(index: Path) -> Iterator[tuple[datetime, int]]:
    with index.open("rb") as file:
        for line in file:
            entry = read_entry(line)
            if entry.status == REFINED:
                yield datetime.strptime(entry.timestamp[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC), entry.offset


@lru_cache(maxsize=_KEPT)
def _count(index: Path, stamp: Stamp) -> FileAnswers | None:
    """One file's; ``None`` where it is gone."""
    try:
        content = index.read_bytes()
    except OSError:
        return None
    name = _NAME.search(content)
    statuses = Counter(_STATUS.findall(content))
    return FileAnswers(
        index, name[1].decode() if name else "", {int(status): count for status, count in sorted(statuses.items())}
    )
