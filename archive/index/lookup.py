"""Looking up captures in an archive's folder by URL and time, by prefix, by payload digest, without loading its index.

>>> with Lookup(Path("var/warc")) as lookup:
...     entry = lookup.nearest("http://www.example.gov.cn/zfxxgknb/", "20230118")
...     capture = read_capture(lookup.path_of(entry.filename), entry.offset)

Binary search over the sorted lines of a few mapped files: the merged runs, and the indexes of files finished since.
Files that were finished after the look-up was opened are not seen.
"""

import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import takewhile
from pathlib import Path
from typing import Self

from archive.digests import normal_digest
from archive.index.bodykeys import key_url
from archive.index.cdxj import Entry, read_entry
from archive.index.indexing import INDEX_SUFFIX, index_path
from archive.index.runs import DIGESTS_SUFFIX, FOLDER, digest_line, find_indexes, read_runs
from archive.index.surt import make_key

_FIRST, _LAST = "00010101000000", "99991231235959"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A record that holds a payload."""

    timestamp: str
    filename: str
    offset: int
    length: int


class SortedLines:
    """A file of sorted lines, or such lines in memory."""

    def __init__(self, content: "mmap.mmap | bytes") -> None:
        self._content = content

    @classmethod
    def of(cls, path: Path) -> Self:
        """Map a file."""
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b"")

    def find(self, key: bytes) -> int:
        """Where the first line begins that is not less than ``key``."""
        content, low, high = self._content, 0, len(self._content)
        while low < high:
            middle = (low + high) // 2
            start = content.rfind(b"\n", low, middle) + 1 or low
            end = content.find(b"\n", middle, high) + 1 or high
            if content[start : min(end, start + len(key))] < key:
                low = end
            else:
                high = start
        return low

    def lines(self, at: int) -> Iterator[bytes]:
        """The lines from one that begins at ``at``."""
        content, size = self._content, len(self._content)
        while at < size:
            end = content.find(b"\n", at) + 1 or size
            yield content[at:end]
            at = end

    def line_before(self, at: int) -> bytes:
        """The line that ends where another begins; nothing at the file's begin."""
        return self._content[self._content.rfind(b"\n", 0, max(at - 1, 0)) + 1 : at]


class Lookup:
    """The captures of one archive folder. Safe to use from one thread at a time; ``close`` lets the files go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._by_key: list[SortedLines] = []
        self._by_digest: list[SortedLines] = []
        self._unmerged: list[Path] = []
        self._folders: dict[str, Path] = {}
        for _ in range(5):  # an update may remove a run between the manifest's reading and its own
            try:
                self._open()
                return
            except FileNotFoundError:
                continue
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the files go."""
        self._by_key, self._by_digest, self._unmerged = [], [], []

    def captures(
        self, url: str, since: str = "", until: str = "", *, method: str = "GET", body_key: str = ""
    ) -> Iterator[Entry]:
        """The captures of one URL in the order of their time; ``since`` and ``until`` are digits, from a year on."""
        yield from map(read_entry, self.lines(url, since, until, method=method, body_key=body_key))

    def lines(
        self, url: str, since: str = "", until: str = "", *, method: str = "GET", body_key: str = ""
    ) -> Iterator[bytes]:
        """As ``captures``, but the CDXJ lines as they stand."""
        key = make_key(key_url(url, method, body_key)).encode() + b" "
        end = key + (until or _LAST).encode()
        return takewhile(lambda line: line[: len(end)] <= end, self._lines_from(key + since.encode(), key))

    def nearest(self, url: str, at: str, *, method: str = "GET", body_key: str = "") -> Entry | None:
        """The capture of a URL whose time is nearest to ``at`` (digits, from a year on); of two the earlier."""
        key = make_key(key_url(url, method, body_key)).encode() + b" "
        wanted = at + _FIRST[len(at) :]
        found: list[Entry] = []
        for lines in self._by_key:
            start = lines.find(key + wanted.encode())
            near = (lines.line_before(start), next(lines.lines(start), b""))
            found += [read_entry(line) for line in near if line.startswith(key)]
        return min(found, key=lambda entry: (_seconds_between(entry.timestamp, wanted), entry.timestamp), default=None)

    def prefix(self, url: str) -> Iterator[Entry]:
        """The captures of all URLs that begin so, in the order of key and time.

        A prefix that ends in a slash stands for what lies below that folder, one without also for longer names.
        """
        key = make_key(url)
        below = key + "/" if url.endswith("/") and not key.endswith("/") else key
        yield from map(read_entry, self._lines_from(below.encode(), below.encode()))

    def entries(self) -> Iterator[Entry]:
        """All captures in the order of key and time: a reading of the whole index."""
        yield from map(read_entry, self._lines_from(b"", b""))

    def places(self, digest: str) -> Iterator[Place]:
        """The records that hold a payload of a digest (``sha1:BASE32``), earliest first; revisits do not."""
        self._merge_digests()
        if not self._by_digest:
            return
        key = normal_digest(digest).encode() + b" "
        for line in sorted(_take(self._by_digest, key, key)):
            _, timestamp, offset, length, filename = line.decode("utf-8").rstrip("\n").split(" ", 4)
            yield Place(timestamp, filename, int(offset), int(length))

    def path_of(self, filename: str) -> Path:
        """The file that entries and places name."""
        return self._folders.get(index_path(Path(filename)).name, self.folder) / filename

    def _lines_from(self, start: bytes, prefix: bytes) -> Iterator[bytes]:
        return _take(self._by_key, start, prefix)

    def _open(self) -> None:
        runs, there = read_runs(self.folder), find_indexes(self.folder)
        inner = self.folder / FOLDER
        merged = {name: stamp for run in runs for name, stamp in run.sources.items()}
        self._by_digest = [SortedLines.of(inner / (run.name + DIGESTS_SUFFIX)) for run in runs]
        self._unmerged = [self.folder / name for name, stamp in there.items() if merged.get(name) != stamp]
        paths = [inner / (run.name + INDEX_SUFFIX) for run in runs] + self._unmerged
        self._by_key = [SortedLines.of(path) for path in paths]
        self._folders = {Path(name).name: (self.folder / name).parent for name in reversed(there) if "/" in name}

    def _merge_digests(self) -> None:
        """The digests of files that are in no run yet: few, so they are held in memory once one is asked for."""
        if self._unmerged:
            lines = (line for path in self._unmerged for line in path.read_bytes().splitlines(keepends=True))
            self._by_digest.append(SortedLines(b"".join(sorted(filter(None, map(digest_line, lines))))))
            self._unmerged = []


def _take(files: Iterable[SortedLines], start: bytes, prefix: bytes) -> Iterator[bytes]:
    """The lines of all files, in order and each once, from ``start`` on while they have the prefix."""
    found = [takewhile(lambda line: line.startswith(prefix), lines.lines(lines.find(start))) for lines in files]
    last = b""
    for line in merge(*found):
        if line != last:
            yield line
        last = line


def _seconds_between(one: str, other: str) -> float:
    return abs((_moment(one) - _moment(other)).total_seconds())


def _moment(timestamp: str) -> datetime:
    try:
        return datetime.strptime(timestamp[:14], "%Y%m%d%H%M%S")
    except ValueError:
        return datetime.min
