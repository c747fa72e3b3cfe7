"""Gzip members made with ISA-L, whose quick levels compress like zlib's first at a fifth to a tenth of the time."""

import gzip

from isal import igzip

LEVEL = 2
_MOST_QUICK = 3  # ISA-L has levels 0 to 3


def write_member(content: bytes, level: int) -> bytes:
    """One gzip member without name or time. Levels 0 to 3 are ISA-L's, 4 to 9 are zlib's: smaller, and slow."""
    if level > _MOST_QUICK:
        return gzip.compress(content, level, mtime=0)
    member: bytes = igzip.compress(content, level, mtime=0)
    return member
