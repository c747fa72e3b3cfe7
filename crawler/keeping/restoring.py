"""The way back from a backup: every file held against its digest, put where nothing is yet, all of it or nothing."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.format.warcfile import sync_folder
from archive.index.runs import update_runs
from crawler.errors import BackupError
from crawler.keeping.copying import copy_file, find_digest, sync_tree
from crawler.keeping.manifest import ARCHIVE, Kept, Manifest, read_manifest
from pipelines.errors import PipelineError
from pipelines.store.dumps import SUFFIXES, check_free, find_kind, load_store

Advance = Callable[[int, int], None]
_SUFFIX = ".restoring"
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """Which backup goes where. ``archive`` or ``address`` of the store may be left out."""

    backup: Path
    archive: Path | None
    address: str | None


def check_backup(backup: Path, advance: Advance | None = None) -> Manifest:
    """Read every file of a backup. Raises ``BackupError`` naming those that are missing or not what they were."""
    manifest = read_manifest(backup)
    count = _Counter(manifest.size, advance)
    _tell_broken(backup, [file for file in manifest.all_files if not _is_sound(backup, file, count)])
    return manifest


def restore(plan: RestorePlan, advance: Advance | None = None) -> Manifest:
    """Put a backup back. Raises ``BackupError`` or ``PipelineError``, and then nothing was changed."""
    manifest = read_manifest(plan.backup)
    if plan.archive is not None:
        _check_free(plan.archive)
    if plan.address is not None:
        _check_store(plan.backup, manifest, plan.address)
    files = manifest.files if plan.archive is not None else ()
    count = _Counter(sum(file.size for file in files), advance)
    try:
        with _arriving(plan.archive) as folder:
            _tell_broken(plan.backup, [file for file in files if not _take(plan.backup, file, folder, count)])
            if plan.address is not None and manifest.store is not None:
                load_store(plan.address, plan.backup / manifest.store.path)
    except OSError as error:
        raise BackupError(
            f"{error.filename or plan.archive}: {error.strerror}; nothing was restored: make room, or restore elsewhere"
        ) from error
    if plan.archive is not None:
        update_runs(plan.archive, wait=True)
    return manifest


class _Counter:
    """Bytes that are done, told on."""

    def __init__(self, total: int, advance: Advance | None) -> None:
        self._done, self._total = 0, total
        self._advance = advance or (lambda done, of: None)

    def __call__(self, size: int) -> None:
        self._done += size
        self._advance(self._done, self._total)


def _take(backup: Path, file: Kept, folder: Path | None, count: _Counter) -> bool:
    """Copy a file of the archive; false where it is not what it was."""
    assert folder is not None
    try:
        made = copy_file(backup / file.path, folder, file.path.removeprefix(f"{ARCHIVE}/"), count)
    except FileNotFoundError:
        return False
    return made.digest == file.digest


def _is_sound(backup: Path, file: Kept, count: _Counter) -> bool:
    try:
        return find_digest(backup / file.path, count) == file.digest
    except OSError:
        return False


def _tell_broken(backup: Path, broken: list[Kept]) -> None:
    if not broken:
        return
    named = ", ".join(file.path for file in broken[:_MOST_NAMED])
    more = f" and {len(broken) - _MOST_NAMED} more" if len(broken) > _MOST_NAMED else ""
    raise BackupError(
        f"{backup}: {named}{more} missing or not what they were when the backup was made; nothing was restored: "
        "take another backup"
    )


def _check_free(archive: Path) -> None:
    if archive.exists() and (not archive.is_dir() or any(archive.iterdir())):
        raise BackupError(
            f"{archive}: something is there already, and is not overwritten; move it away, or restore elsewhere "
            "with -s ARCHIVE_DIR=FOLDER"
        )


def _check_store(backup: Path, manifest: Manifest, address: str) -> None:
    """Whether the store is in the backup, fits, is sound, and would overwrite nothing."""
    if manifest.store is None:
        raise BackupError(f"{backup}: has no store; --only archive restores the rest, then scrapy replay fills a store")
    if not manifest.store.path.endswith(SUFFIXES[find_kind(address)]):
        raise PipelineError(
            f"{backup / manifest.store.path}: of the other kind of database than DATABASE_URL; --only archive restores "
            "the rest, then scrapy replay fills a store of any kind"
        )
    check_free(address)
    if not _is_sound(backup, manifest.store, _Counter(0, None)):
        _tell_broken(backup, [manifest.store])


@contextmanager
def _arriving(archive: Path | None) -> Iterator[Path | None]:
    """A folder beside the archive's that takes its name when all is there, and is removed otherwise."""
    if archive is None:
        yield None
        return
    folder = archive.with_name(archive.name + _SUFFIX)
    shutil.rmtree(folder, ignore_errors=True)  # of a restore that was killed
    try:
        folder.mkdir(parents=True)
        yield folder
        sync_tree(folder)
        if archive.exists():
            archive.rmdir()
        folder.rename(archive)
        sync_folder(archive.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
