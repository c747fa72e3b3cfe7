"""A WACZ package being written: a ZIP file whose members are hashed on their way in, there whole or not at all."""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import IO, Any, cast

from archive.errors import ArchiveError
from archive.format.warcfile import sync_folder
from archive.wacz.signing import Signer

MANIFEST, DIGEST = "datapackage.json", "datapackage-digest.json"
VERSION = "1.1.1"
_NEVER_BEFORE = (1980, 1, 1, 0, 0, 0)  # the first moment that ZIP can write
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Resource:
    """A member of the package, as its manifest lists it."""

    path: str
    hash: str
    size: int  # bytes


class _Hashed:
    """Passes bytes on to a member and hashes them."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.size = 0

    def writelines(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self.write(piece)

    def write(self, piece: bytes) -> int:
        self._digest.update(piece)
        self.size += len(piece)
        return self._out.write(piece)

    @property
    def hash(self) -> str:
        return f"sha256:{self._digest.hexdigest()}"


class Package:
    """The members written so far. ``created`` is RFC 3339 in whole seconds, UTC: ``2023-01-18T09:30:00Z``."""

    def __init__(self, file: zipfile.ZipFile, created: str) -> None:
        self._file = file
        self._created = created
        self._resources: list[Resource] = []

    @contextmanager
    def member(self, path: str, *, packed: bool, size: int | None = None) -> Iterator[IO[bytes]]:
        """A member to write to; ``packed`` has ZIP compress it. ``size``: how many bytes will come, where known."""
        info = self._info(path, packed=packed)
        info.file_size = size or 0
        with self._file.open(info, "w", force_zip64=size is None) as out:
            hashed = _Hashed(out)
            yield cast("IO[bytes]", hashed)
        self._resources.append(Resource(path, hashed.hash, hashed.size))

    def free_name(self, stem: str, suffix: str) -> str:
        """A base name that no member has yet, numbered where the plain one is taken."""
        taken = {each.path.rpartition("/")[2] for each in self._resources}
        names = (f"{stem}{f'-{number}' if number else ''}{suffix}" for number in count())
        return next(name for name in names if name not in taken)

    def finish(self, described: Mapping[str, object], software: str, signer: Signer | None) -> None:
        """Write the manifest of all members, and its digest, signed where there is a signer."""
        names = _make_names(each.path for each in self._resources)
        resources = [
            {"name": name, "path": each.path, "hash": each.hash, "bytes": each.size}
            for name, each in zip(names, self._resources, strict=True)
        ]
        manifest = _json(
            {
                "profile": "data-package",
                "wacz_version": VERSION,
                **described,
                "created": self._created,
                "software": software,
                "resources": resources,
            }
        )
        found = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        digest: dict[str, object] = {"path": MANIFEST, "hash": found}
        if signer:
            digest["signedData"] = signer.sign(found, self._created, software)
        self._file.writestr(self._info(MANIFEST, packed=True), manifest)
        self._file.writestr(self._info(DIGEST, packed=True), _json(digest))

    def _info(self, path: str, *, packed: bool) -> zipfile.ZipInfo:
        moment = datetime.fromisoformat(self._created).timetuple()[:6]
        info = zipfile.ZipInfo(path, max(_NEVER_BEFORE, moment))
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        return info


@contextmanager
def open_package(output: Path, created: str) -> Iterator[Package]:
    """A package that gets its name, durably, when the block ends well; else nothing is left and nothing was replaced.

    Raises ``ArchiveError`` where it cannot be written.
    """
    temporary = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            with zipfile.ZipFile(file, "w") as package:
                yield Package(package, created)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(output)
        sync_folder(output.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ArchiveError(
            f"{output}: cannot be written ({reason}); name a folder that is there, may be written to and has room"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _make_names(paths: Iterable[str]) -> list[str]:
    """A name for each path, as Data Package wants them: lower case, few characters, no two alike."""
    names: list[str] = []
    for path in paths:
        name = plain = _NOT_IN_NAMES.sub("-", path.rpartition("/")[2].lower())
        number = 1
        while name in names:
            number += 1
            name = f"{number}-{plain}"
        names.append(name)
    return names


def _json(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"
