"""A gzip file of members, at whose begins records may begin: the same small set of reads as of a plain file.

What lies in the file is never taken on trust: a member that is cut or corrupt ends where its good bytes end, and says
why once, in ``take_fault``.
"""

import zlib
from collections import deque
from collections.abc import Sequence
from typing import IO

from archive.format.gzipping import ENDED, INFLATING_ERRORS, Member, Unfolder, unfold_member
from archive.format.plain import Fault, begins_record

GZIP_MAGIC = b"\x1f\x8b\x08"

_PIECE = 1 << 16
_RAW = 1 << 17  # of a gzip file
_RUN_ON = 1 << 17  # bytes before a break in which a member is looked for
_COMMON = 1 << 17  # of what a member unfolds to: more room at once comes from the system anew each time
_WINDOW = 1 << 11  # of a member: what lies after it is copied
_TOGETHER = 1 << 20  # of what members that are taken together unfold to: all of it fits a processor's cache
_LARGE_PIECE = 1 << 22
_PEEK = 1 << 12


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
        self._stream: Member | None = None
        self._buffer = b""
        self._at = 0
        self._start = offset
        self._fault: Fault | None = None  # why the current member ended before its end
        self._taken: list[tuple[int, bytes]] = []  # the members that were taken last
        self._passed: list[bytes] = []  # the bytes of the file that they were taken from
        self._passed_at = offset
        self._odd_at = -1  # where a member begins that is not to be taken
        self._failure: Exception | None = None  # of the file, told once all that came before it was read
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
            self._stream = Member()
        else:
            self.seek_record()
            self._fault = Fault("foreign", "bytes that are no gzip member")
        return True

    def take_members(self, most: int) -> Sequence[tuple[int, bytes]]:
        """Where each of the next members begins, and the whole of it; none where the next is not sound, or too large.

        All that follows them is left to be read; ``return_to`` then puts the end of what was taken back.
        """
        self._taken = []
        if self._fault or self._at < len(self._buffer) or not (self._stream is None or self._stream.eof):
            return self._taken
        if self._odd_at == self._raw_at:
            return self._taken
        self._buffer, self._at, self._stream, self.crossed = b"", 0, ENDED, False
        raw, at, size = self._raw or self._next_raw(), 0, 0
        self._passed, self._passed_at = [raw], self._raw_at
        view, base = memoryview(raw), self._raw_at
        while len(self._taken) < most and size < _TOGETHER and raw.startswith(GZIP_MAGIC, at):
            stream, end = unfold_member(), at + _WINDOW
            more: list[bytes] = []
            try:
                content = stream.decompress(view[at:end], _COMMON)
                if not stream.eof:
                    content, end = self._unfold_more(stream, content, view, end, more)
            except INFLATING_ERRORS:
                content = b""
            except Exception as error:  # a store behind fsspec has errors of its own
                if not self._taken:
                    raise
                content, self._failure = b"", error
            if not content or not stream.eof:
                self._ahead.extendleft(reversed(more))
                self._odd_at = base + at
                break
            self._taken.append((base + at, content))
            if more:
                self._passed += more
                base += len(raw) + sum(map(len, more[:-1]))
                raw, end = more[-1], len(more[-1])
                view = memoryview(raw)
            at = min(end, len(raw)) - len(stream.unused_data)
            size += len(content)
        self._raw, self._raw_at = raw[at:], base + at
        return self._taken

    def return_to(self, index: int) -> None:
        """Read anew, by steps, from that one on of the members that were taken last."""
        self._start, content = self._taken[index]
        if index + 1 < len(self._taken):
            self._raw_at = self._taken[index + 1][0]
            self._raw = b"".join(self._passed)[self._raw_at - self._passed_at :]
        self.unread(content)

    def _unfold_more(
        self, stream: Unfolder, begin: bytes, view: memoryview, end: int, more: list[bytes]
    ) -> tuple[bytes, int]:
        """A member after its begin, and how much of the bytes at hand was given for it.

        What it takes of the file after them is added to ``more``. It may end early, as its stream then says.
        """
        pieces, size = [begin], len(begin)
        while not stream.eof and size < _LARGE_PIECE:
            raw: bytes | memoryview = b""
            if stream.needs_input and end < len(view):
                raw, end = view[end : end + 2 * _WINDOW], end + 2 * _WINDOW
            elif stream.needs_input:
                raw = self._next_raw()
                if not raw:
                    break
                more.append(raw)
            pieces.append(stream.decompress(raw, _COMMON))
            size += len(pieces[-1])
        return b"".join(pieces), end

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
                self._take_raw(max(len(self._raw) - len(GZIP_MAGIC) + 1, skip))
                more, skip = self._next_raw(), 0
                self._raw += more
                if not more:
                    self._take_raw(len(self._raw))
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
            return self._break_off(stream)
        try:
            piece, rest = stream.unfold(self._raw, size)
        except INFLATING_ERRORS as error:
            self._fault, self._stream = Fault("corrupt", f"a corrupt gzip member ({error})"), None
            return self._break_off(stream)
        self._raw_at += len(self._raw) - len(rest)
        self._raw = rest
        self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return bool(piece) or not stream.eof

    def _break_off(self, stream: Member) -> bool:
        """To the next member that has a record, keeping what the broken one gave; whether that is anything."""
        saved = stream.save(self._raw)
        self._buffer, self._at = self._buffer[self._at :] + saved, 0
        # A cut member runs on into what follows it before the break shows, and good members may begin there.
        again = stream.take_back(_RUN_ON)
        self._raw, self._raw_at = again + self._raw, self._raw_at - len(again)
        self._seek_member()
        return bool(saved)

    def _refill(self) -> bool:
        if not self._raw:
            self._raw = self._next_raw()
        return bool(self._raw)

    def _next_raw(self) -> bytes:
        if self._ahead:
            return self._ahead.popleft()
        if self._failure:
            raise self._failure
        return self._file.read(_RAW)

    def _take_raw(self, count: int) -> None:
        self._raw, self._raw_at = self._raw[count:], self._raw_at + count
