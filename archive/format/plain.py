"""A plain archive file: a record may begin at every byte of it."""

import re
from dataclasses import dataclass
from typing import IO, Literal

# Where a record can begin: a version line of WARC, the URL line of ARC.
RECORD_START = re.compile(rb"WARC/\d+\.\d+[ \t]*\r*\n")
ARC_START = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:[^\r\n]{1,4000}? [0-9A-Fa-f.:]{3,45} \d{8,20} [^\r\n]*\n")
_NEXT_RECORD = re.compile(rb"\n(?=%s|%s)" % (RECORD_START.pattern, ARC_START.pattern))

_PIECE = 1 << 16
_LARGE_PIECE = 1 << 22
_PEEK = 1 << 12


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a gzip member's bytes end early: the file ends in it, it does not unfold, or it is no member at all."""

    kind: Literal["cut", "corrupt", "foreign"]
    why: str

    def __str__(self) -> str:
        return self.why


def begins_record(head: bytes) -> bool:
    """Whether the bytes begin as a WARC or ARC record does."""
    return bool(RECORD_START.match(head) or ARC_START.match(head))


class PlainSource:
    """An uncompressed file: a record may begin anywhere, and its offset is its first byte's."""

    def __init__(self, file: IO[bytes], offset: int = 0) -> None:
        self._file = file
        self._buffer = b""
        self._at = 0
        self._base = offset
        self.seek(offset)

    crossed = False  # a plain file has no borders

    def take_fault(self) -> Fault | None:
        """Why the bytes ended early: a plain file never says."""
        return None

    def position(self) -> int:
        """How far the file has been used up."""
        return self.offset()

    def offset(self) -> int:
        """Where the next byte lies in the file."""
        return self._base + self._at

    def peek(self, size: int) -> bytes:
        """Up to ``size`` bytes ahead, not consumed."""
        while len(self._buffer) - self._at < size:
            piece = self._file.read(max(_PIECE, size))
            if not piece:
                break
            self._base += self._at
            self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return self._buffer[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; fewer only at the end of the file."""
        pieces = [self._buffer[self._at : self._at + size]]
        self._at += len(pieces[0])
        size -= len(pieces[0])
        while size:
            # Not all at once: a length may be a lie.
            piece = self._file.read(min(size, _LARGE_PIECE))
            if not piece:
                break
            self._base, self._buffer, self._at = self.offset() + len(piece), b"", 0
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def unread(self, piece: bytes) -> None:
        """Give back what was read last."""
        self.seek(self.offset() - len(piece))

    def advance(self) -> bool:
        """To the next place where a record may begin; false at the end of the file."""
        return bool(self.peek(1))

    def seek_record(self) -> bool:
        """Past damage, to the next line on which a record begins; false where there is none."""
        if begins_record(self.peek(_PEEK)):
            return True
        while window := self.peek(_PIECE):
            if match := _NEXT_RECORD.search(window):
                self._at += match.end()
                return True
            # A line that begins a record may be cut at the end of the window.
            self._at += len(window) if len(window) < _PIECE else len(window) - _PEEK
        return False

    def seek(self, offset: int) -> None:
        """Go on at that byte of the file."""
        self._file.seek(offset)
        self._buffer, self._at, self._base = b"", 0, offset
