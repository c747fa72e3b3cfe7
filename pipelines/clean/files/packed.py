"""ZIP archives: the blocks of all members that can be read, in the order of the archive, as one document.

Portals pack a report with its tables, or with a second copy of itself; the steps after this one drop what is printed
twice and log it. Paths name the member: ``附件/报告.pdf!page 3 [x0, y0, x1, y1]``.
"""

import zipfile
from collections.abc import Callable, Iterator

from msgspec import structs

from pipelines.clean.bounds import MAX_BLOCKS
from pipelines.clean.charset import decode
from pipelines.clean.files.outcome import FileError, FileReading
from pipelines.clean.files.packages import Budget, Package
from pipelines.clean.media import HTML, MARKDOWN, PLAIN, find_binary_media, find_text_media, is_readable
from pipelines.clean.page import Part
from pipelines.document import Grid, Slot

_UTF8_NAME = 0x800  # flag bit 11 (APPNOTE 4.4.4)
_UNICODE_PATH = 0x7075  # extra field (APPNOTE 4.6.9)
_NO_DOCUMENTS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_TEXTS = (".txt", ".htm", ".html", ".md", ".csv", ".mht", ".shtml")
Read = Callable[[str, bytes, str], FileReading]


def read_packed(payload: bytes, budget: Budget, read: Read) -> FileReading:
    """The blocks of an archive; ``read(media, content, name)`` reads a member. Raises ``FileError``.

    A member that cannot be read is passed over where others can; where none can, its reason is the archive's.
    """
    if budget.depth <= 0:
        raise FileError("too-large")
    budget.depth -= 1
    try:
        return _read_members(Package(payload, budget), budget, read)
    finally:
        budget.depth += 1


def _read_members(package: Package, budget: Budget, read: Read) -> FileReading:
    parts: list[Part] = []
    readers: list[str] = []
    reasons: list[str] = []
    for name, content in _members(package, budget):
        media = _find_media(content, name)
        if media is None:
            continue
        try:
            reading = read(media, content, name)
        except FileError as error:
            if error.reason == "too-large":
                raise
            reasons.append(error.reason)
            continue
        parts += [_rename(part, name) for part in reading.parts]
        readers += reading.readers
        if len(parts) > MAX_BLOCKS:
            raise FileError("too-large")
    if not parts and reasons:
        raise FileError(reasons[0])
    return FileReading(tuple(parts), tuple(dict.fromkeys(readers)))


def _members(package: Package, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """The files of an archive with their names; those that are encrypted or damaged are passed over."""
    members = [item for item in package.members if not item.is_dir()]
    named = [(read_name(item), item) for item in members]
    named = [(name, item) for name, item in named if not _is_litter(name)]
    budget.files -= len(named)
    if budget.files < 0:
        raise FileError("too-large")
    failed = 0
    for name, item in named:
        try:
            content = package.unpack(item)
        except FileError as error:
            if error.reason == "too-large":
                raise
            failed += 1
            continue
        yield name, content
    if failed and failed == len(named):
        raise FileError("unreadable")


def read_name(member: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where the archive says so, in its flags or beside the name; else UTF-8, else GB18030.

    Archivers of Chinese systems write GBK and say nothing; the module ``zipfile`` has then read it as code page 437.
    """
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    beside = _unicode_path(member.extra)
    if beside:
        return beside
    try:
        raw = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return member.filename


def _unicode_path(extra: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, size = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind == _UNICODE_PATH and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return None


def _is_litter(name: str) -> bool:
    base = name.rsplit("/", 1)[-1]
    return name.startswith(_NO_DOCUMENTS) or base.startswith("._") or base in _NO_DOCUMENTS or base.startswith("~$")


def _find_media(content: bytes, name: str) -> str | None:
    """The media type of a member that can be read, or ``None``."""
    media = find_binary_media(content, name)
    if media is not None:
        return media if is_readable(media) else None
    if not name.lower().endswith(_TEXTS):
        return None
    decoded = decode(content, None)
    found = find_text_media(decoded.text, None, name) if decoded else None
    return found if found in (HTML, PLAIN, MARKDOWN) else None


def _rename(part: Part, name: str) -> Part:
    return structs.replace(part, path=f"{name}!{part.path}", grid=_rename_grid(part.grid, name))


def _rename_grid(grid: Grid, name: str) -> Grid:
    renamed: dict[int, Slot] = {}
    for row in grid:
        for slot in row:
            if id(slot) not in renamed:
                renamed[id(slot)] = slot._replace(path=f"{name}!{slot.path}") if slot.path else slot
    return tuple(tuple(renamed[id(slot)] for slot in row) for row in grid)
