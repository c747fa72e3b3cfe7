"""WACZ packages made by hand, right and wrong."""

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archive.verifying import Report, verify_archives
from archive.verifying.trust import Trust
from tests.archive.building import URL, zipped
from tests.archive.certificates import MADE
from tests.archive.soundness import exchange

RECORDS = exchange()
ARCHIVE = zipped(RECORDS)
CREATED = f"{MADE:%Y-%m-%dT%H:%M:%SZ}"

Parts = dict[str, bytes]


def index(*, name: str = "a.warc.gz") -> bytes:
    """The lines of the two answers and of the revisit."""
    members = [zipped([each]) for each in RECORDS]
    lines = []
    for number, suffix in ((1, ""), (4, "?page=2"), (6, "")):
        entry = {
            "url": URL + suffix,
            "mime": "text/html",
            "status": "200",
            "length": str(len(members[number])),
            "offset": str(sum(map(len, members[:number]))),
            "filename": name,
        }
        key = "cn,gov,example)/zfxxgknb/t20230118_1.html" + suffix
        lines.append(f"{key} 20230118093000 {json.dumps(entry)}\n")
    return "".join(sorted(lines)).encode()


def parts_of_a_package() -> Parts:
    """What a small package holds, manifest apart."""
    block = gzip.compress(index(), mtime=0)
    idx = {"offset": 0, "length": len(block), "digest": f"sha256:{hashlib.sha256(block).hexdigest()}"}
    pages = [{"format": "json-pages-1.0", "id": "pages"}, {"url": URL, "ts": CREATED, "title": "年度报告"}]
    return {
        "archive/a.warc.gz": ARCHIVE,
        "indexes/index.cdx.gz": block,
        "indexes/index.idx": f'!meta 0 {{"format": "cdxj-gzip-1.0"}}\ncn,gov 2023 {json.dumps(idx)}\n'.encode(),
        "pages/pages.jsonl": "".join(json.dumps(page) + "\n" for page in pages).encode(),
    }


def manifest_of(parts: Parts, **more: Any) -> dict[str, Any]:
    resources = [
        {"name": name, "path": name, "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}", "bytes": len(raw)}
        for name, raw in parts.items()
    ]
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "created": CREATED,
        "resources": resources,
        **more,
    }


def pack(parts: Parts, manifest: Mapping[str, Any] | None = None, signed: Mapping[str, Any] | None = None) -> bytes:
    """The ZIP file. ``signed``: the signedData without its hash."""
    raw = json.dumps(manifest_of(parts) if manifest is None else manifest).encode()
    digest = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    vouched: dict[str, Any] = {"path": "datapackage.json", "hash": digest}
    if signed is not None:
        vouched["signedData"] = {"hash": digest, **signed}
    content = {**parts, "datapackage.json": raw, "datapackage-digest.json": json.dumps(vouched).encode()}
    return zip_up(content)


def zip_up(content: Parts, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, raw in content.items():
            package.writestr(name, raw)
    return file.getvalue()


def verify(folder: Path, content: bytes, *trusted: bytes) -> Report:
    path = folder / "made.wacz"
    path.write_bytes(content)
    return verify_archives([str(path)], trust=Trust(trusted))


def changed(name: str, old: bytes, new: bytes) -> Parts:
    parts = parts_of_a_package()
    assert old in parts[name]
    return parts | {name: parts[name].replace(old, new, 1)}


def without(name: str) -> Parts:
    return {other: raw for other, raw in parts_of_a_package().items() if other != name}
