"""The index of a WACZ package: sorted CDXJ in gzip blocks (``index.cdx.gz``) and the list of blocks (``index.idx``).

Each line also has ``recordDigest``, the SHA-256 of the record's bytes as they lie in the file, so that a reader who
loads one record out of a package on a distant server can check that one.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import IO

from archive.format.record import OnBroken
from archive.index.cdxj import Entry, write_entry
from archive.index.indexing import list_entries
from archive.index.sorting import batches

INDEX = "index.cdx.gz"
_LINES = 1024  # of a block
_PIECE = 1 << 20


def entry_lines(file: IO[bytes], again: IO[bytes], path: str, on_broken: OnBroken) -> Iterator[tuple[Entry, bytes]]:
    """The entries of an archive file with their lines, in file order. ``again`` is the same file, opened once more."""
    for entry in list_entries(file, path, on_broken):
        yield entry, _add_digest(write_entry(entry), _hash_bytes(again, entry.offset, entry.length))


def write_blocks(lines: Iterator[bytes], out: IO[bytes]) -> Iterable[bytes]:
    """Write sorted lines as gzip blocks and give the lines of the list of blocks, each with its block's first key."""
    listed = [_block_line("!meta 0", {"format": "cdxj-gzip-1.0", "filename": INDEX})]
    offset = 0
    for block in batches(lines, _LINES):
        packed = gzip.compress(block, mtime=0)
        out.write(packed)
        first = block[: block.index(b" {")].decode("ascii")
        digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
        listed.append(
            _block_line(first, {"offset": offset, "length": len(packed), "digest": digest, "filename": INDEX})
        )
        offset += len(packed)
    return listed


def _block_line(key: str, members: dict[str, object]) -> bytes:
    return f"{key} {json.dumps(members)}\n".encode("ascii")


def _add_digest(line: bytes, digest: str) -> bytes:
    return line.removesuffix(b"}\n") + f', "recordDigest": "sha256:{digest}"}}\n'.encode("ascii")


def _hash_bytes(file: IO[bytes], offset: int, length: int) -> str:
    digest = hashlib.sha256()
    file.seek(offset)
    while length > 0 and (piece := file.read(min(length, _PIECE))):
        digest.update(piece)
        length -= len(piece)
    return digest.hexdigest()
