"""The archive's folder as pages ask it: a capture by file and offset, and that of an address nearest to a moment."""

import re
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import Lock

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.index.cdxj import Entry, read_timestamp
from archive.index.lookup import Lookup
from archive.index.runs import FOLDER, MANIFEST
from archive.reading.captures import read_capture

_NAME = re.compile(r"[^/\\\x00-\x1f.][^/\\\x00-\x1f]{0,250}")
_MOST_TRIED = 200  # captures of one address
_SOUND = (200, 203)
_Stamp = tuple[int, int]  # number of a file or folder, time of change in nanoseconds
_NOTHING = (0, 0)


class Shelf:
    """One folder, read only. Its index is opened when first asked for, and again once the folder has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._lookup: Lookup | None = None
        self._stamp: tuple[_Stamp, _Stamp] = (_NOTHING, _NOTHING)

    def read(self, warc: str, offset: int, record_id: str | None = None) -> Capture:
        """The capture at a place. Raises ``ArchiveError`` where its file is gone or holds another there."""
        path = self._find_file(warc)
        capture = read_capture(path, offset)
        if record_id is not None and capture.record_id is not None and capture.record_id != record_id:
            raise ArchiveError(f"{path}: another record than {record_id} lies at {offset}")
        return capture

    def nearest(self, url: str, captured_at: str) -> Entry | None:
        """The sound capture of an address, any scheme and spelling of it, that is nearest to a WARC date."""
        at = read_timestamp(captured_at)
        with self._lock:
            lookup = self._open()
            entry = lookup.nearest(url, at)
            if entry is None or _is_sound(entry):
                return entry
            found = [entry for entry in islice(lookup.captures(url), _MOST_TRIED) if _is_sound(entry)]
        return min(found, key=lambda each: (abs(int(each.timestamp) - int(at)), each.timestamp), default=None)

    def _find_file(self, warc: str) -> Path:
        if not _NAME.fullmatch(warc):
            raise ArchiveError(f"{warc!r} is no name of an archive file")
        found = [path for path in (self.folder / warc, self.folder / f"{warc}.open") if path.is_file()]
        if not found:
            with self._lock:
                path = self._open().path_of(warc)
            found = [path] if path.is_file() else []
        if not found:
            raise ArchiveError(f"{self.folder / warc}: not there; name its folder with -s ARCHIVE_DIR=FOLDER")
        return found[0]

    def _open(self) -> Lookup:
        stamp = (_changed(self.folder), _changed(self.folder / FOLDER / MANIFEST))
        if self._lookup is None or stamp != self._stamp:
            if self._lookup is not None:
                self._lookup.close()
            self._lookup, self._stamp = Lookup(self.folder), stamp
        return self._lookup


@lru_cache(maxsize=4)
def open_shelf(folder: Path) -> Shelf:
    """The shelf of a folder, opened once."""
    return Shelf(folder)


def _is_sound(entry: Entry) -> bool:
    return entry.status in _SOUND or (entry.is_revisit and entry.status in (None, *_SOUND))


def _changed(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return _NOTHING
    return status.st_ino, status.st_mtime_ns
