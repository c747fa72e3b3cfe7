"""How much work a PDF may be: counted, not timed, so that the result is the same on every machine.

Work is counted in what takes about a microsecond. Each page adds to what may be spent, so that a report of a hundred
pages is read whole and one that was made to hang its reader ends as soon as it costs more than so many pages would.
"""

import zlib
from typing import Any

from pdfminer.pdftypes import LITERALS_FLATE_DECODE

from pipelines.clean.files.outcome import FileError

FIRST = 1_000_000  # for the file itself
PER_PAGE = 60_000  # five times what a page full of small print is
MAX_DRAWN = 2**20  # bytes of operators of one page: of text and tables a page has a twentieth of that
MAX_PATHS = 8000  # … and paths: of tables whose every cell draws its own four sides a page has a quarter of that
_MAX_PACKED = 2**18  # bytes of a stream that is packed in another way than by deflate, which only Python undoes
_BYTE, _TOKEN, _OPERATOR, _PATH, _CHARACTER = 0.01, 1, 2, 4, 12


class DrawingError(Exception):
    """A page that is a drawing (a map), for the number of its operators."""


class Allowance:
    """What a file may still spend. Raises ``FileError`` where that is nothing."""

    def __init__(self) -> None:
        self._left: float = FIRST
        self._drawn = self._paths = 0

    def begin_page(self) -> None:
        """A page begins: it has an allowance of its own, and leaves the next ones what it does not need."""
        self._drawn = self._paths = 0
        self._left += PER_PAGE

    def unpack(self, stream: Any) -> bytes:
        """The operators of a stream of pdfminer. Raises ``DrawingError`` where the page has too many of them."""
        content = _unpack(stream)
        self._drawn += len(content)
        if self._drawn > MAX_DRAWN:
            raise DrawingError
        self.spend(_BYTE * len(content))
        return content

    def spend_operator(self, tokens: int) -> None:
        """One operator, for which so many tokens were read."""
        self.spend(_OPERATOR + _TOKEN * tokens)

    def spend_path(self, pieces: int = 1) -> None:
        """A path of so many pieces. Raises ``DrawingError`` where it is one too many of the page."""
        self._paths += 1
        if self._paths > MAX_PATHS:
            raise DrawingError
        self.spend(_PATH * pieces)

    def spend_character(self) -> None:
        """One character, and what laying it out will cost."""
        self.spend(_CHARACTER)

    def spend(self, work: float) -> None:
        """So much work."""
        self._left -= work
        if self._left < 0:
            raise FileError("too-large")


def _unpack(stream: Any) -> bytes:
    """The content of a stream, of a deflated one no more than a page may have, and one byte that says so."""
    filters = stream.get_filters()
    if stream.rawdata is None or not filters:
        return bytes(stream.get_data())
    if len(filters) == 1 and filters[0][0] in LITERALS_FLATE_DECODE and not filters[0][1] and not stream.decipher:
        return _inflate(stream.rawdata)
    if len(stream.rawdata) > _MAX_PACKED:
        raise DrawingError
    return bytes(stream.get_data())


def _inflate(packed: bytes) -> bytes:
    """What is sound at the beginning of deflated bytes."""
    unpacked, engine = bytearray(), zlib.decompressobj()
    try:
        for start in range(0, len(packed), 1024):
            unpacked += engine.decompress(packed[start : start + 1024], MAX_DRAWN + 1)
            if len(unpacked) > MAX_DRAWN:
                break
    except zlib.error:
        pass
    return bytes(unpacked)
