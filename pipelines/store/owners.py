"""Who holds a lock: a run, and the process that crawls it, told from all others, and whether it still lives.

A process is known by its machine's boot, its space of process numbers (a container has one of its own), its number, and
the moment at which it began, since numbers are given again.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Owner:
    """A process and the run that it crawls. What a system does not say is an empty text."""

    run: str
    host: str
    boot: str
    space: str
    pid: int
    started: str  # in ticks since the boot

    @classmethod
    def of_this_process(cls, run: str) -> "Owner":
        """Ourselves."""
        return cls.of_process(os.getpid(), run)

    @classmethod
    def of_process(cls, pid: int, run: str) -> "Owner":
        """Another process of this machine."""
        return cls(run, socket.gethostname(), _read_boot(), _read_space(), pid, read_start(pid) or "")

    @property
    def words(self) -> str:
        """``run R, process 4711 on crawler-1``."""
        return f"run {self.run}, process {self.pid} on {self.host}"

    def is_surely_gone(self, us: "Owner") -> bool | None:
        """Whether the process is no more; ``None`` where that cannot be told from here."""
        if (self.boot, self.space) == (us.boot, us.space):
            return read_start(self.pid) != self.started
        if (self.host, self.space) == (us.host, us.space):
            return True  # of this machine, before it was started anew
        return None


def read_start(pid: int) -> str | None:
    """When a process of this machine began; ``None`` where there is none or it has ended and waits for its parent."""
    try:
        # The name may hold spaces and brackets; what follows it is the third field.
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None if _PROC.joinpath("self").exists() or not _is_there(pid) else ""
    return None if fields[0] in "ZX" else fields[19]


def _is_there(pid: int) -> bool:
    """For systems without ``/proc``."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read_boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _read_space() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
