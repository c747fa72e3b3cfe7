"""Keys: numbers made from what rows stand for, so that no order of writing decides them."""

import hashlib


def make_key(text: str) -> int:
    """The number of a text, 63 bits: two of ten million texts share one with a chance of one in 200,000."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big") >> 1
