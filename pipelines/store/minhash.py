"""Texts that are alike: MinHash signatures (Broder 1997) over shingles of eight characters, cut into bands.

Numbers are masked, so that last year's text with this year's figures is alike. With 24 bands of four rows a pair of
Jaccard .4 is a candidate with probability .46, one of .5 with .79, one of .7 with .998; a pair of unrelated reports,
whose Jaccard was .000 to .015 among seven real ones, with less than one in a million.
"""

import hashlib
import struct
from collections.abc import Sequence, Set
from itertools import repeat
from operator import rshift, xor

from rensa import RMinHash

from pipelines.store.prose import mask

BANDS, ROWS = 24, 4
ALIKE = 0.4  # the least Jaccard that is kept
_SLOTS = BANDS * ROWS
_WORD = 4  # characters; a shingle is two words
_SEED = 1  # part of every signature: another seed would make all stored ones void
_FEWEST = 100  # shingles: shorter prose is too little to be called a copy
_PACKED = struct.Struct(f"<{_SLOTS}I")
_BAND = struct.Struct(f"<B{ROWS}I")


def shingle(prose: str) -> list[int]:
    """The shingles of a prose as numbers of 64 bits, as often as they stand in it.

    A shingle is two words of four UTF-16 units each, one bit of the second left out: reading words costs a fifth of
    what cutting strings does.
    """
    units = memoryview(mask(prose).encode("utf-16-le"))
    found: list[int] = []
    for start in range(0, 2 * _WORD, 2):
        words = units[start : start + (len(units) - start) // 8 * 8].cast("Q").tolist()
        found += map(xor, words, map(rshift, words[1:], repeat(1)))
    return found


def sign(shingles: Sequence[int]) -> bytes | None:
    """The signature of a prose from its shingles, 384 bytes; ``None`` where there are too few."""
    if len(shingles) < _FEWEST:
        return None
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, len(shingles)], _SLOTS, _SEED)
    return _PACKED.pack(*matrix.to_rows()[0])


def find_keys(signature: bytes) -> list[int]:
    """The keys of a signature's bands, each a signed number of 64 bits; no two bands share one but by chance."""
    slots = _PACKED.unpack(signature)
    packed = (_BAND.pack(band, *slots[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS))
    return [int.from_bytes(hashlib.blake2b(part, digest_size=8).digest(), "big", signed=True) for part in packed]


def estimate(one: bytes, other: bytes) -> float:
    """The Jaccard of two signed texts as their signatures tell it, with a standard error of .05 around .4."""
    return sum(map(int.__eq__, _PACKED.unpack(one), _PACKED.unpack(other))) / _SLOTS


def measure(one: str, other: str) -> float:
    """The exact Jaccard of two proses over their shingles."""
    return measure_sets(set(shingle(one)), set(shingle(other)))


def measure_sets(one: Set[int], other: Set[int]) -> float:
    """The exact Jaccard of two sets of shingles."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def make_id(prose: str) -> int:
    """The identifier of a prose, 63 bits: two of ten million texts share one with a chance of one in 200,000."""
    return int.from_bytes(hashlib.sha256(prose.encode("utf-8")).digest()[:8], "big") >> 1
