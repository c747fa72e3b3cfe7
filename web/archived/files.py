"""Office files and what lies in archives, set as pages of our own: text and tables as we read them, a cell marked.

It is our rendering and says so; the file itself is to be had beside it (``/originals/``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from archive.errors import ArchiveError
from pipelines.clean.files.apart import read_apart
from pipelines.clean.files.options import read_options
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.packages import Package
from pipelines.clean.files.packed import read_name
from pipelines.clean.media import ZIP, find_binary_media
from pipelines.clean.page import Part
from pipelines.document import Slot
from web.archived.marking import MARK, STYLE

_LOOKS = (
    "body{font:15px/1.6 'Noto Serif CJK SC',SimSun,serif;margin:1.5rem;color:#1c1917;background:#fff;max-width:70rem}"
    "table{border-collapse:collapse;margin:.75rem 0}"
    "td{border:1px solid #a8a29e;padding:.15rem .5rem;vertical-align:top}"
    "p.member{font:13px/1.5 sans-serif;color:#57534e;border-top:1px solid #a8a29e;padding-top:.4rem;margin-top:1.5rem}"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: what it says, where it stands in the file, and what it spans."""

    slot: Slot
    rows: int
    columns: int


def render_file(media: str, payload: bytes, digest: str, name: str, path: str | None) -> tuple[bytes, bool]:
    """The file as a page in UTF-8, and whether the place ``path`` was found in it. Raises ``ArchiveError``."""
    parts = _read(_Payload(media, payload, digest, name))
    marked = _find_part(parts, path) if path else None
    body = "".join(_write_parts(parts, marked, packed=media == ZIP))
    page = f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><style>{_LOOKS}{STYLE}</style></head>'
    return f"{page}<body>{body}</body></html>".encode(), marked is not None


def open_member(payload: bytes, path: str | None) -> tuple[str | None, bytes, str]:
    """The file in an archive that a path begins with: its media type, its bytes, the rest of the path.

    No media type where the path names none, or one that cannot be unpacked. Archives in archives are opened too.
    """
    if not path:
        return None, b"", ""
    try:
        package = Package(payload)
        named = [item for item in package.members if not item.is_dir() and path.startswith(f"{read_name(item)}!")]
        content = package.unpack(named[0]) if named else b""
    except FileError:
        return None, b"", path
    if not named:
        return None, b"", path
    rest = path[len(read_name(named[0])) + 1 :]
    media = find_binary_media(content, read_name(named[0]))
    return open_member(content, rest) if media == ZIP else (media, content, rest)


@dataclass(frozen=True, slots=True)
class _Payload:
    """A file; equal to another of the same digest, so that it is read once for all of its cells."""

    media: str
    payload: bytes
    digest: str
    name: str

    def __hash__(self) -> int:
        return hash((self.media, self.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Payload) and (self.media, self.digest) == (other.media, other.digest)


@lru_cache(maxsize=8)
def _read(file: _Payload) -> tuple[Part, ...]:
    try:
        return read_apart(file.media, file.payload, file.name, read_options()).parts
    except FileError as error:
        raise ArchiveError(f"this file cannot be read again: {error.reason}") from error


def _find_part(parts: Sequence[Part], path: str) -> str | None:
    """The path of the block or cell that is meant: the very one, else the block that it lies in."""
    known = {part.path for part in parts} | {slot.path for part in parts for row in part.grid for slot in row}
    if path in known:
        return path
    above = [each for each in known if each and path.startswith(f"{each} ")]
    return max(above, key=len, default=None)


def _write_parts(parts: Sequence[Part], marked: str | None, *, packed: bool) -> Iterator[str]:
    member = ""
    for part in parts:
        name = part.path.partition("!")[0] if packed else ""
        if name != member:
            yield f'<p class="member">{escape(name)}</p>'
            member = name
        if part.kind == "table":
            yield _write_table(part, marked)
        elif part.text:
            tag = "h2" if part.kind == "heading" else "p"
            yield f"<{tag}{_mark(part.path, marked)}>{escape(part.text)}</{tag}>"


def _write_table(part: Part, marked: str | None) -> str:
    rows = "".join(f"<tr>{''.join(_write_cell(cell, marked) for cell in row)}</tr>" for row in find_cells(part.grid))
    return f"<table{_mark(part.path, marked)}>{rows}</table>"


def _write_cell(cell: Cell, marked: str | None) -> str:
    spans = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
        f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    )
    return f"<td{spans}{_mark(cell.slot.path, marked)}>{escape(cell.slot.text) or '&nbsp;'}</td>"


def find_cells(grid: Sequence[Sequence[Slot]]) -> list[list[Cell]]:
    """The cells of a grid by the row that they begin in: neighbours of one path are one cell."""
    taken: set[tuple[int, int]] = set()
    rows: list[list[Cell]] = []
    for top, line in enumerate(grid):
        rows.append([])
        for left, slot in enumerate(line):
            if (top, left) in taken:
                continue
            wide, high = _measure(grid, top, left)
            taken |= {(row, column) for row in range(top, top + high) for column in range(left, left + wide)}
            rows[-1].append(Cell(slot, high, wide))
    return rows


def _measure(grid: Sequence[Sequence[Slot]], top: int, left: int) -> tuple[int, int]:
    slot = grid[top][left]
    if not slot.path:
        return 1, 1
    wide = 1
    while left + wide < len(grid[top]) and grid[top][left + wide].path == slot.path:
        wide += 1
    high = 1
    while top + high < len(grid) and all(
        left + at < len(grid[top + high]) and grid[top + high][left + at].path == slot.path for at in range(wide)
    ):
        high += 1
    return wide, high


def _mark(path: str, marked: str | None) -> str:
    return f' id="{MARK}"' if marked and path == marked else ""
