"""The payloads that a package's revisit records point to, where they lie in other files of the archive.

A crawl that found a page as it was keeps a revisit record only, and a package of that crawl alone would replay nothing
there. So the records that hold those payloads are copied, byte for byte, into one more file of the package.
"""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from archive.digests import normal_digest
from archive.errors import ArchiveError
from archive.format.warcformat import CONFORMS_TO, make_id, write_warcinfo
from archive.index.cdxj import Entry, read_entry
from archive.index.lookup import Lookup, Place
from archive.writing.originals import read_original

_PIECE = 1 << 20
_LEVEL = 6  # of gzip, for records that lie uncompressed
_DESCRIPTION = "response records of earlier crawls that revisit records of this package point to"


class Wanted:
    """The payloads that revisit records point to; struck off one by one as they are found."""

    def __init__(self) -> None:
        self._digests: dict[str, bool] = {}  # by digest: whether there is nothing to replay without it

    def __bool__(self) -> bool:
        return bool(self._digests)

    @property
    def digests(self) -> list[str]:
        """What is not found yet."""
        return sorted(self._digests)

    @property
    def needed(self) -> int:
        """How many of them an answer cannot be replayed without: an answer of status 304 says enough by itself."""
        return sum(self._digests.values())

    def note(self, entry: Entry) -> None:
        """Note what an entry points to, if it is a revisit's."""
        if entry.is_revisit and entry.digest:
            digest = normal_digest(entry.digest)
            self._digests[digest] = self._digests.get(digest, False) or entry.status != 304

    def strike(self, line: bytes) -> None:
        """Strike off what the record of an index line holds."""
        entry = read_entry(line)
        if not entry.is_revisit and entry.status is not None and entry.digest:
            self.strike_digest(normal_digest(entry.digest))

    def strike_digest(self, digest: str) -> None:
        """Strike off one payload."""
        self._digests.pop(digest, None)


def copy_originals(wanted: Wanted, folder: Path, name: str, out: IO[bytes]) -> int:
    """Write a WARC file with the records of an archive's folder that hold what is wanted; gives their number.

    Each is read and its payload hashed before it is taken. Nothing at all is written where none is found.
    """
    count = 0
    with Lookup(folder) as lookup:
        for digest in wanted.digests:
            place = next((place for place in lookup.places(digest) if _holds(lookup, place, digest)), None)
            if place is None:
                continue
            if not count:
                fields = [
                    ("format", "WARC File Format 1.1"),
                    ("conformsTo", CONFORMS_TO),
                    ("description", _DESCRIPTION),
                ]
                out.write(write_warcinfo(name, make_id(), fields, _LEVEL))
            _copy(lookup.path_of(place.filename), place, out)
            wanted.strike_digest(digest)
            count += 1
    return count


def _holds(lookup: Lookup, place: Place, digest: str) -> bool:
    try:
        return read_original(lookup.path_of(place.filename), place.offset, digest) is not None
    except (ArchiveError, OSError):
        return False  # a file that is gone; another may hold the same


def _copy(path: Path, place: Place, out: IO[bytes]) -> None:
    pieces = _pieces(path, place.offset, place.length)
    if path.name.endswith(".gz"):
        for piece in pieces:
            out.write(piece)
    else:
        out.write(gzip.compress(b"".join(pieces), _LEVEL, mtime=0))


def _pieces(path: Path, offset: int, length: int) -> Iterable[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while length > 0 and (piece := file.read(min(length, _PIECE))):
            length -= len(piece)
            yield piece
