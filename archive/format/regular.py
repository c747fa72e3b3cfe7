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
_NOTHING = ("",)
_NONE = (None,)
_MOST_LAYOUTS = 8  # that a reader tries; a file that changes them with every record gains nothing by any
_MOST_NAMES = 48  # of a layout
_ANOTHER = b"\nWARC/"
_FEW = 16
_TWO_LINES = b"\r\n\r\n"
# Each line a token, a colon and a value; no folding, no line end but CR LF.
_HEAD = re.compile(r"WARC/[0-9]+\.[0-9]+[ \t]*+\r\n(?>[!-9;-~]++:[^\r\n]*+\r\n)++")

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
            head = member[: end + 2].decode("utf-8")
        except UnicodeDecodeError:
            return None
        fields = self._read_known(head)
        if fields is None:
            fields = self._read_new(head)
        stated = fields.get("content-length", _NOTHING)[0]
        if not (stated.isascii() and stated.isdigit() and len(stated) <= MOST_DIGITS):
            return None
        if end + 8 + int(stated) != len(member) or _holds_another(member, end):
            return None
        version, kind = head[: head.index("\r")].rstrip(), fields.get("warc-type", _NOTHING)[0].lower()
        return Record(offset, version, kind, fields.get("warc-record-id", _NONE)[0], fields, member[end + 4 : -4])

    def _read_known(self, head: str) -> Fields | None:
        for _ in range(len(self._layouts)):
            layout = self._layouts[0]
            self._layouts.rotate(-1)
            if match := layout.match(head):
                return _Values(layout.places, match.groups())
        return None

    def _read_new(self, head: str) -> Fields:
        """A header of a layout that is not known, each line by itself; no fields where one is not as it should be."""
        fields: dict[str, list[str]] = {}
        if _HEAD.fullmatch(head):
            pairs = [line.partition(":")[::2] for line in head.split("\r\n")[1:-1]]
            self._meet(tuple([name for name, _ in pairs]))
            for name, value in pairs:
                fields.setdefault(name.lower(), []).append(value.strip())
        return fields

    def _meet(self, names: Names) -> None:
        if len(names) > _MOST_NAMES or len(self._layouts) == _MOST_LAYOUTS:
            return
        if names in self._met:
            self._layouts.append(_make_layout(names))
        elif len(self._met) < 2 * _MOST_LAYOUTS:
            self._met.add(names)


class _Layout:
    """Headers that have the same fields in the same order; ``places`` of the values of each lower-case name."""

    def __init__(self, names: Names) -> None:
        lines = "".join([re.escape(name) + r":([^\r\n]*+)\r\n" for name in names])
        self.match = re.compile(r"WARC/[0-9]+\.[0-9]+[ \t]*+\r\n" + lines).fullmatch
        self.places: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            self.places.setdefault(name.lower(), []).append(place)


_make_layout = lru_cache(maxsize=64)(_Layout)


class _Values(Mapping[str, Sequence[str]]):
    """A header's values by lower-case name. Most are never asked for."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, Sequence[int]], values: Sequence[str]) -> None:
        self._places = places
        self._values = values

    def get(self, name: str, default: Any = None) -> Any:
        """The values of that name."""
        places = self._places.get(name)
        if places is None:
            return default
        if len(places) == 1:
            return [self._values[places[0]].strip()]
        return [self._values[place].strip() for place in places]

    def __getitem__(self, name: str) -> Sequence[str]:
        return [self._values[place].strip() for place in self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


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
