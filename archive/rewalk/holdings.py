"""Which answers the files of an archive have, by request and time, through their indexes alone.

A folder is asked through its merged index. Files that have no index of their own, or lie in a WACZ package, get one for
as long as the walk lasts, in a temporary folder: nothing is written beside them.
"""

import logging
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.errors import ArchiveError
from archive.format.record import Broken
from archive.index.bodykeys import read_request
from archive.index.cdxj import Entry, write_entry
from archive.index.indexing import INDEX_SUFFIX, index_path, is_indexed, list_entries, write_sorted
from archive.index.lookup import Lookup
from archive.index.runs import update_runs
from archive.index.sorting import Sorter
from archive.opening import final_name, open_archive, packaged_archives
from archive.sources import find_archives

logger = logging.getLogger(__name__)

_SEPARATORS = re.compile(r"[\s:TZ-]+")
_FIRST, _LAST = "00010101000000", "99991231235959"


@dataclass(frozen=True, slots=True)
class Moment:
    """The time that answers are wanted of: all between two instants of fourteen digits are equally near."""

    first: str = _LAST
    last: str = _LAST

    def distance(self, timestamp: str) -> float:
        """Seconds from an answer's time to the nearer end; none within."""
        if self.first <= timestamp <= self.last:
            return 0.0
        return abs((_read(timestamp) - _read(self.first if timestamp < self.first else self.last)).total_seconds())


NEWEST = Moment()


def read_moment(text: str) -> Moment:
    """``ARCHIVE_REPLAY_TIME``: ``2023`` is that year, ``2023-01-18`` that day, ``20230118093000`` that second.

    Nothing at all is the newest there is. Raises ``ArchiveError``.
    """
    if not text:
        return NEWEST
    digits = _SEPARATORS.sub("", text)
    if digits.isascii() and digits.isdigit() and len(digits) in (4, 6, 8, 10, 12, 14):
        try:
            _read(digits + _FIRST[len(digits) :])
            return Moment(digits + _FIRST[len(digits) :], digits + _LAST[len(digits) :])
        except ValueError:
            pass
    raise ArchiveError(f"ARCHIVE_REPLAY_TIME={text}: no date; write 2023, 2023-01-18 or 2023-01-18T09:30:00Z")


class Holdings:
    """The answers of a folder, a file or a glob. Raises ``ArchiveError`` where there are none to be had."""

    def __init__(self, name: str, moment: Moment = NEWEST) -> None:
        if "://" in name:
            raise ArchiveError(
                f"ARCHIVE_REPLAY={name}: only files of this machine can be walked; copy the archive here"
            )
        self.moment = moment
        self._temporary = TemporaryDirectory(prefix="rewalk-")
        self.paths = list(_unpack(find_archives([name])))
        self._by_name = {final_name(path): path for path in self.paths}
        folder = Path(name)
        self._lookups = [Lookup(folder)] if folder.is_dir() else []
        indexed = {path for path in self.paths if "!" not in path and index_path(Path(path)).exists()}
        if rest := [path for path in self.paths if path not in indexed or not folder.is_dir()]:
            self._index(rest)
            self._lookups.append(Lookup(Path(self._temporary.name)))

    def close(self) -> None:
        """Let the indexes go."""
        for lookup in self._lookups:
            lookup.close()
        self._temporary.cleanup()

    def answers(self, url: str, method: str, body_key: str) -> list[Entry]:
        """The answers to a request, nearest to the moment first; of two as near the earlier.

        Those to the very address and body go first. Others of the same key follow (another scheme or spelling of the
        address), redirects left out: they might lead back to where they were asked from.
        """
        found = [
            entry
            for lookup in self._lookups
            for entry in lookup.captures(url, method=method, body_key=body_key)
            if entry.status is not None and entry.filename in self._by_name
        ]
        exact = [entry for entry in found if entry.url == url and (entry.body_key or "") == body_key]
        others = [entry for entry in found if entry not in exact and not 300 <= (entry.status or 0) < 400]
        return [*self.sort_by_nearness(exact), *self.sort_by_nearness(others)]

    def sort_by_nearness(self, entries: Iterable[Entry]) -> list[Entry]:
        """Nearest first; of those that are as near the earlier, but the latest of those that are wanted."""
        newest_first = sorted(entries, key=lambda e: (e.timestamp, e.filename, e.offset), reverse=True)
        if self.moment == NEWEST:
            return newest_first
        distance = self.moment.distance
        return sorted(newest_first, key=lambda e: (d := distance(e.timestamp), e.timestamp if d else ""))

    def path_of(self, entry: Entry) -> str:
        """The file that an entry names."""
        return self._by_name[entry.filename]

    def places(self, digest: str) -> Iterator[tuple[str, int]]:
        """Path and offset of the records that hold a payload of a digest, earliest first."""
        found = {place for lookup in self._lookups for place in lookup.places(digest)}
        for place in sorted(found):
            if place.filename in self._by_name:
                yield self._by_name[place.filename], place.offset

    def entries_of(self, path: str) -> list[tuple[int, int]]:
        """Offset and length of the records of a file that its index names, in their order; none without an index."""
        index = index_path(Path(path)) if "!" not in path else None
        if index is None or not index.exists():
            index = Path(self._temporary.name) / (final_name(path) + INDEX_SUFFIX)
        lookup_lines = index.read_bytes().splitlines() if index.exists() else []
        return sorted(place for line in lookup_lines if (place := _read_place(line)))

    def _index(self, paths: list[str]) -> None:
        folder = Path(self._temporary.name)
        unread = [path for path in paths if "!" in path or not is_indexed(Path(path))]
        if unread:
            logger.warning(
                "%d archive files without an index are read first (scrapy index FOLDER keeps one)", len(unread)
            )
        for path in paths:
            target = folder / (final_name(path) + INDEX_SUFFIX)
            if path in unread:
                _write_index(path, target)
            else:
                target.symlink_to(index_path(Path(path)).absolute())
        update_runs(folder)


def make_body_key(method: str, content_type: str, body: bytes) -> str:
    """What stands for a request's body in index keys (``archive.index.bodykeys``)."""
    return read_request(f"{method} / HTTP/1.1\r\nContent-Type: {content_type}\r\n\r\n".encode() + body)[1]


def _read(timestamp: str) -> datetime:
    """The instant of fourteen digits. Raises ``ValueError``; a month's thirty-first day is its last."""
    year, month, day = int(timestamp[:4]), int(timestamp[4:6]), int(timestamp[6:8])
    if day == 31 and 1 <= month <= 12:
        day = monthrange(year, month)[1]
    return datetime(year, month, day, int(timestamp[8:10]), int(timestamp[10:12]), int(timestamp[12:14]))


def _unpack(paths: Iterable[str]) -> Iterator[str]:
    """The archive files, with those inside WACZ packages."""
    for path in paths:
        with open_archive(path) as file:
            packaged = file.read(4) == b"PK\x03\x04"
            inside = packaged_archives(file, path) if packaged else [path]
        yield from inside


def _write_index(path: str, target: Path) -> None:
    sorter = Sorter(target.parent)
    with open_archive(path) as file:
        for entry in list_entries(file, path, _pass):
            sorter.add(write_entry(entry))
    write_sorted(target, sorter.lines())


def _read_place(line: bytes) -> tuple[int, int] | None:
    found = re.search(rb'"length": "(\d+)", "offset": "(\d+)"', line)
    return (int(found[2]), int(found[1])) if found else None


def _pass(broken: Broken) -> None:
    """Damage is a matter of scrapy verify; what is whole is found."""
