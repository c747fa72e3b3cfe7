"""Rich Text Format as blocks: paths as in a DOCX, ``paragraph 12`` and ``table 2 row 3 cell 4``.

Read as its specification (1.9.1) says: groups inherit and restore, destinations that are unknown and marked so are
skipped, ``\\u`` is followed by as many stand-ins as ``\\uc`` says, bytes are of the font's charset, else of the file's.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipelines.clean.files.outcome import FileError, collect
from pipelines.clean.files.rtfreader import Reader, Row, State
from pipelines.clean.page import Part

MAX_TOKENS = 600_000
MAX_DEPTH = 2_000
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)")
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet listtable listoverridetable info pict object objdata themedata colorschememapping"
    b" datastore latentstyles rsidtbl generator header headerl headerr headerf footer footerl footerr footerf footnote"
    b" annotation atnid atnauthor fldinst xmlnstbl pgptbl bkmkstart bkmkend filetbl revtbl nonshppict shppict ftnsep"
    b" ftnsepc aftnsep aftnsepc aftncn ftncn mmathPr pntext sp sn sv panose falt blipuid".split()
) - {b"pntext"}  # pntext is the number of a list, printed before its paragraph
_CHARSETS = {0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 204: "cp1251"}
_PAGES = {936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 65001: "utf-8", 54936: "gb18030"}
_SIGNS = {
    b"tab": " ", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip


def read_rtf(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a file in reading order. Raises ``FileError`` and ``GridTooLargeError``."""
    reader = Reader()
    for count, token in enumerate(_tokens(payload)):
        if count > MAX_TOKENS or len(reader.stack) > MAX_DEPTH:
            raise FileError("too-large")
        _take(reader, token)
    if reader.cells:
        reader.end_row()
    reader.in_table, reader.depth = False, 1
    reader.end_paragraph()
    reader.end_table()
    if not reader.parts and reader.stack:
        raise FileError("unreadable")
    return collect(reader.parts)


def _tokens(payload: bytes) -> Iterator[re.Match[bytes]]:
    """The tokens, raw bytes of pictures (``\\bin``) passed over."""
    at = 0
    while match := _TOKEN.search(payload, at):
        at = match.end()
        if match.group(1) == b"bin" and match.group(2):
            at += max(0, int(match.group(2)))
        yield match


def _take(reader: Reader, token: re.Match[bytes]) -> None:
    word, number, code, sign, brace, run = token.groups()
    if word is not None:
        _take_word(reader, word, int(number) if number else None)
    elif code is not None:
        reader.take_bytes(bytes([int(code, 16)]))
    elif brace == b"{":
        reader.flush()
        reader.stack.append(reader.state)
    elif brace == b"}":
        reader.flush()
        reader.owed = 0
        if reader.in_fonts and len(reader.stack) <= reader.in_fonts:
            reader.in_fonts = 0
        reader.state = reader.stack.pop() if reader.stack else State()
    elif run is not None:
        reader.take_bytes(run)
    elif sign == b"*":
        reader.state = replace(reader.state, skipped=True)
    elif sign in (b"~", b"_", b"\n", b"\r"):
        reader.write(" ") if sign == b"~" else reader.write("-") if sign == b"_" else reader.end_paragraph()
    elif sign in (b"\\", b"{", b"}"):
        reader.take_bytes(sign)


def _take_word(reader: Reader, word: bytes, number: int | None) -> None:
    if word == b"u" and number is not None:
        reader.take_unit(number)
        return
    reader.flush()
    reader.owed = 0
    if word in _SKIPPED:
        reader.state = replace(reader.state, skipped=True)
        if word == b"fonttbl":
            reader.in_fonts = len(reader.stack)
    elif word in _SIGNS:
        reader.write(_SIGNS[word])
    elif word in _NUMBERED:
        _NUMBERED[word](reader, number)
    elif not reader.state.skipped and word in _LAYOUT:
        _LAYOUT[word](reader, number)


def _set_font(reader: Reader, number: int | None) -> None:
    if reader.in_fonts:
        reader.font = number or 0
    else:
        reader.state = replace(reader.state, charset=reader.fonts.get(number or 0, ""))


def _set_charset(reader: Reader, number: int | None) -> None:
    if reader.in_fonts and number in _CHARSETS:
        reader.fonts[reader.font] = _CHARSETS[number] if number else ""


def _set_page(reader: Reader, number: int | None) -> None:
    reader.default = _PAGES.get(number or 0) or (f"cp{number}" if number in range(1250, 1259) else "cp1252")


def _set_stand_ins(reader: Reader, number: int | None) -> None:
    reader.state = replace(reader.state, stand_ins=max(0, min(number if number is not None else 1, 8)))


def _set_hidden(reader: Reader, number: int | None) -> None:
    reader.state = replace(reader.state, hidden=number != 0)


def _unset(reader: Reader, _: int | None) -> None:
    reader.state = replace(reader.state, hidden=False)


def _begin_paragraph(reader: Reader, _: int | None) -> None:
    reader.in_table, reader.depth, reader.level = False, 1, 0


def _enter_table(reader: Reader, _: int | None) -> None:
    reader.in_table = True


def _set_depth(reader: Reader, number: int | None) -> None:
    reader.depth = max(1, number or 1)


def _set_level(reader: Reader, number: int | None) -> None:
    reader.level = number + 1 if number is not None and 0 <= number < 9 else 0


def _begin_row(reader: Reader, _: int | None) -> None:
    reader.row = Row()


def _add_edge(reader: Reader, number: int | None) -> None:
    row = reader.row
    if len(row.edges) < 1000:
        row.edges.append(number or 0)
        row.marks.append((row.across, row.down))
    row.across, row.down = 0, False


def _set_left(reader: Reader, number: int | None) -> None:
    reader.row.left = number or 0


def _merge_first(reader: Reader, _: int | None) -> None:
    reader.row.across = 1


def _merge_on(reader: Reader, _: int | None) -> None:
    reader.row.across = 2


def _merge_down(reader: Reader, _: int | None) -> None:
    reader.row.down = True


_Word = Callable[[Reader, int | None], None]
# Words that count also where text is skipped: fonts are defined there.
_NUMBERED: dict[bytes, _Word] = {
    b"f": _set_font, b"fcharset": _set_charset, b"ansicpg": _set_page, b"uc": _set_stand_ins,
    b"v": _set_hidden, b"deleted": _set_hidden, b"plain": _unset,
}  # fmt: skip
_LAYOUT: dict[bytes, _Word] = {
    b"par": lambda reader, _: reader.end_paragraph(), b"sect": lambda reader, _: reader.end_paragraph(),
    b"line": lambda reader, _: reader.end_line(), b"page": lambda reader, _: reader.end_line(),
    b"cell": lambda reader, _: reader.end_cell(), b"row": lambda reader, _: reader.end_row(),
    b"nestcell": lambda reader, _: reader.end_line(), b"nestrow": lambda reader, _: reader.end_line(),
    b"pard": _begin_paragraph, b"intbl": _enter_table, b"itap": _set_depth, b"outlinelevel": _set_level,
    b"trowd": _begin_row, b"trleft": _set_left,
    b"cellx": _add_edge, b"clmgf": _merge_first, b"clmrg": _merge_on, b"clvmrg": _merge_down,
}  # fmt: skip
