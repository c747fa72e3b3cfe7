"""LibreOffice as a reader of last resort, for formats that nobody else reads: Word before 1997, Works.

Off unless its program is named. It runs in a profile of its own, is ended with all that it has started when it takes
too long, and what it makes of the file is read as a DOCX. Its version is part of what a line says of its parser.
"""

import contextlib
import functools
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from pipelines.clean.files.options import reading_environment
from pipelines.clean.files.outcome import FileError

SECONDS = 90
_CPU_SECONDS = 60
_MEMORY = 3 * 2**30
_VERSION = re.compile(r"\d+(?:\.\d+)+")


@functools.cache
def find_version(program: str) -> str | None:
    """``libreoffice-7.4.7`` and the like; ``None`` where the program is not there or does not start."""
    path = shutil.which(program)
    if path is None:
        return None
    try:
        said = subprocess.run([path, "--version"], capture_output=True, timeout=SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(said.decode("utf-8", "replace"))
    return f"libreoffice-{match.group()}" if match else None


def convert(payload: bytes, program: str) -> bytes:
    """A file as a DOCX. Raises ``FileError``: ``no-converter``, ``unreadable``, or ``too-large`` out of time."""
    path = shutil.which(program)
    if path is None:
        raise FileError("no-converter")
    with tempfile.TemporaryDirectory(prefix="kaijuan-") as name:
        folder = Path(name)
        (folder / "file.doc").write_bytes(payload)
        _run(path, folder)
        made = folder / "file.docx"
        if not made.is_file():
            raise FileError("unreadable")
        return made.read_bytes()


def _run(path: str, folder: Path) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    target = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(folder / "file.doc")]
    process = subprocess.Popen(
        [path, "--headless", "--norestore", "--nolockcheck", "--nodefault", profile, *target],
        cwd=folder,
        env=reading_environment(),
        start_new_session=True,
        preexec_fn=_limit,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise FileError("too-large") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it starts a second process and ends before it
        process.wait()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    with contextlib.suppress(ValueError, OSError):  # the process that reads files has a smaller one: it stands
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
