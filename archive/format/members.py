"""The bytes of an archive file with the places where records may begin: gzip members, or every byte of a plain file.

Both sources give the same small set of reads to ``records``. What lies in the file is never taken on trust: a member
that is cut or corrupt ends where its good bytes end, and says why once, in ``take_fault``.
"""

import re
import zlib
from collections import deque
from dataclasses import dataclass
from typing import IO, Literal

from archive.format.gzipping import ENDED, INFLATING_ERRORS, Inflater, start_inflating, unfold_member

GZIP_MAGIC = b"\x1f\x8b\x08"

# Where a record can begin: a version line of WARC, the URL line of ARC.
RECORD_START = re.compile(rb"WARC/\d+\.\d+[ \t]*\r*\n")
ARC_START = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:[^\r\n]{1,4000}? [0-9A-Fa-f.:]{3,45} \d{8,20} [^\r\n]*\n")
_NEXT_RECORD = re.compile(rb"\n(?=%s|%s)" % (RECORD_START.pattern, ARC_START.pattern))

_PIECE = 1 << 16
_RAW = 1 << 14  # of a gzip file: what is left of it is copied with each member
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


class MemberSource:
    """A gzip file of members, one or several records in each; a record's offset is its member's first byte.

    A record that goes on in the next member (some block compressors write so) is read across the border.
    """

    def __init__(self, file: IO[bytes], offset: int = 0) -> None:
        self._file = file
        self._file.seek(offset)
        self._raw = b""
        self._raw_at = offset  # where in the file ``_raw`` begins
        self._ahead: deque[bytes] = deque()  # what follows it and was read already
        self._stream: Inflater | None = None
        self._buffer = b""
        self._at = 0
        self._start = offset
        self._fault: Fault | None = None  # why the current member ended before its end
        self.crossed = False  # whether a record went on in a further member since the last ``advance``

    def take_fault(self) -> Fault | None:
        """Why the member's bytes ended early, told once."""
        fault, self._fault = self._fault, None
        return fault

    def position(self) -> int:
        """How far the file has been used up: the end of the current member once its bytes are."""
        return self._raw_at

    def offset(self) -> int:
        """Where the current member begins in the file."""
        return self._start

    def advance(self) -> bool:
        """To the next member once the current one is used up; false at the end of the file.

        Bytes between members that are no member are passed over and told as the fault of an empty member.
        """
        if self.peek(1):
            return True
        self._fault, self._stream, self.crossed = None, None, False
        if not self._refill():
            return False
        self._start = self._raw_at
        if self._raw.startswith(GZIP_MAGIC[: len(self._raw)]):
            self._stream = start_inflating()
        else:
            self.seek_record()
            self._fault = Fault("foreign", "bytes that are no gzip member")
        return True

    def take_member(self) -> bytes:
        """The whole of the next member where one begins, is sound and of common size; else nothing, and all is yet to
        be read.

        ``unread`` puts it back.
        """
        if self._fault or self._at < len(self._buffer) or not (self._stream is None or self._stream.eof):
            return b""
        if not self._refill() or not self._raw.startswith(GZIP_MAGIC):
            return b""
        stream, raw, taken = unfold_member(), self._raw, len(self._raw)
        more: list[bytes] = []
        try:
            content = stream.decompress(raw, _LARGE_PIECE)
            while not stream.eof and len(content) < _LARGE_PIECE and (raw := self._next_raw()):
                more.append(raw)
                taken += len(raw)
                content += stream.decompress(raw, _LARGE_PIECE)
        except INFLATING_ERRORS:
            content = b""
        if not content or not stream.eof:
            self._ahead.extendleft(reversed(more))  # in its pieces: what is saved of a broken member hangs on them
            return b""
        self._stream, self._raw = ENDED, stream.unused_data
        self._start, self._raw_at = self._raw_at, self._raw_at + taken - len(self._raw)
        self._buffer, self._at, self.crossed = b"", 0, False
        return content

    def peek(self, size: int) -> bytes:
        """Up to ``size`` bytes ahead within the member, not consumed."""
        while len(self._buffer) - self._at < size and self._unfold(max(_PIECE, size)):
            pass
        return self._buffer[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; fewer where the member ends and the next one begins with a record."""
        pieces = []
        while size:
            piece = self._buffer[self._at : self._at + size]
            self._at += len(piece)
            if piece:
                pieces.append(piece)
                size -= len(piece)
            elif not self._unfold(max(_PIECE, size)) and not self._continue():
                break
        return b"".join(pieces)

    def unread(self, piece: bytes) -> None:
        """Give back what was read last."""
        self._buffer, self._at = piece + self._buffer[self._at :], 0

    def seek_record(self) -> bool:
        """Past damage, to the next gzip member in the file; false where there is none."""
        self._stream, self._buffer, self._at = None, b"", 0
        return self._seek_member()

    def _seek_member(self) -> bool:
        skip = 1
        while self._refill():
            found = self._raw.find(GZIP_MAGIC, skip)
            if found >= 0:
                self._take_raw(found)
                if self._holds_record():
                    return True
                skip = 1
            else:
                # A magic number may be cut at the end of what was read.
                self._take_raw(max(len(self._raw) - len(GZIP_MAGIC) + 1, 1))
                skip = 0
        return False

    def _holds_record(self) -> bool:
        """Whether the raw bytes ahead are a member with a record, not three bytes that look like one's magic."""
        while len(self._raw) < _PEEK and (more := self._next_raw()):
            self._raw += more
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(self._raw[:_PEEK], _PEEK)
        except zlib.error:
            return False
        return begins_record(head.lstrip(b"\r\n"))

    def _continue(self) -> bool:
        """Into the next member, where the record at hand goes on there."""
        if self._fault or self._stream is None or not self._stream.eof or not self._refill():
            return False
        if not self._raw.startswith(GZIP_MAGIC) or self._holds_record():
            return False
        start = self._start
        self.crossed = self.advance()
        self._start = start
        return self.crossed

    def _unfold(self, size: int) -> bool:
        """Decompress some more of the member; false at its end."""
        stream = self._stream
        if stream is None or stream.eof:
            return False
        if not self._refill():
            self._fault, self._stream = Fault("cut", "the file ends inside a gzip member"), None
            return False
        try:
            piece = stream.decompress(self._raw, size)
        except INFLATING_ERRORS as error:
            self._fault, self._stream = Fault("corrupt", f"a corrupt gzip member ({error})"), None
            self._seek_member()
            return False
        rest = stream.unused_data if stream.eof else stream.unconsumed_tail
        self._raw_at += len(self._raw) - len(rest)
        self._raw = rest
        self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return bool(piece) or not stream.eof

    def _refill(self) -> bool:
        if not self._raw:
            self._raw = self._next_raw()
        return bool(self._raw)

    def _next_raw(self) -> bytes:
        return self._ahead.popleft() if self._ahead else self._file.read(_RAW)

    def _take_raw(self, count: int) -> None:
        self._raw, self._raw_at = self._raw[count:], self._raw_at + count
