"""An index held against its file: every CDXJ line names a record that begins there, every answer has its line."""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence

from archive.errors import ArchiveError
from archive.index.cdxj import Entry, read_entry
from archive.index.indexing import INDEX_SUFFIX
from archive.opening import OPEN_SUFFIX, final_name, open_archive
from archive.verifying.facts import make_key
from archive.verifying.heads import Head
from archive.verifying.labelled import Digest, read_digest
from archive.verifying.problems import Findings, show_text
from archive.verifying.values import strip_brackets

# Offset, length, keys of URL and digest, number of the line.
_COLUMNS = 5

# A plain record's length may be given with or without the two line ends after it.
_CLOSING = 4

_INDEXED = frozenset({"response", "revisit"})


class IndexLines:
    """The lines of one or several indexes, by the file they name, as numbers."""

    def __init__(self, name: str) -> None:
        self.name = name  # of the index, as messages give it
        self._rows: dict[str, array[int]] = {}

    def read(self, lines: Iterable[bytes], findings: Findings, *, name: str, unsorted: str) -> None:
        """Take in an index. ``unsorted``: the problem's code if its lines are out of order."""
        before, told = b"", False
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith((b"!", b" CDX")):
                continue  # headers, as some tools write them
            if line < before and not told:
                told = True
                findings.tell(unsorted, index=name, line=number)
            before = line
            try:
                self._add(read_entry(line), number)
            except (ValueError, TypeError) as error:
                findings.tell("index-line", index=name, line=number, why=str(error)[:120])

    def files(self) -> list[str]:
        """The base names of the files that the lines name."""
        return sorted(self._rows)

    def of(self, filename: str, *, zipped: bool) -> "IndexCheck":
        """The check of one file against its lines."""
        return IndexCheck(self.name, self._rows.get(filename, array("q")), zipped=zipped)

    def _add(self, entry: Entry, number: int) -> None:
        digest = _read_digest(entry.digest)
        rows = self._rows.setdefault(final_name(entry.filename), array("q"))
        rows.extend((entry.offset, entry.length, _url_key(entry.url), make_key(digest) if digest else 0, number))


class IndexCheck:
    """Learns of each record of a file and holds it against the index lines for its offset."""

    def __init__(self, name: str, rows: Sequence[int], *, zipped: bool) -> None:
        self._name = name
        self._zipped = zipped
        self._lines: dict[int, list[Sequence[int]]] = {}
        for at in range(0, len(rows), _COLUMNS):
            self._lines.setdefault(rows[at], []).append(rows[at : at + _COLUMNS])
        self._missing = 0
        self._first_missing: Head | None = None

    def place(self, head: Head, length: int, readings: list[dict[str, Digest]], findings: Findings) -> None:
        """A record that was read, its length in the file, and its payload's digests: tell what does not fit."""
        lines = self._lines.pop(head.offset, None)
        url = head.value("warc-target-uri") or ""
        if lines is None:
            if head.type in _INDEXED and strip_brackets(url).lower().startswith(("http:", "https:")):
                self._missing += 1
                self._first_missing = self._first_missing or head
            return
        known = {make_key(str(digest)) for reading in readings for digest in reading.values()}
        algorithms = {digest.algorithm for reading in readings for digest in reading.values()}
        if stated := _read_digest(head.value("warc-payload-digest")):
            known.add(make_key(stated))
        for _, told, url_key, digest_key, number in lines:
            if not self._is_length(told, length):
                findings.tell("index-length", head, index=self._name, stated=told, found=length)
            if url_key != _url_key(url):
                findings.tell("index-url", head, index=self._name, line=number)
            if digest_key and "sha1" in algorithms and digest_key not in known:
                findings.tell("index-digest", head, index=self._name, line=number)

    def finish(self, findings: Findings) -> None:
        """The file has been read: tell which lines and which records were left over."""
        for offset in sorted(self._lines):
            findings.tell("index-offset", offset=offset, index=self._name, found=offset)
        if self._first_missing:
            findings.tell("index-missing", self._first_missing, index=self._name, count=self._missing)

    def _is_length(self, stated: int, found: int) -> bool:
        return stated == found or (not self._zipped and 0 < found - stated <= _CLOSING)


def find_index(path: str, findings: Findings) -> IndexCheck | None:
    """The index beside a file, if there is one."""
    if path.endswith(OPEN_SUFFIX):
        return None
    beside = path.removesuffix(".warc.gz") + INDEX_SUFFIX
    name = final_name(beside)
    lines = IndexLines(name)
    try:
        with open_archive(beside) as file:
            lines.read(file, findings, name=name, unsorted="index-unsorted")
    except ArchiveError:
        return None
    for other in lines.files():
        if other != final_name(path):
            findings.tell("index-file", index=name, found=show_text(other))
    return lines.of(final_name(path), zipped=path.endswith(".gz"))


def read_blocks(lines: Iterable[bytes]) -> list[tuple[int, int, int, str | None]]:
    """The blocks of a compressed index that its ``.idx`` lists: line, offset, length, digest.

    Raises ``ValueError`` for what is none.
    """
    blocks = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(b"!"):
            continue
        found = json.loads(line.decode("utf-8", "replace").split(" ", 2)[-1])
        if not isinstance(found, Mapping):
            raise ValueError(f"line {number} is no object")
        digest = found.get("digest")
        blocks.append((number, int(found["offset"]), int(found["length"]), str(digest) if digest else None))
    return blocks


def _read_digest(text: str | None) -> str | None:
    """A digest in one spelling; CDXJ also has bare SHA-1 values."""
    if not text or text == "-":
        return None
    try:
        return str(read_digest(text if ":" in text else f"sha1:{text}"))
    except ValueError:
        return None


def _url_key(url: str) -> int:
    return make_key("%20".join(strip_brackets(url.strip()).split()))
