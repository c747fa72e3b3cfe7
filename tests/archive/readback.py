"""Made-up archives read back, and records that say that an answer was the same as before."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from archive.capture import Capture
from archive.reading.captures import Broken, read_captures
from tests.archive.building import record

REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def read(folder: Path, content: bytes, name: str = "made.warc.gz") -> tuple[list[Capture], list[Broken]]:
    path = folder / name
    path.write_bytes(content)
    broken: list[Broken] = []
    return list(read_captures(path, on_broken=broken.append)), broken


def sha1(content: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(content).digest()).decode()


def revisit(number: int = 2, block: bytes = b"HTTP/1.1 200 OK\r\n\r\n", **headers: Any) -> bytes:
    fields: dict[str, Any] = {"WARC_Profile": REVISIT, "WARC_Truncated": "length", **headers}
    return record("revisit", block, number=number, **fields)
