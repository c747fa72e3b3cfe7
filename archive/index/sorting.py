"""Sorting more lines than should be in memory: sorted pieces go to a temporary file and are merged on the way out."""

import tempfile
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import IO

MOST_IN_MEMORY = 1 << 20  # bytes
_READ_AHEAD = 1 << 16


class Sorter:
    """Takes lines in any order, gives them back sorted by their bytes, each once. Used by one thread at a time.

    ``folder`` takes the temporary file; it has no name there and is gone with the process. Raises ``OSError``.
    """

    def __init__(self, folder: Path, most_in_memory: int = MOST_IN_MEMORY) -> None:
        self._folder = folder
        self._most = most_in_memory
        self._lines: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None
        self._pieces: list[tuple[int, int]] = []

    def add(self, line: bytes) -> None:
        """Take a line, its LF included."""
        self._lines.append(line)
        self._size += len(line)
        if self._size > self._most:
            self._spill()

    def lines(self) -> Iterator[bytes]:
        """All lines, in order. The sorter is empty afterwards."""
        self._lines.sort()
        last = b""
        for line in merge(*(self._read(start, end) for start, end in self._pieces), self._lines):
            if line != last:
                yield line
            last = line
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._lines, self._size, self._pieces = [], 0, []
        if self._file is not None:
            self._file.close()
            self._file = None

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed in close
        self._lines.sort()
        start = self._file.seek(0, 2)
        self._file.writelines(self._lines)
        self._pieces.append((start, self._file.tell()))
        self._lines, self._size = [], 0

    def _read(self, at: int, end: int) -> Iterator[bytes]:
        """The lines of one piece; the file is shared, so each read seeks."""
        assert self._file is not None
        rest = b""
        while at < end:
            self._file.seek(at)
            block = self._file.read(min(_READ_AHEAD, end - at))
            at += len(block)
            lines = (rest + block).splitlines(keepends=True)
            rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
            yield from lines


def batches(lines: Iterator[bytes], size: int = 1 << 12) -> Iterator[bytes]:
    """Lines joined into pieces worth writing."""
    while batch := list(islice(lines, size)):
        yield b"".join(batch)
