"""Which archive files a person means by a file, a folder, a glob or an fsspec URL."""

import fcntl
import glob
import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import fsspec

from archive.errors import ArchiveError
from archive.opening import OPEN_SUFFIX, say_reason

SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")


def find_archives(names: Iterable[str], *, unfinished: bool = False) -> list[str]:
    """The files meant, each once, however it is spelled, in the order of their base names (then of their whole names).

    A folder stands for the archive files in it and below; with ``unfinished`` also for those that are still being
    written (``.open``). Raises ``ArchiveError`` naming what is missing or empty.
    """
    suffixes = (*SUFFIXES, *(suffix + OPEN_SUFFIX for suffix in SUFFIXES)) if unfinished else SUFFIXES
    found = {path for name in names for path in _expand(name, suffixes)}
    ordered = sorted(found, key=lambda path: (PurePosixPath(path).name, path))
    first = {_key(path): path for path in reversed(ordered)}
    return [path for path in ordered if first[_key(path)] is path]


def _key(path: str) -> str:
    """The same for all spellings of one local file."""
    local = path.removeprefix("file://")
    return path if "://" in local else os.path.realpath(local)


def find_left_open(names: Iterable[str]) -> list[str]:
    """The files in the folders meant, and below, whose writer is gone without having closed them, in their order.

    ``find_archives`` passes them by, for they may end anywhere; ``archive.writing.recovery`` closes them.
    """
    folders = [Path(name) for name in names if "://" not in name and Path(name).is_dir()]
    found = {path for folder in folders for path in folder.rglob(f"*.warc.gz{OPEN_SUFFIX}")}
    return [str(path) for path in sorted(found) if not _is_being_written(path)]


def say_left_open(path: str) -> str:
    """One line about such a file."""
    return f"{path} is left by a crawl that did not end, and is not read: scrapy index {Path(path).parent} closes it"


def _is_being_written(path: Path) -> bool:
    """Whether a process has the writer's lock, of either kind that tools take, or the file is gone by now."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        for lock in (fcntl.flock, fcntl.lockf):
            lock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:  # a file system without locks says nothing
        return False
    finally:
        os.close(descriptor)
    return False


def _expand(name: str, suffixes: tuple[str, ...]) -> Sequence[str]:
    paths = _expand_url(name, suffixes) if "://" in name else _expand_path(name, suffixes)
    if not paths:
        raise ArchiveError(
            f"{name}: no archive file here (looked for {', '.join(SUFFIXES)}); name a file or its folder"
        )
    return paths


def _expand_path(name: str, suffixes: tuple[str, ...]) -> Sequence[str]:
    path = Path(name)
    if path.is_dir():
        return [str(file) for file in path.rglob("*") if file.name.endswith(suffixes) and file.is_file()]
    if path.exists():
        return [name]
    if glob.has_magic(name):
        return [found.removeprefix("file://") for found in _expand_url(f"file://{path.absolute()}", suffixes)]
    raise ArchiveError(f"{name}: no such file or folder; check the spelling and the folder you are in")


def _expand_url(name: str, suffixes: tuple[str, ...]) -> Sequence[str]:
    try:
        files, path = fsspec.url_to_fs(name)
        if glob.has_magic(path):
            found = files.glob(path)
        elif files.isdir(path):
            found = [file for file in files.find(path) if file.endswith(suffixes)]
        elif files.exists(path):
            found = [path]
        else:
            raise ArchiveError(f"{name}: no such file or folder there")
    except ArchiveError:
        raise
    except ImportError as error:
        hint = "; install what reads it: pip install '.[s3]'" if name.startswith("s3") else ""
        raise ArchiveError(f"{name}: cannot be opened ({say_reason(error)}){hint}") from error
    except Exception as error:  # a store behind fsspec has errors of its own (botocore's are no OSError)
        raise ArchiveError(
            f"{name}: cannot be opened ({say_reason(error)}); check the address and the store's settings"
        ) from error
    return [str(files.unstrip_protocol(file)) for file in found]


def measure_archives(paths: Iterable[str]) -> dict[str, int]:
    """The size of each file in bytes (0 where a store does not tell), for progress."""
    sizes = {}
    for path in paths:
        try:
            files, inner = fsspec.url_to_fs(path)
            sizes[path] = int(files.size(inner) or 0)
        except Exception:  # noqa: BLE001 - as above, and only for progress
            sizes[path] = 0
    return sizes
