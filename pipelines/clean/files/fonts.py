"""The fonts of a PDF, by pdfminer, once what they ask for is known to be no more than a font has.

A range of two thousand million widths or characters takes twelve bytes to write and a day to fill in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pdfminer.pdffont import PDFFont
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import PDFStream, resolve1

from pipelines.clean.files.allowance import Allowance
from pipelines.clean.files.outcome import FileError

_LAST = 65_535  # the last number that a character of a font can have
_MOST = 100_000  # widths or characters that one font may tell of
_MAX_MAP = 2**19  # bytes of a table of characters; one of all that Unicode's first plane has takes less
_RANGES = re.compile(rb"begin(?:bf|cid)range(.*?)end(?:bf|cid)range", re.DOTALL)
_RANGE = re.compile(rb"<\s*([0-9A-Fa-f]{1,8})\s*>\s*<\s*([0-9A-Fa-f]{1,8})\s*>\s*(?:<|\[|\d)")
_NEW = 5_000  # of an allowance, for a font
_WIDTH, _MAPPED = 4, 2  # … for each width, and each byte of a table of characters


class Fonts(PDFResourceManager):
    """Fonts made once each. Raises ``FileError`` for one that no font is."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self._allowance = allowance

    def get_font(self, objid: object, spec: Mapping[str, Any]) -> PDFFont:
        """The font of a description; a widths' range that goes beyond what fonts have is cut."""
        if not objid or objid not in self._cached_fonts:
            self._allowance.spend(_NEW)
            spec = {**spec, **{key: self._read_widths(resolve1(spec[key]), key) for key in ("W", "W2") if key in spec}}
            self._check_map(resolve1(spec.get("ToUnicode")))
            self._check_map(resolve1(spec.get("Encoding")))
        return super().get_font(objid, spec)

    def _read_widths(self, given: object, key: str) -> list[Any]:
        widths = list(_cut_ranges(given, 3 if key == "W" else 5)) if isinstance(given, list) else []
        self._allowance.spend(_WIDTH * len(widths))
        return widths

    def _check_map(self, table: object) -> None:
        if not isinstance(table, PDFStream):
            return
        content = table.get_data()
        ends = (pair for ranges in _RANGES.findall(content) for pair in _RANGE.findall(ranges))
        mapped = sum(max(0, int(last, 16) - int(first, 16)) for first, last in ends)
        if len(content) > _MAX_MAP or mapped > _MOST:
            raise FileError("too-large")
        self._allowance.spend(_MAPPED * len(content))


def _cut_ranges(given: Sequence[Any], length: int) -> Iterator[Any]:
    """The numbers and lists of an array of widths: ``first [w …]`` or ``first last w``, of ``length`` numbers."""
    total, pending = 0, list[Any]()
    for item in map(resolve1, given):
        if isinstance(item, list):
            total += len(item)
            yield from (*pending[-1:], item)
            pending = []
        elif isinstance(item, (int, float)):
            pending.append(item)
        if len(pending) == length:
            first, last = (max(0, min(_LAST, int(number))) for number in pending[:2])
            total += max(0, last - first)
            yield from (first, last, *pending[2:])
            pending = []
        if total > _MOST:
            raise FileError("too-large")
