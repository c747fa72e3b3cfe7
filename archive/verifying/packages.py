"""WACZ packages (WACZ 1.1.1): manifest, digest of every part, signature, pages, index, and the archives in them."""

import gzip
import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, Any

from archive.verifying.indexes import IndexCheck, IndexLines, read_blocks
from archive.verifying.labelled import Digest, read_digest
from archive.verifying.messages import Digests
from archive.verifying.problems import Findings, show_text
from archive.verifying.signatures import check_signature
from archive.verifying.trust import Trust

VerifyInside = Callable[[IO[bytes], str, int, IndexCheck | None], None]

_MANIFEST = "datapackage.json"
_MANIFEST_DIGEST = "datapackage-digest.json"
_PAGES = "pages/pages.jsonl"
_ARCHIVES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_INDEXES = (".cdx.gz", ".cdxj.gz", ".cdx", ".cdxj")
_VERSIONS = ("1.0", "1.1", "1.2")

_PIECE = 1 << 20

# A manifest lists a few files; what is larger is none.
_MOST_JSON = 1 << 26


def verify_package(file: IO[bytes], findings: Findings, trust: Trust, verify_inside: VerifyInside) -> None:
    """Verify a package; ``verify_inside`` gets each archive file in it, with its path, size and index."""
    try:
        with zipfile.ZipFile(file) as package:
            _Package(package, findings).check(trust, verify_inside)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        findings.tell("package-corrupt", why=str(error) or type(error).__name__)


class _Package:
    def __init__(self, package: zipfile.ZipFile, findings: Findings) -> None:
        self._zip = package
        self._findings = findings
        self._parts = {info.filename: info for info in package.infolist() if not info.is_dir()}
        self._damaged: set[str] = set()

    def check(self, trust: Trust, verify_inside: VerifyInside) -> None:
        self._check_names()
        manifest = self._read_json(_MANIFEST, "package-manifest")
        if manifest is not None:
            self._check_manifest(manifest)
        self._check_digest(trust)
        self._check_parts()
        self._check_pages()
        lines = self._read_indexes()
        archives = [name for name in self._parts if name.startswith("archive/") and name.endswith(_ARCHIVES)]
        for name in sorted(archives):
            with self._zip.open(name) as inner:
                zipped = inner.read(2) == b"\x1f\x8b"
                inner.seek(0)
                index = lines.of(PurePosixPath(name).name, zipped=zipped)
                verify_inside(inner, f"{self._findings.path}!{name}", self._parts[name].file_size, index)
        for other in sorted(set(lines.files()) - {PurePosixPath(name).name for name in archives}):
            self._findings.tell("index-file", index=lines.name, found=show_text(other))

    def _check_names(self) -> None:
        names = Counter(info.filename for info in self._zip.infolist())
        for name, count in sorted(names.items()):
            if count > 1 or name.startswith("/") or "\\" in name or ".." in name.split("/"):
                self._findings.tell("package-name", found=show_text(name))

    def _check_manifest(self, manifest: Mapping[str, Any]) -> None:
        version = str(manifest.get("wacz_version", ""))
        if not version.startswith(_VERSIONS):
            self._findings.tell("package-version", why=f"has the wacz_version {show_text(version)}")
        if manifest.get("profile") not in ("data-package", "wacz-package", "multi-wacz-package"):
            self._findings.tell("package-version", why=f"has the profile {show_text(str(manifest.get('profile')))}")
        resources = manifest.get("resources")
        if not isinstance(resources, list) or not resources:
            self._findings.tell("package-manifest", why="lists no resources")
            return
        listed = set()
        for resource in resources:
            path = resource.get("path") if isinstance(resource, dict) else None
            if not isinstance(path, str):
                self._findings.tell("package-manifest", why="lists a resource without a path")
                continue
            listed.add(path)
            self._check_resource(path, resource)
        for name in sorted(set(self._parts) - listed - {_MANIFEST, _MANIFEST_DIGEST}):
            self._findings.tell("package-unlisted", found=show_text(name))

    def _check_resource(self, path: str, resource: Mapping[str, Any]) -> None:
        if path not in self._parts:
            self._findings.tell("package-resource-missing", found=show_text(path))
            return
        size, stated = resource.get("bytes"), _stated_digest(resource)
        stats = resource.get("stats")
        size = stats.get("bytes") if size is None and isinstance(stats, dict) else size
        if size is not None and size != self._parts[path].file_size:
            self._findings.tell("package-size", found=show_text(path), size=self._parts[path].file_size, stated=size)
        if stated is None:
            self._findings.tell("package-no-hash", found=show_text(path))
        digest = self._digest(path, stated.algorithm if stated else "sha256")
        if stated and digest is not None and digest != stated:
            self._findings.tell("package-hash", found=show_text(path))

    def _digest(self, name: str, algorithm: str) -> Digest | None:
        """Of a part, read to its end, which compares the ZIP file's own check sum; ``None`` where it is damaged."""
        digests = Digests([algorithm])
        try:
            with self._zip.open(name) as part:
                while piece := part.read(_PIECE):
                    digests.update(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            self._tell_damage(name, error)
            return None
        return digests.results()[algorithm]

    def _check_digest(self, trust: Trust) -> None:
        if _MANIFEST not in self._parts:
            return
        if _MANIFEST_DIGEST not in self._parts:
            self._findings.tell("package-no-digest")
            return
        found = self._read_json(_MANIFEST_DIGEST, "package-digest")
        if found is None:
            return
        digest = hashlib.sha256(self._read(_MANIFEST) or b"").hexdigest()
        if found.get("path") != _MANIFEST:
            self._findings.tell("package-digest", why=f"is of {show_text(str(found.get('path')))}")
        if found.get("hash") != f"sha256:{digest}":
            self._findings.tell("package-digest", why="has another digest than datapackage.json")
        signed = found.get("signedData")
        if isinstance(signed, dict):
            check_signature(signed, f"sha256:{digest}", trust, self._findings)
        elif signed is not None:
            self._findings.tell("package-digest", why="has a signedData that is no object")

    def _check_parts(self) -> None:
        wanted: list[tuple[str, Callable[[str], bool]]] = [
            ("archive/*.warc.gz", lambda name: name.startswith("archive/") and name.endswith(_ARCHIVES)),
            ("indexes/*.cdx.gz", lambda name: name.startswith("indexes/") and name.endswith(_INDEXES)),
            (_PAGES, lambda name: name == _PAGES),
        ]
        for part, is_part in wanted:
            if not any(map(is_part, self._parts)):
                self._findings.tell("package-part-missing", found=part)
        for name, info in sorted(self._parts.items()):
            sought = name.startswith("archive/") or name.endswith(".gz")
            if sought and info.compress_type != zipfile.ZIP_STORED:
                self._findings.tell("package-compressed", found=show_text(name))

    def _check_pages(self) -> None:
        for name in sorted(self._parts):
            if not (name.startswith("pages/") and name.endswith(".jsonl")):
                continue
            for number, line in enumerate(self._lines(name), 1):
                if why := _fault_of_page(line, first=number == 1):
                    self._findings.tell("package-pages", found=show_text(name), line=number, why=why)

    def _read_indexes(self) -> IndexLines:
        names = [name for name in sorted(self._parts) if name.startswith("indexes/") and name.endswith(_INDEXES)]
        lines = IndexLines(", ".join(names) or "the index")
        for name in names:
            lines.read(self._lines(name), self._findings, name=name, unsorted="index-order")
        for name in sorted(self._parts):
            if name.startswith("indexes/") and name.endswith(".idx"):
                self._check_blocks(name, names)
        return lines

    def _check_blocks(self, name: str, indexes: list[str]) -> None:
        """Hold the list of blocks against the compressed index that it leads into."""
        target = next((other for other in indexes if other.endswith(".gz")), None)
        if target is None:
            return
        try:
            blocks = read_blocks(self._lines(name))
        except (ValueError, KeyError, TypeError) as error:
            self._findings.tell("index-block", index=name, line=1, why=f"it is unreadable ({error})")
            return
        with self._zip.open(target) as index:
            for number, offset, length, digest in blocks:
                index.seek(offset)
                if why := _fault_of_block(index.read(max(0, length)), length, digest):
                    self._findings.tell("index-block", index=name, line=number, why=why)

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as part:
                lines: IO[bytes] = part
                if name.endswith(".gz"):
                    lines = gzip.GzipFile(fileobj=part)  # type: ignore[assignment]
                yield from lines
        except (zipfile.BadZipFile, OSError, zlib.error, EOFError) as error:
            self._tell_damage(name, error)

    def _read_json(self, name: str, code: str) -> dict[str, Any] | None:
        if name not in self._parts:
            self._findings.tell(code, why="is missing")
            return None
        raw = self._read(name)
        try:
            found = json.loads(raw) if raw is not None else None
        except (ValueError, RecursionError) as error:
            self._findings.tell(code, why=f"is no JSON ({error})")
            return None
        if raw is not None and not isinstance(found, dict):
            self._findings.tell(code, why="is no object")
        return found if isinstance(found, dict) else None

    def _read(self, name: str) -> bytes | None:
        try:
            with self._zip.open(name) as part:
                return part.read(_MOST_JSON)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            self._tell_damage(name, error)
            return None

    def _tell_damage(self, name: str, error: Exception) -> None:
        if name not in self._damaged:
            self._damaged.add(name)
            self._findings.tell("package-corrupt", why=f"{show_text(name)}: {error or type(error).__name__}")


def _stated_digest(resource: Mapping[str, Any]) -> Digest | None:
    """``hash`` with its label, or the ``stats.hash`` and ``hashing`` of WACZ 1.0; MD5 where nothing is said."""
    stats = resource.get("stats")
    text = resource.get("hash") or (stats.get("hash") if isinstance(stats, dict) else None)
    if not isinstance(text, str):
        return None
    if ":" not in text:
        text = f"{resource.get('hashing') or 'md5'}:{text}"
    try:
        return read_digest(text)
    except ValueError:
        return None


def _fault_of_page(line: bytes, *, first: bool) -> str | None:
    if not line.strip():
        return None
    try:
        page = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"no JSON ({error})"
    if not isinstance(page, dict):
        return "no object"
    if first and "format" in page:
        return None
    missing = [name for name in ("url", "ts") if not isinstance(page.get(name), str) and name not in page]
    return f"{missing[0]} is missing" if missing else None


def _fault_of_block(raw: bytes, length: int, digest: str | None) -> str | None:
    if len(raw) != length:
        return f"it has {len(raw)} of {length} bytes there"
    try:
        zlib.decompress(raw, zlib.MAX_WBITS | 16)
    except zlib.error as error:
        return f"no gzip member lies there ({error})"
    try:
        stated = read_digest(digest) if digest else None
    except ValueError:
        return f"its digest is {digest!r}"
    if stated and stated.algorithm == "sha256" and hashlib.sha256(raw).digest() != stated.value:
        return "its digest is another"
    return None
