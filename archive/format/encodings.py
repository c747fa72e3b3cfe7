"""Content encodings taken off a body, with a bound on what may come out."""

import re
import zlib
from collections.abc import Callable, Sequence
from typing import Literal

from isal import isal_zlib

from archive.format.gzipping import INFLATING_ERRORS, save_broken, start_inflating

Problem = Literal["undecodable", "too-large"]

# A report of an agency is a few megabytes; what unfolds to more than this is a bomb or no report.
MOST_BYTES = 128 << 20

_GZIP_HEAD = re.compile(rb"\x1f\x8b\x08(.)....[\s\S][\s\S]", re.DOTALL)


class _TooLargeError(Exception):
    """More came out than the bound allows."""


def decode_body(body: bytes, encodings: Sequence[str], most: int = MOST_BYTES) -> tuple[bytes, Problem | None]:
    """Take the encodings off, last first (RFC 9110, 8.4), and say what went wrong, if anything did.

    With ``undecodable`` the bytes are what did decode (the body as it is where nothing did), with ``too-large``
    nothing. A body labelled gzip or deflate that is neither is kept as it is, without a problem: servers mislabel.
    """
    names = [name.strip().lower() for value in encodings for name in value.split(",") if name.strip()]
    problem: Problem | None = None
    for name in reversed(names):
        if name == "identity" or not body:
            continue
        decoder = _DECODERS.get(name)
        if decoder is None:
            return body, "undecodable"
        try:
            body, whole = decoder(body, most)
        except _TooLargeError:
            return b"", "too-large"
        problem = problem if whole else "undecodable"
    return (b"", "too-large") if len(body) > most else (body, problem)


def _inflate(raw: bytes, wbits: int, most: int) -> tuple[bytes, bytes | None]:
    """What a deflate stream holds, and what follows it; ``None`` where the stream does not end."""
    stream = start_inflating(wbits)
    pieces: list[bytes] = []
    size = 0
    while raw and not stream.eof:
        try:
            piece = stream.decompress(raw, most - size + 1)
        except INFLATING_ERRORS:
            return save_broken(raw, most, wbits), None
        size += len(piece)
        if size > most:
            raise _TooLargeError
        pieces.append(piece)
        raw = stream.unconsumed_tail
    return b"".join(pieces), stream.unused_data if stream.eof else None


def _gunzip(body: bytes, most: int) -> tuple[bytes, bool]:
    if not body.startswith(b"\x1f\x8b"):
        return body, True
    pieces: list[bytes] = []
    while body.startswith(b"\x1f\x8b"):
        at = _gzip_data_at(body)
        if at is None:
            break
        piece, rest = _inflate(body[at:], -zlib.MAX_WBITS, most - sum(map(len, pieces)))
        pieces.append(piece)
        if rest is None:
            return b"".join(pieces), False
        # A member's data is whole once its last block ended: a lost trailer takes nothing away, a wrong one does tell.
        if len(rest) >= 8 and int.from_bytes(rest[:4], "little") != isal_zlib.crc32(piece):
            return b"".join(pieces), False
        body = rest[8:]
    return b"".join(pieces), bool(pieces)


def _gzip_data_at(body: bytes) -> int | None:
    """Where a gzip member's compressed data begins (RFC 1952, 2.3)."""
    match = _GZIP_HEAD.match(body)
    if match is None:
        return None
    flags, at = match[1][0], 10
    if flags & 4:
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            at = body.find(b"\0", at) + 1
            if at == 0:
                return None
    return at + (2 if flags & 2 else 0)


def _undeflate(body: bytes, most: int) -> tuple[bytes, bool]:
    """Deflate, with the zlib wrapper as the standard wants or without it as many servers send."""
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        decoded, rest = _inflate(body, wbits, most)
        if rest is not None:
            return decoded, True
        if decoded and (wbits > 0 or not _looks_like_text(body)):
            return decoded, False
    return body, True


def _looks_like_text(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"<", b"{", b"[") or body[:512].isascii()


def _unbrotli(body: bytes, most: int) -> tuple[bytes, bool]:
    try:
        import brotli  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return body, False
    stream = brotli.Decompressor()
    pieces: list[bytes] = []
    rest, size = body, 0
    try:
        while not stream.is_finished():
            piece = stream.process(rest, output_buffer_limit=1 << 20)
            if not piece and not rest:
                break
            pieces.append(piece)
            rest, size = b"", size + len(piece)
            if size > most:
                raise _TooLargeError
    except brotli.error:
        return (b"".join(pieces), False) if pieces else (body, False)
    return b"".join(pieces), bool(stream.is_finished())


def _unzstd(body: bytes, most: int) -> tuple[bytes, bool]:
    try:
        from backports import zstd
    except ImportError:
        return body, False
    pieces: list[bytes] = []
    while body:
        stream = zstd.ZstdDecompressor()
        try:
            pieces.append(stream.decompress(body, most - sum(map(len, pieces)) + 1))
        except zstd.ZstdError:
            return (b"".join(pieces), False) if pieces else (body, False)
        if sum(map(len, pieces)) > most:
            raise _TooLargeError
        if not stream.eof:
            return b"".join(pieces), False
        body = stream.unused_data
    return b"".join(pieces), True


_DECODERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
