"""Power failures: ``python -m benchmarks.power FOLDER SYNCS SECONDS MODULE [ARGUMENT…]`` runs a module until one comes.

SIGKILL leaves the system's page cache as it is, so it cannot show that something was told before it was synced. Here
the process itself brings its disk to what a fall of the machine may leave at the worst, and then kills itself: of every
file below FOLDER only the bytes that an fsync has carried, under the name that an fsync of its folder has carried. The
moment is some SECONDS after the SYNCS-th sync began. Whatever the process said before must hold of what is left.
"""

import os
import runpy
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Timer
from typing import Any

Names = dict[str, int]  # of a folder's entries: the inode of each


class FailingDisk:
    """Knows what of a folder is on the disk, from the syncs that this process asked for.

    Files that are there from the begin are taken to be on the disk as they are.
    """

    def __init__(self, folder: Path, syncs: int, seconds: float) -> None:
        self._folder = folder
        self._syncs = syncs
        self._seconds = seconds
        self._lock = Lock()
        self._sizes = {path.stat().st_ino: path.stat().st_size for path in _files(folder)}
        self._names = {path.stat().st_ino: _read_names(path) for path in _folders(folder)}
        self._real: dict[str, Any] = {name: getattr(os, name) for name in ("write", "fsync", "fdatasync", "rename")}

    def install(self) -> None:
        """Take the place of the system's calls. To be done before anything else is imported that may hold them."""
        os.write = self._guard("write")
        os.rename = self._guard("rename")
        os.fsync = self._watch("fsync")
        os.fdatasync = self._watch("fdatasync")

    def _guard(self, name: str) -> Callable[..., Any]:
        """The call itself, but for the moment of the failure: nothing is written or renamed after it."""

        def guarded(*arguments: Any) -> Any:
            with self._lock:
                return self._real[name](*arguments)

        return guarded

    def _watch(self, name: str) -> Callable[..., None]:
        def sync(descriptor: int) -> None:
            self._syncs -= 1
            if self._syncs == 0:
                timer = Timer(self._seconds, self.fail)
                timer.daemon = True
                timer.start()
            before = os.fstat(descriptor)
            names = _read_names(Path(f"/proc/self/fd/{descriptor}")) if stat.S_ISDIR(before.st_mode) else None
            self._real[name](descriptor)
            with self._lock:
                if names is None:
                    self._sizes[before.st_ino] = before.st_size
                else:
                    self._names[before.st_ino] = names

        return sync

    def fail(self) -> None:
        """Take away what no sync has carried, and die."""
        self._lock.acquire()  # for ever: whoever waits for it waits for a machine that is down
        for folder in _folders(self._folder):
            self._forget_names(folder)
        for path in _files(self._folder):
            durable = self._sizes.get(path.stat().st_ino, 0)
            if path.stat().st_size > durable:
                os.truncate(path, durable)
        os.kill(os.getpid(), signal.SIGKILL)

    def _forget_names(self, folder: Path) -> None:
        durable = self._names.get(folder.stat().st_ino, {})
        former = {inode: name for name, inode in durable.items()}
        for name, inode in _read_names(folder).items():
            path = folder / name
            if durable.get(name) == inode or path.is_dir():
                continue
            if inode in former and not (folder / former[inode]).exists():
                self._real["rename"](path, folder / former[inode])
            else:
                path.unlink()


def _read_names(folder: Path) -> Names:
    with os.scandir(folder) as entries:
        return {entry.name: entry.inode() for entry in entries}


def _folders(folder: Path) -> list[Path]:
    return [folder, *(path for path in sorted(folder.rglob("*")) if path.is_dir())] if folder.exists() else []


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def main() -> None:
    """Run the module."""
    folder, syncs, seconds, module, *arguments = sys.argv[1:]
    FailingDisk(Path(folder), int(syncs), float(seconds)).install()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
