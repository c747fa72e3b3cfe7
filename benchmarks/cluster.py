"""A PostgreSQL of one's own: a cluster in a temporary folder, on a free port of loopback, without a password."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ports import find_port

_PLACES = "/usr/lib/postgresql/*/bin"


def find_programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: on the path, else the newest of Debian's."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = [path for path in Path("/").glob(_PLACES.lstrip("/")) if (path / "initdb").exists()]
    return max(found, key=lambda path: int(path.parent.name)) if found else None


def find_reason_against() -> str | None:
    """Why no cluster can be started here; ``None`` where one can."""
    if find_programs() is None:
        return "PostgreSQL is not installed (apt-get install postgresql)"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and there is no runuser to become somebody else"
    return None


@contextmanager
def running() -> Iterator[str]:
    """Start a cluster in a folder of its own; gives its address, and removes everything in the end."""
    programs, port, where = find_programs(), find_port(), Path(tempfile.mkdtemp(prefix="kaijuan-postgresql-"))
    assert programs is not None
    who = _become_somebody(where)
    made = [programs / "initdb", "-D", where / "data", "-U", "kaijuan", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*who, *map(str, made)], check=True, capture_output=True, cwd=where)
    serve = [programs / "postgres", "-D", where / "data", "-p", port, "-k", where, "-h", "127.0.0.1", "-F"]
    with (where / "log").open("wb") as log:
        server = subprocess.Popen([*who, *map(str, serve)], stdout=log, stderr=log, cwd=where)
    try:
        _wait(programs, port, server, where / "log")
        subprocess.run([programs / "createdb", *_at(port), "kaijuan"], check=True)
        yield f"postgresql://kaijuan@127.0.0.1:{port}/kaijuan"
    finally:
        _stop(where / "data")
        server.wait(30)
        shutil.rmtree(where)


def _become_somebody(where: Path) -> list[str]:
    """Words before a command that has to run without root's rights, which the server refuses."""
    if os.geteuid() != 0:
        return []
    shutil.chown(where, "nobody")
    return ["runuser", "-u", "nobody", "--"]


def _at(port: int) -> list[str]:
    return ["-h", "127.0.0.1", "-p", str(port), "-U", "kaijuan"]


def _wait(programs: Path, port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):
        ready = subprocess.run([programs / "pg_isready", "-q", *_at(port)], check=False)
        if ready.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")


def _stop(data: Path) -> None:
    """End the server at once, by the number that it writes down itself."""
    written = data / "postmaster.pid"
    if written.exists():
        os.kill(int(written.read_text().splitlines()[0]), signal.SIGQUIT)
