"""Digests as WARC files write them: ``algorithm:value``, SHA-1 in Base32 by custom."""

import base64
import binascii
import hashlib

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_SHIFTS = tuple(range(150, -1, -10))  # to the ten bits of each pair


def sha1_digest(content: bytes) -> str:
    """``sha1:`` and the Base32 of the digest, the form of WARC-Block-Digest and WARC-Payload-Digest."""
    number = int.from_bytes(hashlib.sha1(content, usedforsecurity=False).digest())
    # Two letters at a time: the standard library's b32encode takes as long as the hash of a small page.
    return "sha1:" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def normal_digest(text: str) -> str:
    """One spelling for one digest: algorithm in lower case, SHA-1 in Base32 even where a tool wrote it in hex."""
    algorithm, _, value = text.strip().partition(":")
    algorithm = algorithm.lower().replace("sha-1", "sha1")
    if algorithm != "sha1":
        return f"{algorithm}:{value}"
    if len(value) == 40:
        try:
            value = base64.b32encode(binascii.unhexlify(value)).decode("ascii")
        except binascii.Error:
            return f"{algorithm}:{value}"
    return f"{algorithm}:{value.upper()}"
