"""Files copied to the disk and not only into memory, with their digest; what a backup has already is linked."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from crawler.keeping.manifest import Kept, read_pieces, write_digest

Count = Callable[[int], None]  # so many bytes more are done


def copy_file(source: Path, folder: Path, name: str, count: Count) -> Kept:
    """Copy a file to a name within a folder, with the time of its change. Raises ``OSError``."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    status, digest, size = source.stat(), hashlib.sha256(), 0
    with target.open("xb") as file:
        for piece in read_pieces(source):
            digest.update(piece)
            size += file.write(piece)
            count(len(piece))
        file.flush()
        os.fsync(file.fileno())
    os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))
    return Kept(name, size, status.st_mtime_ns, write_digest(digest))


def link_file(source: Path, folder: Path, before: Path | None, kept: Kept | None, count: Count) -> Kept | None:
    """Link a file to what the backup before has of it; ``None`` where it has not, or the disk has no such links."""
    if before is None or kept is None:
        return None
    status, earlier, target = source.stat(), before / kept.path, folder / kept.path
    if (status.st_size, status.st_mtime_ns) != (kept.size, kept.changed):
        return None
    with suppress(OSError):
        if earlier.stat().st_size == kept.size:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(earlier, target)
            count(kept.size)
            return kept
    return None


def find_digest(path: Path, count: Count) -> str:
    """The digest of a file as manifests have it. Raises ``OSError``."""
    digest = hashlib.sha256()
    for piece in read_pieces(path):
        digest.update(piece)
        count(len(piece))
    return write_digest(digest)


def sync_tree(folder: Path) -> None:
    """Make the names in a folder and below durable."""
    for path, _, _ in os.walk(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
