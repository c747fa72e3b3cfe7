"""The merged index of an archive's folder: ``index/`` in it holds a few sorted files, small ones merged into large.

Each run is two files of the same captures: ``N.cdxj`` by SURT key and time, ``N.digests`` by payload digest. The
manifest names the runs and, for each, the indexes of archive files that went into it with size and time of change. A
run at least four times as large as the next stays as it is, so their number grows with the logarithm of the archive.
A run is never changed: an update writes a new one, then the manifest, then removes what the manifest no longer names.
"""

import fcntl
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path

from archive.digests import normal_digest
from archive.errors import ArchiveError
from archive.format.warcfile import say_unwritable
from archive.index.cdxj import read_entry
from archive.index.indexing import INDEX_SUFFIX, index_path, is_indexed, write_index, write_sorted
from archive.index.sorting import Sorter

logger = logging.getLogger(__name__)

FOLDER = "index"
MANIFEST = "manifest.json"
DIGESTS_SUFFIX = ".digests"
_GROWTH = 4
_LONG_READING = 1 << 28  # bytes; more than this takes so long that a person should know why
_ARCHIVES = (".warc", ".warc.gz", ".arc", ".arc.gz")

Stamp = tuple[int, int]  # size in bytes, time of change in nanoseconds


@dataclass(frozen=True, slots=True)
class Run:
    """One pair of sorted files. ``sources``: path of each index within the archive's folder, with its stamp."""

    name: str
    size: int  # bytes of the file by key
    sources: Mapping[str, Stamp] = field(repr=False)


def read_runs(folder: Path) -> tuple[Run, ...]:
    """The runs that the manifest of an archive's folder names, largest first; none where there is no manifest."""
    try:
        manifest = json.loads((folder / FOLDER / MANIFEST).read_text(encoding="utf-8"))
        return tuple(
            Run(run["name"], run["size"], {name: (stamp[0], stamp[1]) for name, stamp in run["sources"].items()})
            for run in manifest["runs"]
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return ()


def find_indexes(folder: Path) -> dict[str, Stamp]:
    """The indexes of archive files in a folder and below, each with its stamp."""
    found = {}
    for path in sorted(folder.rglob(f"*{INDEX_SUFFIX}")):
        inner = path.relative_to(folder)
        if FOLDER not in inner.parts[:-1] and not path.name.startswith("."):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found[inner.as_posix()] = (stat.st_size, stat.st_mtime_ns)
    return found


def find_unindexed(folder: Path, *, fresh: bool = False) -> list[Path]:
    """The archive files of a folder and below that have no index; with ``fresh``, also those whose index is older."""
    files = [path for path in sorted(folder.rglob("*")) if path.name.endswith(_ARCHIVES) and path.is_file()]
    return [path for path in files if not (is_indexed(path) if fresh else index_path(path).exists())]


def index_folder(folder: Path, *, wait: bool = False) -> bool:
    """Index the files that have no index, and bring the merged index up to date.

    False where another process is at it: with ``wait`` that is waited for. Raises ``ArchiveError``.
    """
    missing = find_unindexed(folder)
    size = sum(path.stat().st_size for path in missing)
    if missing:
        level = logging.WARNING if size > _LONG_READING else logging.INFO
        logger.log(level, "%s: %d files without an index are read to make it (%d MB)", folder, len(missing), size >> 20)
    for path in missing:
        try:
            with suppress(ArchiveError):  # no archive file: whoever reads it for itself says so
                write_index(path)
        except OSError as error:
            raise ArchiveError(say_unwritable(index_path(path), error)) from error
    return update_runs(folder, wait=wait)


def update_runs(folder: Path, *, wait: bool = False) -> bool:
    """Merge what is new and leave out what is gone. False where another process holds the index."""
    try:
        with _locked(folder / FOLDER, wait=wait) as mine:
            if mine:
                _update(folder)
            return mine
    except OSError as error:
        raise ArchiveError(say_unwritable(folder / FOLDER, error)) from error


def digest_line(line: bytes) -> bytes | None:
    """``digest timestamp offset length filename`` for an entry whose payload lies in its own record."""
    try:
        entry = read_entry(line)
    except ValueError:
        return None
    if entry.is_revisit or entry.status is None or not entry.digest:
        return None
    digest = normal_digest(entry.digest)
    return f"{digest} {entry.timestamp} {entry.offset} {entry.length} {entry.filename}\n".encode()


@contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def _update(folder: Path) -> None:
    there, runs = find_indexes(folder), read_runs(folder)
    kept = [run for run in runs if all(there.get(name) == stamp for name, stamp in run.sources.items())]
    kept = [run for run in kept if _is_whole(folder, run)]
    merged = {name for run in kept for name in run.sources}
    new = {name: stamp for name, stamp in there.items() if name not in merged}
    if new:
        kept = _add(folder, kept, new)
    if tuple(kept) != runs:
        _write_manifest(folder, kept)
    _remove_others(folder / FOLDER, kept)


def _is_whole(folder: Path, run: Run) -> bool:
    path = folder / FOLDER / (run.name + INDEX_SUFFIX)
    return path.exists() and path.stat().st_size == run.size and path.with_suffix(DIGESTS_SUFFIX).exists()


def _add(folder: Path, runs: list[Run], new: Mapping[str, Stamp]) -> list[Run]:
    """Runs with the new indexes, merged with those that are not much larger."""
    kept = sorted(runs, key=lambda run: -run.size)
    total = sum(size for size, _ in new.values())
    small = []
    while kept and kept[-1].size < _GROWTH * total:
        small.append(kept.pop())
        total += small[-1].size
    sources = {name: stamp for run in small for name, stamp in run.sources.items()} | dict(new)
    return [*kept, _write_run(folder, small, new, sources)]


def _write_run(folder: Path, small: list[Run], new: Iterable[str], sources: Mapping[str, Stamp]) -> Run:
    inner = folder / FOLDER
    numbers = [int(path.stem) for path in inner.glob(f"*{INDEX_SUFFIX}") if path.stem.isdigit()]
    name = f"{max(numbers, default=0) + 1:08d}"
    by_key, by_digest = Sorter(inner), Sorter(inner)
    for source in new:
        with (folder / source).open("rb") as file:
            for line in file:
                by_key.add(line)
                if digests := digest_line(line):
                    by_digest.add(digests)
    _merge(inner, [run.name + DIGESTS_SUFFIX for run in small], by_digest, name + DIGESTS_SUFFIX)
    path = _merge(inner, [run.name + INDEX_SUFFIX for run in small], by_key, name + INDEX_SUFFIX)
    return Run(name, path.stat().st_size, dict(sorted(sources.items())))


def _merge(inner: Path, names: list[str], new: Sorter, name: str) -> Path:
    with ExitStack() as stack:
        old = [stack.enter_context((inner / each).open("rb")) for each in names]
        write_sorted(inner / name, merge(*old, new.lines()))
    return inner / name


def _write_manifest(folder: Path, runs: Iterable[Run]) -> None:
    found = [{"name": run.name, "size": run.size, "sources": run.sources} for run in runs]
    text = json.dumps({"runs": found}, indent=1)
    write_sorted(folder / FOLDER / MANIFEST, [text.encode("utf-8"), b"\n"])


def _remove_others(inner: Path, runs: Iterable[Run]) -> None:
    """Runs that were merged into others, and what a crash left. A reader that holds one open keeps it."""
    named = {run.name for run in runs}
    for path in inner.iterdir():
        if path.suffix in (INDEX_SUFFIX, DIGESTS_SUFFIX, ".tmp") and path.stem not in named:
            with suppress(FileNotFoundError):
                path.unlink()
