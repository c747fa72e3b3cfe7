"""Archive files cut into pieces that can be read side by side, each small enough to be done in seconds.

Where to cut is known from the CDXJ beside a file; where that is missing, older than its file or of another one, the
file's records are read through once, at a hundredth of the time that refining them takes. ARC is not cut: what its
lines mean stands at the head of the file.
"""

from collections.abc import Iterator
from dataclasses import replace
from os import SEEK_END
from pathlib import Path
from typing import IO

import fsspec

from archive.errors import ArchiveError
from archive.format.pieces import WINDOW, Piece
from archive.format.record import Broken
from archive.format.records import read_records
from archive.index.cdxj import read_entry
from archive.index.indexing import index_path, is_indexed
from archive.opening import final_name, open_archive, packaged_archives, say_reason

SMALL = 1 << 19  # bytes of a file that is not worth cutting
MOST_CAPTURES = 32  # in a piece: half a second's work, so that no worker waits long for another's last one
MOST_BYTES = 8 << 20  # of a piece, where its captures are not very large


def split_archive(path: str) -> Iterator[Piece]:
    """The pieces of a WARC, ARC or WACZ file, in the order of the file; what they hold together is the whole file.

    Raises ``ArchiveError`` for a file that cannot be opened or read, or is no archive.
    """
    offsets, inside = [0], []
    with open_archive(path, from_anywhere=True) as file:
        if _begin(file, path) == b"PK\x03\x04":
            inside = packaged_archives(file, path)
        elif file.tell() > SMALL:
            offsets = _find_cuts(file, path)
    for member in inside:
        yield from split_archive(member)
    if not inside:
        yield from _cut(path, offsets)


def _begin(file: IO[bytes], path: str) -> bytes:
    """The first four bytes; the file stands at its end then."""
    try:
        magic = file.read(4)
        file.seek(0, SEEK_END)
    except Exception as error:  # a store behind fsspec has errors of its own
        raise ArchiveError(f"{path}: cannot be read ({say_reason(error)}); check the file and its disk") from error
    return magic


def resume_piece(piece: Piece, start: int, skip: int) -> Piece | None:
    """What is left of a piece once all before the place (offset, and captures there) is done; ``None``: nothing."""
    if piece.ends_before(start):
        return None
    if piece.start > start:
        return piece
    return replace(piece, start=start, skip=skip + (piece.skip if piece.start == start else 0))


def _find_cuts(file: IO[bytes], path: str) -> list[int]:
    """Where captures begin, in order, each offset once; only a begin for a file that is read as one piece."""
    try:
        indexed = sorted(set(_read_index(path)))
        checked = [indexed[-1]] if "://" in path else [piece.start for piece in _cut(path, indexed)][1:]
        if indexed and all(_begins_record(file, offset) for offset in checked):
            return indexed
        return _scan(file, path)
    except Exception:  # noqa: BLE001 - whatever a store or a damaged file says: who reads the piece tells of it
        return [0]


def _scan(file: IO[bytes], path: str) -> list[int]:
    offsets = [0]
    for record in read_records(file, path, _pass):
        if record.version == "ARC":
            return [0]
        if record.type in ("response", "revisit") and record.offset != offsets[-1]:
            offsets.append(record.offset)
    return offsets


def _read_index(path: str) -> Iterator[int]:
    """The offsets that the CDXJ beside a file names; none where there is no fresh one."""
    name = final_name(path)
    for line in _read_lines(path):
        try:
            entry = read_entry(line)
        except ValueError:
            return
        if entry.filename == name:
            yield entry.offset


def _read_lines(path: str) -> list[bytes]:
    if "!" in path:
        return []
    if "://" not in path:
        archive = Path(path)
        return index_path(archive).read_bytes().splitlines() if is_indexed(archive) else []
    folder, _, name = path.rpartition("/")
    try:
        with fsspec.open(f"{folder}/{index_path(Path(name)).name}", "rb") as file:
            return bytes(file.read()).splitlines()
    except FileNotFoundError:
        return []


def _begins_record(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    try:
        record = next(read_records(file, "", _pass, offset), None)
    except ArchiveError:
        return False
    return record is not None and record.offset == offset and record.version != "ARC"


def _cut(path: str, offsets: list[int]) -> Iterator[Piece]:
    """Pieces of so many captures or bytes, the last one without an end."""
    start = last = begin = 0  # where the piece at hand begins, the number of its first capture, where reading begins
    for number, offset in enumerate(offsets):
        if number - last >= MOST_CAPTURES or (number > last and offset - start >= MOST_BYTES):
            yield Piece(path, begin, start, offset)
            start, last, begin = offset, number, offsets[max(number - WINDOW, 0)]
    yield Piece(path, begin, start)


def _pass(broken: Broken) -> None:
    """Damage is told by whoever reads the file for itself."""
