"""The text of a Word 97–2003 file with the properties of its paragraphs, out of its streams (MS-DOC).

WPS Writer's ``.wps`` is the same. Numbers in comments are sections of MS-DOC. Property modifiers of pieces (fast saves)
and lists' numbers are not applied.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.clean.files.ole import read_streams
from pipelines.clean.files.outcome import FileError

_MAGIC, _WORD_97 = 0xA5EC, 0xC1
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_CHPX, _PAPX, _CLX = 12, 13, 33  # places in the list of offsets (2.5.6)
_PAGE = 512
_MOST_PIECES = 200_000
MAX_TEXT = 3_000_000
_HUGE = (0x6645, 0x6646)  # properties that lie in the stream of data (2.6.2)
_DELETED, _HIDDEN = 0x0800, 0x083C


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text without its mark, the mark, the style's number, and its properties (opcode → operand)."""

    text: str
    mark: str
    style: int
    properties: Mapping[int, bytes]

    def flag(self, opcode: int) -> bool:
        """Whether a property of one byte is on."""
        return self.properties.get(opcode, b"\0")[:1] == b"\1"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters: the first one's place in the text, where it lies in the file, and bytes a character."""

    start: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Bytes of the file, up to ``end``, with one set of properties."""

    end: int
    properties: bytes


class OldFormatError(FileError):
    """A Word file from before 1997, or a document of another program of that name."""

    def __init__(self) -> None:
        super().__init__("no-converter")


def read_paragraphs(payload: bytes) -> Iterator[Paragraph]:
    """The paragraphs of the main text, in order. Raises ``FileError``."""
    streams = read_streams(payload, "WordDocument", "0Table", "1Table", "Data")
    file = streams.get("WordDocument", b"")
    try:
        yield from _read(file, streams)
    except (struct.error, IndexError, ValueError) as error:
        raise FileError("unreadable") from error


def _read(file: bytes, streams: Mapping[str, bytes]) -> Iterator[Paragraph]:
    magic, version = struct.unpack_from("<HH", file, 0)
    flags = struct.unpack_from("<H", file, 10)[0]
    if magic != _MAGIC or version < _WORD_97:
        raise OldFormatError
    if flags & _ENCRYPTED:
        raise FileError("unreadable")
    table = streams.get("1Table" if flags & _TABLE_1 else "0Table", b"")
    words = struct.unpack_from("<H", file, 32)[0]
    longs = 34 + 2 * words
    length = struct.unpack_from("<i", file, longs + 2 + 12)[0]  # ccpText (2.5.5)
    offsets = longs + 2 + 4 * struct.unpack_from("<H", file, longs)[0] + 2
    if not 0 <= length <= MAX_TEXT:
        raise FileError("too-large" if length > 0 else "unreadable")

    def part(place: int) -> bytes:
        start, size = struct.unpack_from("<II", file, offsets + 8 * place)
        return table[start : start + size]

    pieces = _read_pieces(part(_CLX))
    text, places = _read_text(file, pieces, length)
    runs = _read_runs(file, part(_CHPX), 1)
    shown = _shown(text, places, runs)
    yield from _cut(text, places, shown, _read_runs(file, part(_PAPX), 13), streams.get("Data", b""))


def _read_pieces(clx: bytes) -> list[tuple[_Piece, int]]:
    """The pieces with the place after the last character of each (2.8.35, 2.9.177)."""
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        raise FileError("unreadable")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    count = (min(size, len(clx) - at - 5) - 4) // 12
    if not 0 < count <= _MOST_PIECES:
        raise FileError("unreadable" if count <= 0 else "too-large")
    starts = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    pieces = []
    for number in range(count):
        offset = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
        narrow = bool(offset & 0x40000000)
        offset &= 0x3FFFFFFF
        pieces.append(
            (_Piece(starts[number], offset // 2 if narrow else offset, 1 if narrow else 2), starts[number + 1])
        )
    return pieces


def _read_text(file: bytes, pieces: Sequence[tuple[_Piece, int]], length: int) -> tuple[str, list[int]]:
    """The main text, and for each character the offset of its first byte in the file."""
    texts: list[str] = []
    places: list[int] = []
    for piece, end in pieces:
        count = min(end, length) - piece.start
        if piece.start != len(places) or count < 0:
            if piece.start >= length:
                break
            raise FileError("unreadable")
        raw = file[piece.offset : piece.offset + count * piece.size]
        if len(raw) < count * piece.size:
            raise FileError("unreadable")
        # One unit of UTF-16 a place; two units of one character are put together again by the caller's join.
        texts.append(raw.decode("cp1252", "replace") if piece.size == 1 else _units(raw))
        places += range(piece.offset, piece.offset + count * piece.size, piece.size)
    return "".join(texts), places


def _units(raw: bytes) -> str:
    return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))


def _read_runs(file: bytes, plc: bytes, entry: int) -> list[_Run]:
    """The runs of properties that pages of 512 bytes hold (2.9.53 for characters, 2.9.174 for paragraphs)."""
    count = (len(plc) - 4) // 8
    runs: list[_Run] = []
    for number in range(max(0, count)):
        page = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        content = file[page * _PAGE : (page + 1) * _PAGE]
        if len(content) < _PAGE:
            break
        held = content[-1]
        for place in range(held):
            end = struct.unpack_from("<I", content, 4 * (place + 1))[0]
            at = 4 * (held + 1) + entry * place
            if at < _PAGE - 1:
                runs.append(_Run(end, _exception(content, content[at] * 2, paragraph=entry > 1)))
        if len(runs) > _MOST_PIECES:
            raise FileError("too-large")
    runs.sort(key=lambda run: run.end)
    return runs


def _exception(page: bytes, at: int, *, paragraph: bool) -> bytes:
    """The properties at an offset of a page, with the style's number in front for paragraphs; empty for none."""
    if not at:
        return b""
    size = page[at]
    if not paragraph:
        return page[at + 1 : at + 1 + size]
    if size:
        return page[at + 1 : at + 2 * size]
    return page[at + 2 : at + 2 + 2 * page[at + 1]]


def _shown(text: str, places: Sequence[int], runs: Sequence[_Run]) -> list[bool]:
    """For each character whether a reader sees it: neither deleted nor hidden."""
    ends = [run.end for run in runs]
    silent = [any(operand[:1] == b"\1" for code, operand in read_properties(run.properties)
                  if code in (_DELETED, _HIDDEN)) for run in runs]  # fmt: skip
    if not any(silent):
        return [True] * len(text)
    found = (bisect_right(ends, place) for place in places)
    return [number >= len(silent) or not silent[number] for number in found]


def _cut(
    text: str, places: Sequence[int], shown: Sequence[bool], runs: Sequence[_Run], beside: bytes
) -> Iterator[Paragraph]:
    ends = [run.end for run in runs]
    start = 0
    for at, character in enumerate(text):
        if character not in "\r\a\f":
            continue
        number = bisect_right(ends, places[at])
        held = runs[number].properties if number < len(runs) else b""
        properties = dict(read_properties(held[2:]))
        for code in _HUGE:
            if len(properties.get(code, b"")) == 4:
                properties |= dict(_read_huge(beside, struct.unpack("<I", properties[code])[0]))
        words = "".join(char for char, seen in zip(text[start:at], shown[start:at], strict=True) if seen)
        joined = words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        yield Paragraph(joined, character, int.from_bytes(held[:2], "little"), properties)
        start = at + 1


def _read_huge(beside: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    size = int.from_bytes(beside[at : at + 2], "little")
    return read_properties(beside[at + 2 : at + 2 + size])


def read_properties(modifiers: bytes) -> Iterator[tuple[int, bytes]]:
    """The properties of a list of modifiers: opcode and operand (2.2.5.1)."""
    at = 0
    while at + 2 < len(modifiers):
        code = int.from_bytes(modifiers[at : at + 2], "little")
        at += 2
        size = (1, 1, 2, 4, 2, 2, 0, 3)[code >> 13]
        if not size:
            wide = code == 0xD608  # a table's definition states its length in two bytes, and one too many
            size = int.from_bytes(modifiers[at : at + 2], "little") - 1 if wide else modifiers[at]
            at += 2 if wide else 1
            if code == 0xC615 and size == 255:
                return  # a list of tab stops whose length has to be counted: nothing after it matters here
        if size < 0:
            return
        yield code, modifiers[at : at + size]
        at += size
