"""HTTP/1 answers as bytes: where the head ends, what it says, and the body with its transfer encoding removed.

Lenient as the clients are whose traffic is archived (RFC 9112 tells servers to be strict): lines may end in LF alone,
lines without a colon are passed over, folded lines are joined, any reason phrase will do.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from archive.format.fields import read_fields

Framing = Literal["none", "chunked", "length", "close"]
Headers = tuple[tuple[str, str], ...]

_HEAD_END = re.compile(rb"\n\r*\n")
_STATUS_LINE = re.compile(rb"(HTTP/[0-9.]{1,16})[ \t]+(\d{3})(?![^\s])", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_SMALL_HEAD = 1 << 13
_MOST_DIGITS = 15  # of a length
_BODYLESS = frozenset({204, 304})


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The final head of an answer, and the heads of status 1xx that came before it, byte for byte."""

    version: str  # as on the wire: HTTP/1.1
    status: int
    headers: Headers
    start: int  # where the final head begins
    body_at: int  # where the body begins: the length of the block where the head was cut
    head_whole: bool
    names: tuple[str, ...]  # of the headers, in lower case
    interim: tuple[bytes, ...] = ()

    def values(self, name: str) -> list[str]:
        """The values of every header of that lower-case name."""
        if name not in self.names:
            return []
        return [value for key, (_, value) in zip(self.names, self.headers, strict=True) if key == name]


class Body(msgspec.Struct, frozen=True, gc=False):
    """A body without its transfer encoding. ``whole`` says whether the answer's own framing was fulfilled."""

    payload: bytes
    framing: Framing
    whole: bool


def read_answer(block: bytes) -> Answer | None:
    """Read the head of an answer; ``None`` where the bytes do not begin with an HTTP status line."""
    start, interim = 0, []
    while True:
        match = _STATUS_LINE.match(block, start)
        if match is None:
            return None
        head, body_at, whole = _find_head(block, start)
        status = int(match[2])
        if not (100 <= status < 200 and whole and _STATUS_LINE.match(block, body_at)):
            break
        interim.append(block[start:body_at])
        start = body_at
    headers, names = _read_small(head) if len(head) <= _SMALL_HEAD else read_headers(head)
    return Answer(match[1].decode("ascii").upper(), status, headers, start, body_at, whole, names, tuple(interim))


def read_headers(head: bytes) -> tuple[Headers, tuple[str, ...]]:
    """The headers after a head's first line, and their names in lower case."""
    headers = read_fields(head.partition(b"\n")[2])
    return headers, tuple([name.lower() for name, _ in headers])


# The head of an answer is read by whoever cuts it, keeps it, indexes it and looks whether it was there before.
_read_small = lru_cache(maxsize=64)(read_headers)


def read_body(answer: Answer, block: bytes, *, asked_by_head: bool = False) -> Body:
    """Take the transfer encoding off the body of ``block`` (RFC 9112, 6.3).

    Chunked in the head but not in the body, as some tools store it, is the body as it is. A body longer than its
    Content-Length is kept whole: tools that store bodies decoded leave the length of the encoded one in the head.
    """
    if not answer.head_whole:
        return Body(block[answer.body_at :], "none", whole=False)
    if asked_by_head or answer.status < 200 or answer.status in _BODYLESS:
        return Body(block[answer.body_at :], "none", whole=True)
    if is_chunked(answer):
        return _read_chunked(block, answer)
    return _read_plain(block[answer.body_at :], answer)


def is_chunked(answer: Answer) -> bool:
    """Whether the head says that the body comes in chunks."""
    stated = answer.values("transfer-encoding")
    return bool(stated) and ",".join(stated).lower().split(",")[-1].strip() == "chunked"


def _find_head(block: bytes, start: int) -> tuple[bytes, int, bool]:
    match = _HEAD_END.search(block, start)
    if match is None:
        return block[start:], len(block), False
    return block[start : match.start()], match.end(), True


def _read_plain(raw: bytes, answer: Answer) -> Body:
    length = content_length(answer)
    if length is None:
        return Body(raw, "close", whole=True)
    return Body(raw, "length", whole=len(raw) >= length)


def content_length(answer: Answer) -> int | None:
    """The body's length as the head states it; ``None`` where it says nothing, or several things."""
    values = answer.values("content-length")
    if len(values) == 1 and values[0].isascii() and values[0].isdigit():
        return _read_length(values[0])
    stated = {part.strip() for value in values for part in value.split(",")}
    lengths = {_read_length(part) for part in stated if part.isascii() and part.isdigit()}
    return lengths.pop() if len(stated) == len(lengths) == 1 else None


def _read_length(digits: str) -> int:
    """Python refuses to read numbers of thousands of digits; no body is as long as even fifteen say."""
    return int(digits) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _read_chunked(block: bytes, answer: Answer) -> Body:
    at = answer.body_at
    pieces: list[bytes] = []
    for piece in _chunks(block, at):
        if piece is None:
            if not pieces and at < len(block) and not _CHUNK_SIZE.match(block, at):
                return _read_plain(block[at:], answer)
            return Body(b"".join(pieces), "chunked", whole=False)
        pieces.append(piece)
    return Body(b"".join(pieces), "chunked", whole=True)


def _chunks(raw: bytes, at: int) -> Iterator[bytes | None]:
    """The chunks from there on, in order; ``None`` last where the coding breaks off or goes wrong."""
    while match := _CHUNK_SIZE.match(raw, at):
        size = int(match[1], 16)
        if size == 0:
            return
        piece = raw[match.end() : match.end() + size]
        yield piece
        at = match.end() + size
        if raw[at : at + 2] == b"\r\n":
            at += 2
        elif raw[at : at + 1] == b"\n":
            at += 1
        else:
            break
    yield None
