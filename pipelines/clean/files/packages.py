"""ZIP packages (Office Open XML, OpenDocument, OFD, plain archives), opened with bounds on all that they claim.

A package is never unpacked as a whole: members are read one by one, and what they come to is counted. XML is parsed
without entities: ECMA-376 part 2 forbids document type declarations, OFD and OpenDocument have no use for them.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipelines.clean.files.outcome import FileError

MAX_MEMBERS = 4_000
MAX_DIRECTORY = 2 * 2**20  # bytes of the list of members
MAX_MEMBER = 64 * 2**20  # bytes, unpacked
MAX_FILES = 300  # that are read of an archive and the archives in it
MAX_DEPTH = 3  # archives in archives
MAX_TOTAL = 192 * 2**20  # bytes of all members that are read
MAX_RATIO = 250  # of a member larger than ``_LARGE``: text of tables packs to a fiftieth, a bomb to a thousandth
_LARGE = 8 * 2**20
_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, EOFError, NotImplementedError, RuntimeError)
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/main")  # ISO/IEC 29500 strict names its parts anew
_END = b"PK\x05\x06"


@dataclass(slots=True)
class Budget:
    """What may still be unpacked of a file and of all the packages in it; ``depth`` is how many lie in each other."""

    bytes: int = MAX_TOTAL
    files: int = MAX_FILES
    depth: int = MAX_DEPTH


class Package:
    """An open package. Every fault of the file is a ``FileError``."""

    def __init__(self, payload: bytes, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        if _directory_size(payload) > MAX_DIRECTORY:
            raise FileError("too-large")
        try:
            self._file = zipfile.ZipFile(io.BytesIO(payload))
        except _BROKEN as error:
            raise FileError("unreadable") from error
        self.members = self._file.infolist()
        if len(self.members) > MAX_MEMBERS:
            raise FileError("too-large")
        self._names = {member.filename.lstrip("/"): member for member in self.members}

    @property
    def names(self) -> list[str]:
        """The members' names in the order of the package's directory, without a leading slash."""
        return list(self._names)

    def read(self, name: str) -> bytes:
        """A member unpacked. Raises ``FileError``: ``unreadable`` where it is missing, encrypted or damaged."""
        member = self._names.get(name)
        if member is None:
            raise FileError("unreadable")
        return self.unpack(member)

    def unpack(self, member: zipfile.ZipInfo) -> bytes:
        """As ``read``, for members that share a name."""
        most = MAX_MEMBER if member.compress_size * MAX_RATIO >= _LARGE else _LARGE
        most = min(most, member.compress_size * MAX_RATIO if most > _LARGE else most, self._budget.bytes)
        if member.file_size > most:
            raise FileError("too-large")
        try:
            with self._file.open(member) as stream:
                content = stream.read(most + 1)
        except _BROKEN as error:
            raise FileError("unreadable") from error
        if len(content) > most:
            raise FileError("too-large")
        self._budget.bytes -= len(content)
        return content

    def root(self, name: str) -> Any:
        """The root element of an XML member."""
        return parse_xml(self.read(name))


def parse_xml(source: bytes) -> Any:
    """The root of an XML text. Raises ``FileError`` for what declares entities, nests too deeply or has no root."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, recover=True)
    try:
        root = etree.fromstring(_STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/main", source), parser)
    except (etree.LxmlError, ValueError) as error:
        raise FileError("unreadable") from error
    # A parser that recovers stops at its limits in silence: what it has read so far is not the whole.
    if any(entry.type in _LIMITS for entry in parser.error_log):
        raise FileError("too-large")
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise FileError("unreadable")
    return root


def _directory_size(payload: bytes) -> int:
    """Bytes of the list of members, as the end record states them; the reader takes no other."""
    at = payload.rfind(_END, max(0, len(payload) - 66_000))
    return int.from_bytes(payload[at + 12 : at + 16], "little") if at >= 0 else 0


_LIMITS = frozenset(
    value
    for value in (
        getattr(etree.ErrorTypes, name, None)
        for name in (
            "ERR_INTERNAL_ERROR",
            "ERR_ENTITY_LOOP",
            "ERR_NO_MEMORY",
            "ERR_RESOURCE_LIMIT",
            "ERR_NAME_TOO_LONG",
        )
    )
    if value is not None
)
