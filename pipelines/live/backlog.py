"""The backlog of a crawl: the places in the archive that nobody has refined yet, in a file that has no name.

The archive is the queue; this only says what of it comes next. The crawl adds a line for each exchange, the process
that refines reads them from the other end, and however far that lags, neither holds more than a few in memory.
"""

import json
import os
import tempfile
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.position import Position

_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange to refine. ``original``: where the payload of a revisit lies; ``again``: its lines are written."""

    path: str
    offset: int
    status: int
    original: tuple[str, int] | None = None
    again: bool = False


class Backlog:
    """The end that the crawl writes. Raises ``OSError`` where the disk is full."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # It lies beside the archive, since /tmp may be memory; without a name, so that a crash leaves none.
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed with the crawl
        self._path = ""

    def fileno(self) -> int:
        """The descriptor for the reading end."""
        return self._file.fileno()

    def add(self, position: Position) -> None:
        """The next to refine."""
        original = (str(position.original[0]), position.original[1]) if position.original else None
        self._add(str(position.path), [position.offset, position.status, original])

    def add_again(self, path: str, offset: int) -> None:
        """A capture whose lines are written, and are wanted once more."""
        self._add(path, [offset, 200, None, True])

    def _add(self, path: str, place: list[object]) -> None:
        line = json.dumps(place) + "\n"
        if path != self._path:  # it stands where it is another than before
            line = json.dumps(path) + "\n" + line
        self._file.write(line.encode())
        self._path = path

    def close(self) -> None:
        """Give up the room on the disk."""
        self._file.close()


class BacklogReader:
    """The end that is read, in another process too: it shares the file, and so its position, which it leaves alone.

    ``is_closed`` says whether the other end adds nothing any more.
    """

    def __init__(self, descriptor: int, is_closed: Callable[[], bool]) -> None:
        self._descriptor = descriptor
        self._is_closed = is_closed
        self._at = 0
        self._path = ""
        self._lines: deque[bytes] = deque()
        self.is_ended = False

    def take(self) -> Entry | None:
        """The next; ``None`` where there is none as yet."""
        is_closed = self._is_closed()  # asked before the look: what came before the end is seen
        while self._lines or self._read_more():
            found = json.loads(self._lines.popleft())
            if not isinstance(found, str):
                return _read_entry(self._path, *found)
            self._path = found
        self.is_ended = is_closed
        return None

    def _read_more(self) -> bool:
        """Whole lines that follow; half a line waits for its other half."""
        piece = os.pread(self._descriptor, _PIECE, self._at)
        whole = piece[: piece.rfind(b"\n") + 1]
        self._at += len(whole)
        self._lines.extend(whole.splitlines(keepends=True))
        return bool(whole)


def _read_entry(path: str, offset: int, status: int, original: list[Any] | None, again: bool = False) -> Entry:
    return Entry(path, offset, status, (original[0], original[1]) if original else None, again)
