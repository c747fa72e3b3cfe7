"""Gzip members made and read with ISA-L: at a fifth to a tenth of the time that zlib's first level takes."""

import gzip
import zlib
from collections.abc import Iterator
from typing import Protocol

from isal import igzip, igzip_lib, isal_zlib

LEVEL = 2
_STEP = 256  # bytes
_MOST_SAVED = 16 << 20  # bytes of a member
_MOST_QUICK = 3  # ISA-L has levels 0 to 3


def write_member(content: bytes, level: int) -> bytes:
    """One gzip member without name or time. Levels 0 to 3 are ISA-L's, 4 to 9 are zlib's: smaller, and slow."""
    if level > _MOST_QUICK:
        return gzip.compress(content, level, mtime=0)
    member: bytes = igzip.compress(content, level, mtime=0)
    return member


class Inflater(Protocol):
    """What is used of a decompressor, as zlib's objects have it."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""

    @property
    def unused_data(self) -> bytes:
        """What follows the member's end in the bytes given."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What was given and is yet to be read."""

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Up to ``max_length`` bytes more; raises one of ``INFLATING_ERRORS``."""


# isal's stub takes its error class for an instance.
INFLATING_ERRORS: tuple[type[Exception], ...] = (isal_zlib.error, zlib.error)  # type: ignore[assignment]


def start_inflating(wbits: int = zlib.MAX_WBITS | 16) -> Inflater:
    """A decompressor for one gzip member, or for what else ``wbits`` says, as zlib's does."""
    inflater: Inflater = isal_zlib.decompressobj(wbits)
    return inflater


def save_broken(raw: bytes, most: int, wbits: int = zlib.MAX_WBITS | 16) -> bytes:
    """All that a broken stream unfolds to before it breaks, to the byte, if it is at most so much.

    A decompressor drops what it made in the step that fails; so the step before is kept, and gone on from byte by byte.
    """
    stream = zlib.decompressobj(wbits)
    pieces: list[bytes] = []
    for at in range(0, len(raw), _STEP):
        most -= len(pieces[-1]) if pieces else 0
        if most < 0:
            break
        before = stream.copy()
        try:
            pieces.append(stream.decompress(raw[at : at + _STEP]))
        except zlib.error:
            pieces.extend(_unfold_bytewise(before, raw[at : at + _STEP]))
            break
    return b"".join(pieces)


def _unfold_bytewise(stream: "zlib._Decompress", raw: bytes) -> Iterator[bytes]:
    for at in range(len(raw)):
        rest, made = raw[at : at + 1], b""
        while rest or made:
            try:
                made = stream.decompress(rest, 1)
            except zlib.error:
                return
            rest = stream.unconsumed_tail
            yield made


class Member:
    """A gzip member that is unfolded step by step; if it breaks, nothing that lies before the break is lost."""

    def __init__(self) -> None:
        self._stream = start_inflating()
        self._given: list[bytes] = []
        self._made = 0  # bytes
        self.eof = False  # whether it has ended

    def unfold(self, raw: bytes, size: int) -> tuple[bytes, bytes]:
        """Up to ``size`` bytes more, and what is left of ``raw``; raises one of ``INFLATING_ERRORS``."""
        piece = self._stream.decompress(raw, size)
        self.eof = self._stream.eof
        rest = self._stream.unused_data if self.eof else self._stream.unconsumed_tail
        self._made += len(piece)
        if self._made <= _MOST_SAVED:
            self._given.append(raw[: len(raw) - len(rest)])
        return piece, rest

    def save(self, raw: bytes) -> bytes:
        """What ``raw`` unfolds to before it breaks; nothing in a member that is very large."""
        if self._made > _MOST_SAVED:
            return b""
        return save_broken(b"".join([*self._given, raw]), _MOST_SAVED)[self._made :]

    def take_back(self, most: int) -> bytes:
        """The last bytes that it was given and has used, at most so many; none of a member that is very large."""
        return b"" if self._made > _MOST_SAVED else b"".join(self._given)[-most:]


# What has come to its end: for a member that was unfolded otherwise.
ENDED = Member()
ENDED.unfold(write_member(b"", LEVEL), 1)


class Unfolder(Protocol):
    """What is used of a decompressor that keeps for itself what it was given and has not read yet."""

    eof: bool
    needs_input: bool  # else more comes out of what it has
    unused_data: bytes

    def decompress(self, data: bytes | memoryview, max_length: int, /) -> bytes:
        """Up to ``max_length`` bytes more; raises one of ``INFLATING_ERRORS``."""


def unfold_member() -> Unfolder:
    """A decompressor for a gzip member that is unfolded whole: a tenth quicker."""
    unfolder: Unfolder = igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_GZIP)
    return unfolder
