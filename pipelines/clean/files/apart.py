"""Files are read in a process apart, one beside each process that refines: a file that hangs its reader, fills the
memory or crashes a native library costs that process, which is started anew, and the file, which is rejected by name.

The bounds are counts (``packages``, ``pdf``, …), so that the result is the same on every machine; the limits here are
for what no count has foreseen, and far above what any real file needs. Processor time is measured, not the clock's: a
busy machine changes nothing.
"""

import atexit
import contextlib
import logging
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from pipelines.clean.files.options import FileOptions, reading_environment
from pipelines.clean.files.outcome import FileError, FileReading

logger = logging.getLogger(__name__)

CPU_SECONDS = 60
_OCR_TAKES = 10  # times as long
_PATIENCE = 20  # times ``CPU_SECONDS`` on the clock, for a reader that sleeps for ever
_ROOT = Path(__file__).resolve().parents[3]
# Time, time, allocation, the system, and Python itself, which ends only where there is no memory left to answer.
_TOO_MUCH = {-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGABRT, -signal.SIGKILL, 1}
_LENGTH = struct.Struct("<Q")


class _Desk:
    """One process that reads files, one after the other."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.clean.files.desk"],
            cwd=_ROOT,
            env=reading_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, question: tuple[Any, ...]) -> Any:
        """The answer, or ``None`` where the process is gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            send(self._process.stdin, question)
            return receive(self._process.stdout, time.monotonic() + _PATIENCE * question[-1])
        except (OSError, EOFError):
            return None

    def close(self) -> int:
        """End the process if it has not ended by itself, and say how it ended."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


_desk: _Desk | None = None
_lock = threading.Lock()


def read_apart(media: str, payload: bytes, name: str, options: FileOptions) -> FileReading:
    """The blocks of a file of a known media type, read by another process. Raises ``FileError``."""
    global _desk
    with _lock:
        if _desk is None or _desk.owner != os.getpid():  # a fork's parent keeps its own
            _desk = _Desk()
        answer = _desk.ask((media, payload, name, options, CPU_SECONDS * (_OCR_TAKES if options.ocr else 1)))
        if answer is None:
            code, _desk = _desk.close(), None
            logger.warning("%s: its reader died (%d) and was started anew", name, code)
            raise FileError("too-large" if code in _TOO_MUCH else "unreadable")
    kind, value = answer
    if kind == "fault":
        logger.error("%s: could not be read as %s; please report this file\n%s", name, media, value)
        raise FileError("unreadable")
    if kind == "rejected":
        raise FileError(*value)
    assert isinstance(value, FileReading)
    return value


def close_desk() -> None:
    """End the process, if there is one; the next file starts another."""
    global _desk
    with _lock:
        if _desk is not None and _desk.owner == os.getpid():
            _desk.close()
        _desk = None


atexit.register(close_desk)


def send(stream: IO[bytes], message: object) -> None:
    """Write a message with its length."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes], deadline: float | None = None) -> Any:
    """Read a message. Raises ``EOFError`` at the end of the stream and at the deadline of the monotonic clock."""
    (size,) = _LENGTH.unpack(_read(stream, _LENGTH.size, deadline))
    return pickle.loads(_read(stream, size, deadline))


def _read(stream: IO[bytes], size: int, deadline: float | None) -> bytes:
    """So many bytes. Raises ``EOFError`` at the end and where the deadline passes."""
    content = bytearray()
    while len(content) < size:
        if deadline is not None and not select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise EOFError
        piece = os.read(stream.fileno(), min(size - len(content), 1 << 20))
        if not piece:
            raise EOFError
        content += piece
    return bytes(content)
