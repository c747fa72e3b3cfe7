"""Records that a length too long has swallowed: where no gzip member ends, nothing but the bytes themselves shows it.

A page may hold a WARC file as its payload, so a record within a block proves nothing. It was swallowed where the block
is not what its digest says and the bytes before are, or where the HTTP answer before is whole to the byte.
"""

import re
from collections.abc import Mapping, Sequence

from archive.digests import normal_digest, sha1_digest
from archive.format.message import content_length, is_chunked, read_answer
from archive.format.plain import RECORD_START

# The next record within a block: a version line with a field after it, or the line of an ARC record.
EMBEDDED = re.compile(
    rb"\n(?=%s[A-Za-z-]+:|[a-z]+://\S+ [0-9.]{7,15} \d{14} [^\r\n ]+ \d+\r?\n)" % RECORD_START.pattern
)

# What tools write of their own accord: no record of another belongs there.
OWN_WORDS = frozenset({"warcinfo", "metadata", "request"})

_CLOSING = b"\r\n\r\n"
_ANY = re.compile(rb"\nWARC/|\n[a-z]+://\S+ [0-9.]{7,15} \d{14} ")


def has_swallowed(block: bytes, fields: Mapping[str, Sequence[str]]) -> bool:
    """Whether a block whose end looks right goes beyond the record's own end."""
    if not _ANY.search(block):
        return False
    match = EMBEDDED.search(block)
    if match is None:
        return False
    before = cut_before(block, match)
    stated = normal_digest(next(iter(fields.get("warc-block-digest", ())), ""))
    if stated.startswith("sha1:"):
        if sha1_digest(block) == stated:
            return False
        if sha1_digest(before) == stated:
            return True
    kind = next(iter(fields.get("warc-type", ())), "").lower()
    return not stated.strip(":") if kind in OWN_WORDS else is_whole_answer(before)


def count_surplus(block: bytes, ahead: bytes) -> int:
    """How many bytes of the two line ends that close a record lie in its block, whose HTTP answer ends before them."""
    if ahead == _CLOSING:
        return 0
    for count in range(len(_CLOSING), 0, -1):
        inside, outside = _CLOSING[:count], _CLOSING[count:]
        if block.endswith(inside) and ahead.startswith(outside) and is_whole_answer(block[:-count]):
            return count
    return 0


def cut_before(block: bytes, match: "re.Match[bytes]") -> bytes:
    """The block without the record that was found in it, and without the two line ends (of ARC: one) before that."""
    return block[: match.start()].removesuffix(b"\r").removesuffix(b"\n").removesuffix(b"\r")


def is_whole_answer(block: bytes) -> bool:
    """Whether a block is an HTTP answer that ends with its last byte, by its own Content-Length or its last chunk."""
    answer = read_answer(block)
    if answer is None or not answer.head_whole:
        return False
    if is_chunked(answer):
        return block.endswith((b"\n0\r\n\r\n", b"\n0\n\n"))
    return len(block) - answer.body_at == content_length(answer)
