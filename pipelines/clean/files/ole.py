"""Compound files (MS-CFB), the package of DOC, XLS and WPS files: their streams by name."""

import io
import logging
from typing import IO

import olefile

from pipelines.clean.files.outcome import FileError

logging.getLogger("olefile").setLevel(logging.CRITICAL)  # a broken file is told by its document, not by the log

MAX_STREAM = 64 * 2**20
_ENTRY = 128  # bytes of an entry of the directory
_BROKEN = (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError, RecursionError, OverflowError)


def has_stream(payload: bytes, name: str) -> bool:
    """Whether a directory entry of that name stands in the file, without reading the whole of it."""
    wanted = name.encode("utf-16-le") + b"\0\0"
    size = len(wanted).to_bytes(2, "little")
    at = payload.find(wanted)
    while at >= 0:
        if at % _ENTRY == 0 and payload[at + 64 : at + 66] == size:
            return True
        at = payload.find(wanted, at + 1)
    return False


def read_streams(payload: bytes, *names: str) -> dict[str, bytes]:
    """The streams of those names that the file has. Raises ``FileError``."""
    try:
        with olefile.OleFileIO(io.BytesIO(payload)) as file:
            return {name: _read(file.openstream(name)) for name in names if file.exists(name)}
    except _BROKEN as error:
        raise FileError("unreadable") from error


def _read(stream: IO[bytes]) -> bytes:
    content = stream.read(MAX_STREAM + 1)
    if len(content) > MAX_STREAM:
        raise FileError("too-large")
    return content
