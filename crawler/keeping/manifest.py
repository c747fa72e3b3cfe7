"""What a backup holds: ``manifest.json`` beside its files, with the size and the SHA-256 of each, and of itself.

::

    20230118T093000Z/
      manifest.json
      archive/kaijuan-….warc.gz, …      ARCHIVE_DIR, as far as it was finished
      store/kaijuan.db                  or store/kaijuan.dump, of PostgreSQL
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.errors import BackupError

NAME = "manifest.json"
ARCHIVE, STORE = "archive", "store"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup. ``path``: within it; ``changed``: when the original was, in nanoseconds."""

    path: str
    size: int
    changed: int
    digest: str  # ``sha256:`` and hexadecimal digits


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole backup. ``unfinished``: files of the archive that were being written, and are not in it."""

    made: str
    layout: str | None  # of the store (``pipelines.store.layout``); None: the backup has no store
    store: Kept | None
    files: tuple[Kept, ...]  # of the archive
    unfinished: tuple[str, ...] = ()

    @property
    def all_files(self) -> tuple[Kept, ...]:
        """The store's file too."""
        return (*((self.store,) if self.store else ()), *self.files)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.all_files)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it into the folder of a backup, to the disk. Raises ``OSError``."""
    found = asdict(manifest)
    with (folder / NAME).open("w", encoding="utf-8") as file:
        json.dump({**found, "digest": _sum_up(found)}, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """That of a backup; raises ``BackupError`` where there is none, or it is damaged."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if found.pop("digest") != _sum_up(found):
            raise ValueError("its digest is another")
        store, files = found.pop("store"), found.pop("files")
        unfinished = tuple(found.pop("unfinished"))
        kept = tuple(Kept(**file) for file in files)
        return Manifest(**found, store=Kept(**store) if store else None, files=kept, unfinished=unfinished)
    except FileNotFoundError as error:
        raise BackupError(f"{folder}: no backup, for it has no {NAME}; name the folder of one") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{folder / NAME}: cannot be read ({error}); take another backup") from error


def find_backups(destination: Path) -> list[Path]:
    """The whole backups in a folder, the latest first: each is named by the moment at which it was begun."""
    return sorted((path.parent for path in destination.glob(f"[0-9]*Z/{NAME}")), reverse=True)


def find_latest(destination: Path) -> Path:
    """A backup itself, or the latest in a folder of backups; raises ``BackupError`` where there is none."""
    if (destination / NAME).exists():
        return destination
    found = find_backups(destination)
    if not found:
        raise BackupError(f"{destination}: no backup in this folder; scrapy backup {destination} makes one")
    return found[0]


def read_pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def write_digest(digest: "hashlib._Hash") -> str:
    """As it stands in the manifest."""
    return f"{digest.name}:{digest.hexdigest()}"


def _sum_up(found: dict[str, object]) -> str:
    return write_digest(hashlib.sha256(json.dumps(found, sort_keys=True).encode()))
