"""The book of visits: which portal was looked at on which day, in which run, and whether the look came to its end.

``ARCHIVE_DIR/visits/RUN.jsonl`` has a line for each portal that a run begins, written before it is asked anything, and
one for each that it ends, written when all that it answered is durable in the archive. Lines are only ever added, and
on the disk before the crawl goes on: after a crash a line is there, whole, or it is not, and a line cut short counts as
none. So a look that was broken off has a beginning and no end, and the next one knows.

The book lies beside the archive and not in the store, because the store can be made anew from the archive, restored
from an older copy or left out, and a schedule must not change by that. It is not the journal of runs either: that says
how a crawl goes, every few seconds and for people, and may be deleted.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import structs

FOLDER = "visits"
SUFFIX = ".jsonl"
# What came of a look: pages, only refusals, no page at all; or it was one at chosen years, which counts for nothing.
DONE, REFUSED, SILENT, PART = "done", "refused", "silent", "part"
_FRUITFUL = {DONE}


class Look(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the book. ``came`` is empty where the line says that the look begins; the run is the file's name."""

    portal: str
    day: str  # the date by which it was planned, YYYY-MM-DD
    at: str  # when the line was written, UTC
    came: str = ""
    pages: str = ""  # the first date on which one of its pages is due again, YYYY-MM-DD
    run: str = ""


_DECODER = msgspec.json.Decoder(Look)


class Visited(msgspec.Struct, frozen=True):
    """What the book says of a portal.

    ``fruitless``: looks since the last that brought something; ``broken``: runs since the last ended look that began
    one and did not end it; ``under_way``: those of them that are still at it.
    """

    last: Look | None = None  # that ended
    fruitless: int = 0
    broken: frozenset[str] = frozenset()
    under_way: frozenset[str] = frozenset()

    @property
    def day(self) -> date | None:
        """The day of the last look that ended."""
        return date.fromisoformat(self.last.day) if self.last else None

    @property
    def pages(self) -> date | None:
        """When one of its pages is due again."""
        return date.fromisoformat(self.last.pages) if self.last and self.last.pages else None

    def add(self, look: Look) -> "Visited":
        """With one line more."""
        if not look.came:
            return structs.replace(self, broken=self.broken | {look.run})
        if look.came == PART:
            return structs.replace(self, broken=self.broken - {look.run})
        return Visited(look, 0 if look.came in _FRUITFUL else self.fruitless + 1)


def book_path(archive: Path, run: str) -> Path:
    """Where the lines of a run are."""
    return archive / FOLDER / (run + SUFFIX)


def read_visits(archive: Path) -> dict[str, Visited]:
    """What the book says of each portal, by its id; empty where there is none."""
    found: dict[str, Visited] = {}
    for _, look in sorted(_read_looks(archive), key=lambda one: (one[0], one[1].run)):
        found[look.portal] = found.get(look.portal, Visited()).add(look)
    open_runs = {run for visited in found.values() for run in visited.broken}
    living = frozenset(run for run in sorted(open_runs) if is_under_way(archive, run))
    if living:
        for portal, visited in found.items():
            found[portal] = structs.replace(visited, broken=visited.broken - living, under_way=visited.broken & living)
    return found


def is_under_way(archive: Path, run: str) -> bool:
    """Whether a process has a run's lines open: it holds their file's lock as long as it lives."""
    try:
        descriptor = os.open(book_path(archive, run), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def write_look(look: Look) -> str:
    """A line."""
    return msgspec.json.encode(structs.replace(look, run="")).decode() + "\n"


def _read_looks(archive: Path) -> Iterator[tuple[str, Look]]:
    """The lines, each with its time; a clock that was put back does not change the order within a run."""
    for path in sorted((archive / FOLDER).glob(f"*{SUFFIX}")):
        at, run = "", path.name.removesuffix(SUFFIX)
        with suppress(FileNotFoundError), path.open("rb") as file:
            for text in file:
                if look := _read_line(text):
                    at = max(at, look.at)
                    yield at, structs.replace(look, run=run)


def _read_line(text: bytes) -> Look | None:
    """A line, ``None`` where it is cut short or says less than it must; keys of other versions are left out."""
    try:
        look = _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return look if _is_day(look.day) and (not look.pages or _is_day(look.pages)) else None


@lru_cache(maxsize=1024)
def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
