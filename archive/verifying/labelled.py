"""Labelled digests, ``algorithm:value``: any algorithm of the standard library, in Base16, Base32 or Base64.

ISO 28500, 5.8 leaves algorithm and encoding open; which encoding a value has shows in its length.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from typing import Protocol


class Hash(Protocol):
    """A digest being calculated."""

    def update(self, data: bytes, /) -> None:
        """Take in further bytes."""

    def digest(self) -> bytes:
        """Of what was taken in so far."""


_NAMES = {
    "md5": "md5",
    "sha1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha512-224": "sha512_224",
    "sha512-256": "sha512_256",
    "sha3-224": "sha3_224",
    "sha3-256": "sha3_256",
    "sha3-384": "sha3_384",
    "sha3-512": "sha3_512",
    "blake2s": "blake2s",
    "blake2b": "blake2b",
}
_ALGORITHMS: dict[str, Callable[[], Hash]] = {
    label: partial(hashlib.new, name, usedforsecurity=False)
    for label, name in _NAMES.items()
    if name in hashlib.algorithms_available
}

_BASE32 = re.compile(r"[A-Za-z2-7]+")
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_LABELLED = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9/_-]*):(\S+)\s*")


class UnknownAlgorithmError(ValueError):
    """A digest that is well-formed, of an algorithm that cannot be calculated here; the text is its label."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as it is compared: the label normal, the value decoded."""

    algorithm: str
    value: bytes = field(repr=False)

    def __str__(self) -> str:
        if self.algorithm == "sha1":
            return "sha1:" + base64.b32encode(self.value).decode("ascii")
        return f"{self.algorithm}:{self.value.hex()}"


def start_digest(algorithm: str) -> Hash:
    """A new digest of an algorithm that ``read_digest`` gave."""
    return _ALGORITHMS[algorithm]()


def number_algorithm(algorithm: str) -> int:
    """A number for an algorithm, the same in every process of one machine."""
    return list(_ALGORITHMS).index(algorithm)


@lru_cache(maxsize=256)
def read_digest(text: str) -> Digest:
    """The digest that a header states. Raises ``UnknownAlgorithmError``, or ``ValueError`` for what is no digest."""
    match = _LABELLED.fullmatch(text)
    if match is None:
        raise ValueError("it is not of the form algorithm:value")
    algorithm = _normal_label(match[1])
    if algorithm not in _ALGORITHMS:
        raise UnknownAlgorithmError(match[1])
    return Digest(algorithm, _decode(match[2], _size(algorithm)))


@cache
def _size(algorithm: str) -> int:
    return len(_ALGORITHMS[algorithm]().digest())


@lru_cache(maxsize=256)
def _normal_label(label: str) -> str:
    """``SHA-1`` and ``sha1`` are one; the dashes of SHA-3 and of cut SHA-512 tell algorithms apart."""
    label = label.lower().replace("_", "-").replace("/", "-")
    return re.sub(r"^sha-(?=\d)", "sha", label)


def _decode(value: str, size: int) -> bytes:
    """The value's bytes. Raises ``ValueError`` where it has not the length of ``size`` bytes in any encoding."""
    bare = value.rstrip("=")
    decoders: dict[int, Callable[[str], bytes]] = {
        size * 2: binascii.unhexlify,
        -(-size * 8 // 5): lambda text: _decode_base32(text, size),
        -(-size * 8 // 6): lambda text: base64.b64decode(text + "=" * (-len(text) % 4), altchars=_altchars(text)),
    }
    decode = decoders.get(len(bare))
    if decode is None:
        raise ValueError(f"its value has {len(bare)} characters, which no encoding of {size} bytes has")
    try:
        return decode(bare)
    except binascii.Error as error:
        raise ValueError(f"its value does not decode ({error})") from error


def _decode_base32(text: str, size: int) -> bytes:
    """As a number: the standard library's way takes thirty times as long, and every record has such digests."""
    if not _BASE32.fullmatch(text):
        raise binascii.Error("a character that Base32 does not have")
    return (int(text.upper().translate(_DIGITS), 32) >> (len(text) * 5 - size * 8)).to_bytes(size, "big")


def _altchars(text: str) -> bytes:
    return b"-_" if "-" in text or "_" in text else b"+/"
