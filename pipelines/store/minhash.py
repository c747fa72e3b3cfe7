"""Texts that are alike: MinHash signatures (Broder 1997) over shingles of eight characters, cut into bands.

Numbers are masked, so that last year's text with this year's figures is alike. With 24 bands of four rows a pair of
Jaccard .4 is a candidate with probability .46, one of .5 with .79, one of .7 with .998; a pair of unrelated reports,
whose Jaccard was .000 to .015 among seven real ones, with less than one in a million.
"""

import struct
import sys
from array import array
from collections.abc import Sequence, Set
from functools import lru_cache

from rensa import RMinHash

from pipelines.store.prose import mask

BANDS, ROWS = 24, 4
ALIKE = 0.4  # the least Jaccard that is kept
_SLOTS = BANDS * ROWS
_WORD = 4  # characters; a shingle is two words
_BYTES = 2 * _WORD
_SEED = 1  # part of every signature: another seed would make all stored ones void
_FEWEST = 100  # shingles: shorter prose is too little to be called a copy
_PACKED = struct.Struct(f"<{_SLOTS}I")
_BANDS = struct.Struct(f"<{BANDS * ROWS // 2}Q")  # a band of four slots is two words
_MASK, _HALF = 2**64 - 1, 2**63
# Odd numbers drawn at random: what two bands come to is equal by chance alone, once in 2^63.
_ODD = (0xB0F2FAFB3E7CD64B, 0x39EE3550C1FEB879, 0x6CBF6C572F436A89)


def shingle(prose: str) -> Sequence[int]:
    """The shingles of a prose as numbers of 64 bits, as often as they stand in it.

    A shingle is two words of four UTF-16 units each, one bit of the second left out. Each of the four rows of words
    that a text can be read as is combined with itself in one step, as one long integer: a step for each shingle would
    cost five times as much.
    """
    units = mask(prose).encode("utf-16-le")
    whole = int.from_bytes(units, "little")
    found = array("Q")
    for start in range(_WORD):
        words = max(0, (len(units) - 2 * start) // _BYTES - 1)
        row = whole >> 16 * start
        low, ones = _lanes(words)
        found.frombytes(((row & ones) ^ (row >> 65 & low)).to_bytes(_BYTES * words, "little"))
    if sys.byteorder == "big":
        found.byteswap()
    return found


@lru_cache(maxsize=512)
def _lanes(words: int) -> tuple[int, int]:
    """So many words of 64 bits, each of them 63 ones below a zero, and as many of 64 ones."""
    return int.from_bytes((b"\xff" * 7 + b"\x7f") * words, "little"), (1 << 64 * words) - 1


def sign(shingles: Sequence[int]) -> bytes | None:
    """The signature of a prose from its shingles, 384 bytes; ``None`` where there are too few."""
    if len(shingles) < _FEWEST:
        return None
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, len(shingles)], _SLOTS, _SEED)
    return _PACKED.pack(*matrix.to_rows()[0])


def find_keys(signature: bytes) -> list[int]:
    """The keys of a signature's bands, each a signed number of 64 bits; no two bands share one but by chance."""
    words = _BANDS.unpack(signature)
    bands = zip(words[::2], words[1::2], strict=True)
    sums = (one * _ODD[0] + other * _ODD[1] + band * _ODD[2] for band, (one, other) in enumerate(bands))
    return [(number & _MASK) - _HALF for number in sums]


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
