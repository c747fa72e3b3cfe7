"""What is whole of a file that a crash left, and where to cut it.

A file of ours says in its first record that every exchange ends with its metadata record (``warcformat.EXCHANGE_END``).
There, what follows the last of these was never promised to anybody, so it goes, and a resumed run fetches it again with
its context. A file without that word is another tool's: nothing of it goes that can be read.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from archive.errors import ArchiveError
from archive.format.fields import read_fields
from archive.format.gzipping import INFLATING_ERRORS, start_inflating
from archive.format.record import Broken, Record
from archive.format.records import read_records
from archive.format.responses import target_url
from archive.format.warcformat import EXCHANGE_END

_ENDS = frozenset({"warcinfo", EXCHANGE_END[1]})
_ANSWERS = frozenset({"response", "revisit"})
_VERSION_LINE = b"WARC/1.1\r\n"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A whole record of the file."""

    offset: int
    type: str
    url: str


@dataclass(frozen=True, slots=True)
class Wreckage:
    """What a file was found to hold. ``end`` and ``parts`` are what stays of it."""

    end: int
    parts: tuple[Part, ...] = field(repr=False)
    url: str | None = None  # of the answer that goes because its exchange is not whole
    behind: int = 0  # whole records that go because they lie behind damage
    damaged: int = 0  # places that stay as they are, since whole records lie behind or beside them


def survey_wreckage(path: Path, size: int) -> Wreckage | None:
    """Read a file of that size through; ``None`` where it is no WARC file at all, and so nobody's to cut."""
    damage: list[int] = []
    shared: set[int] = set()
    parts: list[Part] = []
    own = False
    try:
        for record in _read_whole(path, damage, shared):
            own = own or (not parts and _promises(record))
            parts.append(Part(record.offset, record.type, target_url(record)))
    except ArchiveError:
        return Wreckage(0, ()) if _is_nothing(path) else None
    return _cut_own(parts, damage, size) if own else _cut_foreign(parts, damage, shared, size)


def _read_whole(path: Path, damage: list[int], shared: set[int]) -> Iterator[Record]:
    """The whole records; the offsets of what is damaged, and of gzip members that hold several records."""

    def note(broken: Broken) -> None:
        damage.append(broken.offset)

    last = -1
    with path.open("rb") as file:
        for record in read_records(file, str(path), note):
            if record.offset == last:
                shared.add(last)
            last = record.offset
            if record.short:
                damage.append(record.offset)
            else:
                yield record


def _promises(record: Record) -> bool:
    return record.type == "warcinfo" and EXCHANGE_END in read_fields(record.block)


def _cut_own(parts: list[Part], damage: list[int], size: int) -> Wreckage:
    """The last whole exchange before the first damage: what was synced lies before it, in one unbroken row."""
    end = min(damage, default=size)
    kept = [part for part in parts if part.offset < end]
    behind, url = len(parts) - len(kept), None
    while kept and kept[-1].type not in _ENDS:
        part = kept.pop()
        end, url = part.offset, part.url if part.type in _ANSWERS else url
    return Wreckage(end if kept else 0, tuple(kept), url, behind)


def _cut_foreign(parts: list[Part], damage: list[int], shared: set[int], size: int) -> Wreckage:
    """The last whole member, whatever lies before it; one of several records is never cut, since it must go whole."""
    cut = set(damage) - shared
    kept = [part for part in parts if part.offset not in cut]
    last = kept[-1].offset if kept else -1
    end = size if last in shared else min((offset for offset in damage if offset > last), default=size)
    return Wreckage(end if kept else 0, tuple(kept), damaged=len({offset for offset in damage if offset < end}))


def _is_nothing(path: Path) -> bool:
    """Whether a file holds not even the first line of a record, or zeros, as disks leave what was never synced."""
    with path.open("rb") as file:
        first = file.read(_PIECE)
        with suppress(*INFLATING_ERRORS):
            if len(first) < _PIECE and _VERSION_LINE.startswith(start_inflating().decompress(first)):
                return True
        return not first.strip(b"\0") and not any(piece.strip(b"\0") for piece in iter(partial(file.read, _PIECE), b""))
