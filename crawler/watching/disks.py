"""The disks that a crawl writes to: how much is free, how much must be, and the line that says it is too little."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.errors import DiskError
from crawler.planning.arguments import wrong

_BOUND = re.compile(r"(\d+(?:\.\d+)?)\s*(%|[kKMGT]i?B?|B)?")
_UNITS = "kMGT"
_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///([^?]+)(?:\?.*)?")


@dataclass(frozen=True, slots=True)
class Bound:
    """The least that must be free: bytes, or a share of the disk (0 to 1), or the lesser of both. Zero is no bound."""

    text: str
    size: int = 0
    share: float = 0.0

    def of(self, total: int) -> int:
        """The bytes that it means on a disk of a size."""
        share = int(self.share * total)
        return min(self.size, share) if self.size and self.share else self.size or share


@dataclass(frozen=True, slots=True)
class Disk:
    """The file system under a folder. ``free``: bytes that this user may still write."""

    folder: Path
    total: int
    free: int

    def is_below(self, bound: Bound) -> bool:
        """Whether too little is left."""
        return self.free < bound.of(self.total)


def read_bound(settings: BaseSettings, name: str) -> Bound:
    """A bound like ``5GiB``, ``300 MB``, ``5%``, a number of bytes, or ``1GiB, 5%``; else a ``UsageError``."""
    text = str(settings.get(name) or "0").strip()
    size, share = 0, 0.0
    for part in text.split(","):
        found = _BOUND.fullmatch(part.strip())
        if not found:
            raise wrong(
                f"{name}={text}: write how much must stay free, like 5GiB, 300MB, 5% or 1GiB,5%; 0 for no bound"
            )
        if found[2] == "%":
            share = float(found[1]) / 100
        else:
            size = _read_size(float(found[1]), found[2] or "B")
    if share > 1:
        raise wrong(f"{name}={text}: a disk has no more than 100%")
    return Bound(text, size, share)


def _read_size(number: float, unit: str) -> int:
    base = 1024 if "i" in unit else 1000
    return int(number * base ** (_UNITS.find(unit[0].replace("K", "k")) + 1))


def find_disks(settings: BaseSettings) -> list[Disk]:
    """The disks under the archive and, where it is a file, the store, each once; a re-walk fills no archive."""
    disks: dict[int, Disk] = {}
    for folder in _find_folders(settings):
        disks.setdefault(_find_existing(folder).stat().st_dev, measure(folder))
    return list(disks.values())


def measure(folder: Path) -> Disk:
    """The disk that a folder lies on, or will lie on."""
    found = os.statvfs(_find_existing(folder))
    return Disk(folder, found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize)


def require_room(settings: BaseSettings) -> None:
    """Raise ``DiskError`` where a disk has less than ``DISK_LEAST``."""
    bound = read_bound(settings, "DISK_LEAST")
    for disk in find_disks(settings):
        if disk.is_below(bound):
            raise DiskError(f"{say_low(disk, bound)}; {WAY_OUT}, then crawl")


WAY_OUT = "make room there, or move ARCHIVE_DIR to a larger disk, or lower DISK_LEAST"


def say_low(disk: Disk, bound: Bound) -> str:
    """How much is free, where, and how much must be."""
    return f"{disk.folder}: {show_size(disk.free)} free of {show_size(disk.total)}, less than DISK_LEAST={bound.text}"


def show_size(size: float) -> str:
    """Bytes as people read them: ``3.2 GiB``."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def _find_folders(settings: BaseSettings) -> Iterator[Path]:
    if not settings.get("ARCHIVE_REPLAY"):
        yield Path(settings["ARCHIVE_DIR"])
    # Not by SQLAlchemy: the process of a crawl does not import it.
    if found := _SQLITE.fullmatch(str(settings.get("DATABASE_URL") or "")):
        yield Path(found[1]).parent


def _find_existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())
