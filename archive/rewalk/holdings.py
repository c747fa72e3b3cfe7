"""Which answers the files of an archive have, by request and time, through their indexes alone.

A folder is asked through its merged index. Files that have no index of their own, or lie in a WACZ package, get one for
as long as the walk lasts, in a temporary folder: nothing is written beside them.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.bodykeys import read_request
from archive.cdxj import Entry, write_entry
from archive.errors import ArchiveError
from archive.indexing import INDEX_SUFFIX, index_path, is_indexed, list_entries, write_sorted
from archive.lookup import Lookup
from archive.opening import final_name, open_archive, packaged_archives
from archive.record import Broken
from archive.runs import update_runs
from archive.sorting import Sorter
from archive.sources import find_archives

logger = logging.getLogger(__name__)

NEWEST = "99991231235959"
_DIGITS = re.compile(r"[\s:TZ-]+")
_ENDS = ("1231235959", "31235959", "235959", "5959", "59", "")  # of a year, a month, a day, an hour, a minute, a second


def read_moment(text: str) -> str:
    """Fourteen digits for ``ARCHIVE_REPLAY_TIME``: ``2023``, ``20230118``, ``2023-01-18T09:30:00Z`` and what lies
    between; what is left out is taken at its latest. Nothing at all is the newest. Raises ``ArchiveError``.
    """
    if not text:
        return NEWEST
    digits = _DIGITS.sub("", text)
    if digits.isascii() and digits.isdigit() and len(digits) in (4, 6, 8, 10, 12, 14):
        padded = digits + _ENDS[(len(digits) - 4) // 2]
        day = min(int(padded[6:8]), 28) if len(digits) == 6 else int(padded[6:8])
        try:
            datetime.strptime(f"{padded[:6]}{day:02d}{padded[8:]}", "%Y%m%d%H%M%S")
            return padded
        except ValueError:
            pass
    raise ArchiveError(f"ARCHIVE_REPLAY_TIME={text}: no date; write 2023, 20230118 or 2023-01-18T09:30:00Z")


class Holdings:
    """The answers of a folder, a file or a glob. Raises ``ArchiveError`` where there are none to be had."""

    def __init__(self, name: str, moment: str = NEWEST) -> None:
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
        """Nearest first; within a second the later, since what follows in a file is what came of it."""
        newest_first = sorted(entries, key=lambda e: (e.timestamp, e.filename, e.offset), reverse=True)
        if self.moment == NEWEST:
            return newest_first
        return sorted(newest_first, key=lambda entry: (seconds_between(entry.timestamp, self.moment), entry.timestamp))

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
    """What stands for a request's body in index keys (``archive.bodykeys``)."""
    return read_request(f"{method} / HTTP/1.1\r\nContent-Type: {content_type}\r\n\r\n".encode() + body)[1]


def seconds_between(one: str, other: str) -> float:
    """The distance of two moments of fourteen digits."""
    return abs((_moment(one) - _moment(other)).total_seconds())


def _moment(timestamp: str) -> datetime:
    # The thirty-first of a month that has but thirty days is the end of that month.
    for day in (timestamp[6:8], "30", "29", "28"):
        try:
            return datetime.strptime(f"{timestamp[:6]}{day}{timestamp[8:14]}", "%Y%m%d%H%M%S")
        except ValueError:
            continue
    return datetime.min


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
