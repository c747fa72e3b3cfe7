"""Chunked bodies (RFC 9112, 7.1) unfolded piece by piece, without holding more than a line."""

import re
from collections.abc import Iterator
from enum import Enum

# A size line with its extensions; no server writes a longer one.
_MOST_LINE = 1 << 14

_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?", re.DOTALL)


class State(Enum):
    """How far the body was read."""

    SIZE = "size"  # the line before a chunk
    CHUNK = "chunk"
    CHUNK_END = "chunk end"  # the line end after a chunk
    TRAILERS = "trailers"
    DONE = "done"
    BROKEN = "broken"  # not as the coding has it: nothing more is read


class ChunkDecoder:
    """Takes the chunk framing off. ``state`` and the counts say afterwards what the framing was worth."""

    def __init__(self) -> None:
        self.state = State.SIZE
        self.chunks = 0  # begun, the last one of size 0 included
        self.after = 0  # bytes after the last chunk and its trailers
        self._line = b""
        self._left = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The payload bytes in a piece of the body."""
        at = 0
        while at < len(piece) and self.state is not State.BROKEN:
            if self.state is State.CHUNK:
                part = piece[at : at + self._left]
                at += len(part)
                self._left -= len(part)
                yield part
                if not self._left:
                    self.state = State.CHUNK_END
            elif self.state is State.DONE:
                self.after += len(piece) - at
                return
            else:
                at = self._read_line(piece, at)

    def _read_line(self, piece: bytes, at: int) -> int:
        """Take in a line, or what there is of it; return where to go on."""
        end = piece.find(b"\n", at)
        self._line += piece[at : end if end >= 0 else len(piece)]
        if len(self._line) > _MOST_LINE or (self.state is State.CHUNK_END and self._line not in (b"", b"\r")):
            self.state = State.BROKEN
        elif end >= 0:
            self._take_line(self._line)
            self._line = b""
        return end + 1 if end >= 0 else len(piece)

    def _take_line(self, line: bytes) -> None:
        if self.state is State.CHUNK_END:
            self.state = State.SIZE
        elif self.state is State.TRAILERS:
            self.state = State.DONE if line in (b"", b"\r") else State.TRAILERS
        elif match := _SIZE.fullmatch(line):
            self.chunks += 1
            self._left = int(match[1], 16)
            self.state = State.CHUNK if self._left else State.TRAILERS
        else:
            self.state = State.BROKEN
