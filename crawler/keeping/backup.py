"""A backup of archive and store: a folder of its own, named by the moment, that appears when it is whole.

The store is taken first, as it is at that moment while others write, then of the archive every file that is finished:
so the archive has what the store was made from, but for what lay in files that were still being written. What the
backup before has already is linked and takes no room; each folder is a whole backup all the same.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.format.warcfile import sync_folder
from archive.index.runs import FOLDER as INDEX
from archive.opening import OPEN_SUFFIX
from archive.sources import SUFFIXES as ARCHIVES
from crawler.errors import BackupError
from crawler.keeping.copying import copy_file, find_digest, link_file, sync_tree
from crawler.keeping.manifest import ARCHIVE, STORE, Kept, Manifest, find_backups, read_manifest, write_manifest
from crawler.keeping.turns import take_turn
from pipelines.errors import PipelineError
from pipelines.store.dumps import SUFFIXES, dump_store, find_kind
from pipelines.store.upkeep import read_condition

PART = ".part"
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """What is backed up to where: the archive, the store of an address, or both. The newest ``keep`` backups stay."""

    destination: Path
    archive: Path | None
    address: str | None
    keep: int


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: how many bytes were copied, the rest being linked, and which older ones went.

    ``lost``: WARC files of the backup before that the archive does not have any more.
    """

    folder: Path
    manifest: Manifest
    copied: int
    lost: tuple[str, ...]
    removed: tuple[Path, ...]


def make_backup(plan: BackupPlan, advance: Advance | None = None, now: datetime | None = None) -> Made:
    """Make one, named by the clock's moment or another.

    Raises ``BackupError`` or ``PipelineError``, and then all earlier ones are what they were.
    """
    destination = plan.destination
    _check_place(plan)
    with take_turn(
        destination / ".lock",
        BackupError,
        busy=f"{destination}: another backup is being made there; wait for its end",
        unwritable="name another folder",
    ):
        _remove_parts(destination)
        name = _name(destination, now or datetime.now(UTC))
        part = destination / f".{name}{PART}"
        try:
            part.mkdir()
            work = _Work(plan, part, advance or (lambda done, of: None))
            manifest = work.run(name)
            part.rename(destination / name)
            sync_folder(destination)
        except OSError as error:
            raise BackupError(
                f"{error.filename or destination}: {error.strerror}; there is no new backup, and those before "
                "are whole: make room, or name another folder"
            ) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return Made(
            destination / name, manifest, work.copied, work.find_lost(manifest), _remove_old(destination, plan.keep)
        )


class _Work:
    """A backup on its way."""

    def __init__(self, plan: BackupPlan, part: Path, advance: Advance) -> None:
        self.copied = 0
        self._plan, self._part, self._advance = plan, part, advance
        self._before = next(iter(find_backups(plan.destination)), None)
        self._known = _read_known(self._before)
        self._done = self._total = 0

    def run(self, moment: str) -> Manifest:
        """Write everything under the name of a part, the manifest last."""
        layout, store = self._take_store() if self._plan.address else (None, None)
        files, unfinished = self._take_archive(self._plan.archive) if self._plan.archive else ((), ())
        manifest = Manifest(moment, layout, store, tuple(files), tuple(unfinished))
        write_manifest(self._part, manifest)
        sync_tree(self._part)
        return manifest

    def find_lost(self, manifest: Manifest) -> tuple[str, ...]:
        """The archive's files proper that the backup before has and this one has not."""
        there = {file.path for file in manifest.files}
        gone = (path for path in self._known if path not in there and path.endswith(ARCHIVES))
        return tuple(sorted(gone)) if self._plan.archive is not None else ()

    def _take_store(self) -> tuple[str | None, Kept]:
        assert self._plan.address is not None
        name = f"{STORE}/kaijuan{SUFFIXES[find_kind(self._plan.address)]}"
        condition = read_condition(self._plan.address)
        if condition.layout is None:
            raise PipelineError(f"{condition.name}: there is no store in this database; --only archive leaves it out")
        target = self._part / name
        target.parent.mkdir()
        dump_store(self._plan.address, target, self._advance)
        status = target.stat()
        self.copied += status.st_size
        return condition.layout, Kept(name, status.st_size, status.st_mtime_ns, find_digest(target, lambda _: None))

    def _take_archive(self, archive: Path) -> tuple[list[Kept], list[str]]:
        paths, unfinished = find_files(archive)
        self._done, self._total = 0, sum(path.stat().st_size for path in paths)
        files = []
        for path in paths:
            name = f"{ARCHIVE}/{path.relative_to(archive).as_posix()}"
            with suppress(FileNotFoundError):  # uploaded and removed meanwhile, or a journal that was replaced
                files.append(self._take(path, name, self._known.get(name)))
        return files, [path.relative_to(archive).as_posix() for path in unfinished]

    def _take(self, path: Path, name: str, known: Kept | None) -> Kept:
        linked = link_file(path, self._part, self._before, known, self._count)
        if linked is not None:
            return linked
        kept = copy_file(path, self._part, name, self._count)
        self.copied += kept.size
        return kept

    def _count(self, size: int) -> None:
        self._done += size
        self._advance(self._done, self._total)


def find_files(archive: Path) -> tuple[list[Path], list[Path]]:
    """What of an archive's folder is backed up, and what is still being written (``.open``).

    Everything but hidden files, which are on their way, and the merged index, which ``scrapy index`` makes anew.
    """
    found: list[Path] = []
    for folder, folders, names in os.walk(archive):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and Path(folder, name) != archive / INDEX
        )
        found += (Path(folder, name) for name in sorted(names) if not name.startswith("."))
    is_open = [path.name.endswith(OPEN_SUFFIX) for path in found]
    pairs = list(zip(found, is_open, strict=True))
    return [path for path, opened in pairs if not opened], [path for path, opened in pairs if opened]


def _is_passed(path: Path, archive: Path) -> bool:
    return path.name.startswith(".") or path == archive / INDEX


def _check_place(plan: BackupPlan) -> None:
    if plan.archive is not None and not plan.archive.is_dir():
        raise BackupError(f"{plan.archive}: there is no such archive; crawl first, or set ARCHIVE_DIR")
    if plan.archive is not None and plan.destination.resolve().is_relative_to(plan.archive.resolve()):
        raise BackupError(f"{plan.destination}: lies in the archive that it is to keep; name a folder on another disk")
    try:
        plan.destination.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{plan.destination}: cannot be made ({error.strerror}); name another folder") from error


def _remove_parts(destination: Path) -> None:
    """What a backup left that was killed."""
    for path in destination.glob(f".[0-9]*{PART}"):
        shutil.rmtree(path, ignore_errors=True)


def _remove_old(destination: Path, keep: int) -> tuple[Path, ...]:
    """Under another name first: half a backup must not look like one."""
    removed = []
    for path in find_backups(destination)[max(1, keep) :]:
        part = path.with_name(f".{path.name}{PART}")
        with suppress(OSError):
            path.rename(part)
            shutil.rmtree(part, ignore_errors=True)
            removed.append(path)
    return tuple(removed)


def _read_known(before: Path | None) -> dict[str, Kept]:
    """The files of the backup before; none where its manifest is damaged: all is copied then."""
    if before is None:
        return {}
    try:
        return {file.path: file for file in read_manifest(before).files}
    except BackupError:
        return {}


def _name(destination: Path, now: datetime) -> str:
    name = f"{now:%Y%m%dT%H%M%SZ}"
    if (destination / name).exists():
        raise BackupError(f"{destination / name}: is there already; wait a second")
    return name
