"""Regular records: one WARC record alone in a gzip member, as the standard wants it. Most of any archive is so.

A tool gives its records of one type the same fields in the same order. Once such an order was met twice, one expression
takes all values out of a header, in half the time that a look at each of a dozen fields takes.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from archive.format.record import Record

MOST_HEADER = 1 << 20  # bytes
MOST_DIGITS = 15  # of a length
_NONE = (None,)
_NEEDED = ("content-length", "warc-type", "warc-record-id")
_MOST_LAYOUTS = 8  # that a reader tries; a file that changes them with every record gains nothing by any
_MOST_NAMES = 48  # of a layout
_ANOTHER = b"\nWARC/"
_FEW = 16
_TWO_LINES = b"\r\n\r\n"
# Each line a token, a colon and a value; no folding, no line end but CR LF.
_VERSION = r"(WARC/[0-9]+\.[0-9]+)[ \t]*+\r\n"
_HEAD = re.compile(_VERSION + r"(?>[!-9;-~]++:[^\r\n]*+\r\n)++")
_DIGITS = f"[0-9]{{1,{MOST_DIGITS}}}+"
_TEXT, _NUMBER = r":(.*)\r\n", rf":[ \t]*+({_DIGITS})[ \t]*+\r\n"
_LENGTH = re.compile(_DIGITS)

Names = tuple[str, ...]
Fields = Mapping[str, Sequence[str]]


class RegularReader:
    """Reads one member after another; what it gives of one does not depend on those before."""

    def __init__(self) -> None:
        self._met: set[Names] = set()
        # Types of records come in turns: the layout that was not used for longest is tried first.
        self._layouts: deque[_Layout] = deque()

    def read(self, offset: int, member: bytes) -> Record | None:
        """The one record that fills a member to its end; ``None`` where anything at all is out of the common."""
        end = member.find(_TWO_LINES)
        if not member.endswith(_TWO_LINES) or end > MOST_HEADER:
            return None
        try:
            head = member[: end + 2].decode()
        except UnicodeDecodeError:
            return None
        fields: Fields | None
        for turns, layout in enumerate(self._layouts, 1):
            if match := layout.match(head):
                self._layouts.rotate(-turns)
                version, stated, kind, own = match.group(*layout.needed)
                kind, own, fields = kind.strip(), own.strip(), _Values(layout, match)
                break
        else:
            if (fields := self._read_new(head)) is None:
                return None
            stated, kind, own = (fields.get(name, _NONE)[0] for name in _NEEDED)
            version = head[: head.index("\r")].rstrip()
        if end + 8 + int(stated) != len(member) or (member.find(b"W", end) >= 0 and _holds_another(member, end)):
            return None
        return Record(offset, version, (kind or "").lower(), own, fields, member[end + 4 : -4])

    def _read_new(self, head: str) -> Fields | None:
        """A header of a layout that is not known, each line by itself; nothing where one is not as it should be."""
        if not _HEAD.fullmatch(head):
            return None
        pairs = [line.partition(":")[::2] for line in head.split("\r\n")[1:-1]]
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name.lower(), []).append(value.strip())
        if not _LENGTH.fullmatch(fields.get("content-length", [""])[0]):
            return None
        self._meet(tuple([name for name, _ in pairs]))
        return fields

    def _meet(self, names: Names) -> None:
        if len(names) > _MOST_NAMES or len(self._layouts) == _MOST_LAYOUTS:
            return
        if names in self._met:
            if layout := _make_layout(names):
                self._layouts.append(layout)
        elif len(self._met) < 2 * _MOST_LAYOUTS:
            self._met.add(names)


class _Layout:
    """Headers that have the same fields in the same order; ``places`` of the values of each lower-case name."""

    def __init__(self, names: Names) -> None:
        lines = [re.escape(name) + (_NUMBER if name.lower() == "content-length" else _TEXT) for name in names]
        self.match = re.compile(_VERSION + "".join(lines)).fullmatch
        self.places: dict[str, list[int]] = {}
        for place, name in enumerate(names, 2):
            self.places.setdefault(name.lower(), []).append(place)
        # Of the names that stand but once, which nearly all do.
        self.only = {name: places[0] for name, places in self.places.items() if len(places) == 1}
        self.needed = (1, *[self.places[name][0] for name in _NEEDED])


@lru_cache(maxsize=64)
def _make_layout(names: Names) -> _Layout | None:
    """A layout; none where it lacks what every record of the standard has."""
    return _Layout(names) if {name.lower() for name in names}.issuperset(_NEEDED) else None


class _Values(Mapping[str, Sequence[str]]):
    """A header's values by lower-case name. Most are never asked for."""

    __slots__ = ("_layout", "_values")

    def __init__(self, layout: _Layout, values: re.Match[str]) -> None:
        self._layout = layout
        self._values = values

    def get(self, name: str, default: Any = None) -> Any:
        """The values of that name."""
        if (place := self._layout.only.get(name)) is not None:
            return [self._values[place].strip()]
        return self[name] if name in self._layout.places else default

    def __getitem__(self, name: str) -> Sequence[str]:
        return [self._values[place].strip() for place in self._layout.places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.places)

    def __len__(self) -> int:
        return len(self._layout.places)


def _holds_another(member: bytes, start: int) -> bool:
    """Whether another record may begin within, swallowed by a length too long; a letter alone is found soonest."""
    at = start
    for _ in range(_FEW):
        at = member.find(b"W", at + 1)
        if at < 0:
            return False
        if member.startswith(_ANOTHER, at - 1):
            return True
    return member.find(_ANOTHER, at) >= 0
