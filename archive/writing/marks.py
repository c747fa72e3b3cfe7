"""Many 64-bit marks, each with a number, in little memory: 16 bytes each, where a dictionary takes some 130.

Marks are hashes: two different things may share one, so what is found is a hint for the caller to check, or a chance of
one in 2^64 that it accepts.
"""

from collections.abc import Iterator
from struct import Struct

_PAIR = Struct("<QQ")
_BUCKETS = 1 << 12


class Marks:
    """Marks and numbers, both of 64 bits. A bucket is a string of pairs in the order in which they came."""

    def __init__(self) -> None:
        self._buckets = [b""] * _BUCKETS
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, mark: int) -> bool:
        return next(self._find(mark), None) is not None

    def get(self, mark: int) -> int | None:
        """The number that was first noted for a mark."""
        return next(self._find(mark), None)

    def note(self, mark: int, number: int = 0) -> bool:
        """Note a mark; false, and nothing is changed, where it was noted before."""
        if mark in self:
            return False
        self._buckets[mark % _BUCKETS] += _PAIR.pack(mark, number)
        self._count += 1
        return True

    def forget_older_half(self) -> None:
        """Forget about half of the marks: in each bucket, those that came first."""
        self._buckets = [each[len(each) // _PAIR.size // 2 * _PAIR.size :] for each in self._buckets]
        self._count = sum(map(len, self._buckets)) // _PAIR.size

    def _find(self, mark: int) -> Iterator[int]:
        bucket, key = self._buckets[mark % _BUCKETS], mark.to_bytes(8, "little")
        at = bucket.find(key)
        while at >= 0:
            if at % _PAIR.size == 0:
                yield _PAIR.unpack_from(bucket, at)[1]
                return
            at = bucket.find(key, at + 1)
