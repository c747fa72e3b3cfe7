"""What may go in time: journals of long ago, and what killed commands left. Never a WARC file, nor anything beside it
that holds or finds captures; whatever a rule says, ``remove`` refuses.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.index.indexing import INDEX_SUFFIX
from archive.opening import OPEN_SUFFIX
from archive.sources import SUFFIXES
from archive.writing.recovery import DROPPED_SUFFIX
from crawler.errors import HousekeepingError
from crawler.many.tasks import FOLDER as MANY
from crawler.telling.journal import FOLDER as RUNS
from crawler.telling.journal import find_journals

# Of files, whatever stands behind: ``x.warc.gz.open``, ``x.warc.gz.dropped``.
_CAPTURES = re.compile(rf"\.(?:warc|arc)(?:\.gz)?(?:{re.escape(OPEN_SUFFIX)}|{re.escape(DROPPED_SUFFIX)})?$|\.wacz$")
_OTHERS = (*SUFFIXES, INDEX_SUFFIX)
_TEMPORARY_JOURNAL = re.compile(r"\..+\.jsonl\.\d+")
_BEFORE_LAYOUT = re.compile(r".+-layout-\w+-\d{8}T\d{6}Z\.(?:db|dump)")
_HALF_STORE = re.compile(r"\..+\.(?:db|dump)\.\d+\.part")
_OF_OFFICE = re.compile(r"kaijuan-[a-z0-9_]{8}")  # as ``tempfile`` names folders
_MOST_RECENT = 50  # journals that stay however old they are
_SOON = 1.0  # days after which what a command writes under another name is not being written any more


@dataclass(frozen=True, slots=True)
class Rules:
    """Where leftovers may lie, and after how many days they go. ``store``: the folder of an SQLite store."""

    archive: Path
    store: Path | None
    journal_days: float
    leftover_days: float


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file or folder that may go. ``size`` in bytes, of all that is in it."""

    path: Path
    size: int
    why: str


def find_leftovers(rules: Rules, now: datetime) -> list[Leftover]:
    """Everything that may go by now, in the order of the rules and then of the names."""
    found = []
    for why, days, paths in _list_candidates(rules):
        for path in sorted(paths):
            age = now - _find_time(path) if path.exists() else timedelta()
            if age > timedelta(days=days):
                found.append(Leftover(path, _measure(path), f"{why}, {age.days} days old"))
    return found


def remove(leftover: Leftover) -> None:
    """Remove a file, or a folder with all in it. Raises ``HousekeepingError`` where captures would go with it."""
    path = leftover.path
    if path.is_symlink() or path.is_file():
        _check(path)
        path.unlink()
        return
    for inner in path.rglob("*"):
        _check(inner)
    shutil.rmtree(path)


def is_protected(path: Path) -> bool:
    """Whether a file holds captures or is the index of one that does."""
    return bool(_CAPTURES.search(path.name)) or path.name.endswith(_OTHERS)


def _check(path: Path) -> None:
    if is_protected(path):
        raise HousekeepingError(f"{path}: is of an archive, and stays; move it to where it belongs")


def _list_candidates(rules: Rules) -> Iterator[tuple[str, float, list[Path]]]:
    """Why, after how many days, and which."""
    archive, runs, days = rules.archive, rules.archive / RUNS, rules.leftover_days
    journals = [path for path in find_journals(archive)[_MOST_RECENT:] if not is_protected(path)]
    yield "journal of a run", rules.journal_days, journals
    half = [path for path in runs.glob(".*") if _TEMPORARY_JOURNAL.fullmatch(path.name)]
    yield "half a journal", _SOON, half
    yield "tasks of crawl-many", days, [path for path in (archive / MANY).glob("*") if path.is_dir()]
    yield "ledger of a replay", days, list(archive.parent.glob("replay-*.ledger"))
    places = dict.fromkeys(place for place in (rules.store, archive.parent) if place is not None)
    for place in places:
        yield "half a copy of the store", _SOON, [path for path in place.glob(".*") if _HALF_STORE.fullmatch(path.name)]
        yield "store before a change of layout", days, _list_old_layouts(place)
    yield "work of an office program", _SOON, _list_office_folders()


def _list_old_layouts(place: Path) -> list[Path]:
    """All but the newest."""
    found = [path for path in place.iterdir() if _BEFORE_LAYOUT.fullmatch(path.name)] if place.is_dir() else []
    return sorted(found, key=_find_time)[:-1]


def _list_office_folders() -> list[Path]:
    folders = [path for path in Path(tempfile.gettempdir()).glob("kaijuan-*") if _OF_OFFICE.fullmatch(path.name)]
    return [path for path in folders if path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.getuid()]


def _find_time(path: Path) -> datetime:
    """When a file, or the newest in a folder, was changed."""
    times = [path.lstat().st_mtime, *(inner.lstat().st_mtime for inner in path.rglob("*"))]
    return datetime.fromtimestamp(max(times), UTC)


def _measure(path: Path) -> int:
    return sum(each.lstat().st_size for each in (path, *path.rglob("*")) if not each.is_dir())
