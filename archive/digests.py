"""Digests as WARC files write them: ``algorithm:value``, SHA-1 in Base32 by custom."""

import base64
import binascii
import hashlib


def sha1_digest(content: bytes) -> str:
    """``sha1:`` and the Base32 of the digest, the form of WARC-Block-Digest and WARC-Payload-Digest."""
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode("ascii")


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
