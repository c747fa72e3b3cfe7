"""What a run has archived: which files are its own, and which answers it has to which requests.

Each file's warcinfo record says the run (``isPartOf``) and the spider; the indexes of its files say the rest.
"""

import os
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from archive.errors import ArchiveError
from archive.format.fields import read_fields
from archive.format.record import Broken, Record
from archive.format.records import read_records
from archive.format.warcfile import lock
from archive.index.cdxj import Entry, is_request_of, read_entry
from archive.index.indexing import index_path
from archive.opening import OPEN_SUFFIX, open_archive


@dataclass(frozen=True, slots=True, order=True)
class RunFile:
    """One WARC file and who wrote it; files sort by their first record's date."""

    date: str
    path: Path
    run: str
    spider: str | None

    @property
    def is_being_written(self) -> bool:
        """Whether the process that writes it lives."""
        if not self.path.name.endswith(OPEN_SUFFIX):
            return False
        with suppress(FileNotFoundError):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
            try:
                return not lock(descriptor, self.path)
            finally:
                os.close(descriptor)
        return False


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that a run has."""

    path: Path
    offset: int


def find_run_files(folder: Path) -> list[RunFile]:
    """The files of all runs in an archive's folder, finished or not, in the order of their time."""
    paths = [*folder.glob("*.warc.gz"), *folder.glob(f"*.warc.gz{OPEN_SUFFIX}")]
    return sorted(filter(None, map(_read_run_file, paths)))


class RunBook:
    """The answers of one run, by request; each is given once, in the order in which they were archived."""

    def __init__(self, folder: Path, run: str) -> None:
        self._paths = [file.path for file in find_run_files(folder) if file.run == run]
        self._answers: defaultdict[bytes, deque[tuple[int, int]]] = defaultdict(deque)
        for number, path in enumerate(self._paths):
            for entry in sorted(_read_index(path), key=lambda entry: entry.offset):
                self._answers[_key_of(entry, path)].append((number, entry.offset))

    def __len__(self) -> int:
        return sum(map(len, self._answers.values()))

    def take(self, method: str, url: str, body: bytes) -> Held | None:
        """The next answer to a request that has not been taken."""
        answers = self._answers.get(_key(method, url, body))
        if not answers:
            return None
        number, offset = answers.popleft()
        return Held(self._paths[number], offset)

    def rest(self) -> Iterator[Held]:
        """The answers that nobody took, in the order of the files; none is left afterwards."""
        left = sorted(place for answers in self._answers.values() for place in answers)
        self._answers.clear()
        for number, offset in left:
            yield Held(self._paths[number], offset)


def read_records_at(path: Path, offset: int, count: int = 1) -> list[Record]:
    """The first whole records from an offset on; fewer where they end or are damaged, none where there is no file."""
    damage: list[Broken] = []
    found: list[Record] = []
    with suppress(ArchiveError, OSError), open_archive(str(path)) as file:
        for record in read_records(file, str(path), damage.append, offset):
            if damage or record.short:
                break
            found.append(record)
            if len(found) == count:
                break
    return found if found and found[0].offset == offset else []


def _read_run_file(path: Path) -> RunFile | None:
    for record in read_records_at(path, 0):
        fields = dict(read_fields(record.block)) if record.type == "warcinfo" else {}
        if run := fields.get("isPartOf"):
            return RunFile(record.header("warc-date") or "", path, run, fields.get("spider"))
    return None


def _read_index(path: Path) -> list[Entry]:
    entries = []
    with suppress(FileNotFoundError), index_path(path).open("rb") as file:
        for line in file:
            with suppress(ValueError):
                entries.append(read_entry(line))
    return [entry for entry in entries if entry.status is not None]


def _key_of(entry: Entry, path: Path) -> bytes:
    """The key of a request is exact, where an index's key is not: other cases of letters, other orders of a query."""
    if "__wb_method=" not in entry.key:
        return _key("GET", entry.url, b"")
    records = read_records_at(path, entry.offset, 2)
    for record in records[1:]:
        if is_request_of(record, records[0]):
            head, _, body = record.block.partition(b"\r\n\r\n")
            return _key(head.partition(b" ")[0].decode("latin-1"), entry.url, body)
    return _key("GET", entry.url, b"")


def _key(method: str, url: str, body: bytes) -> bytes:
    return blake2b(b"\n".join((method.encode(), url.encode("utf-8", "replace"), body)), digest_size=16).digest()
