"""Regular records: one WARC record alone in a gzip member, as the standard wants it. Most of any archive is so.

Of a header's dozen fields a reader asks for five; they are looked for in the text when they are asked for, which takes
a third of the time that making a mapping of all of them does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from archive.record import Record

_TWO_LINES = b"\r\n\r\n"
# Each line a token, a colon and a value; no folding, no line end but CR LF.
_HEAD = re.compile(r"(WARC/[0-9]+\.[0-9]+)[ \t]*+\r\n(?>[!-9;-~]++:[^\r\n]*+\r\n)++")


def parse_regular(offset: int, member: bytes) -> Record | None:
    """The one WARC record that fills a member to its end; ``None`` where anything at all is out of the common."""
    end = member.find(_TWO_LINES)
    if end < 0 or not member.endswith(_TWO_LINES):
        return None
    try:
        text = member[: end + 2].decode("utf-8")
    except UnicodeDecodeError:
        return None
    match = _HEAD.fullmatch(text)
    lower = text.lower()
    if match is None or len(lower) != len(text):
        return None
    fields = _Fields(text, lower)
    stated = (fields.get("content-length") or ("",))[0]
    if not (stated.isascii() and stated.isdigit() and end + 8 + int(stated) == len(member)):
        return None
    return Record(offset, match[1], fields, member[end + 4 : -4])


class _Fields(Mapping[str, Sequence[str]]):
    """A regular header: the values by lower-case name, in their order."""

    __slots__ = ("_all", "_lower", "_text")

    def __init__(self, text: str, lower: str) -> None:
        self._text = text
        self._lower = lower
        self._all: dict[str, list[str]] | None = None

    def get(self, name: str, default: Sequence[str] | None = None) -> Sequence[str] | None:  # type: ignore[override]
        """The values of that name."""
        wanted = f"\r\n{name}:"
        at = self._lower.find(wanted)
        if at < 0:
            return default
        values = []
        while at >= 0:
            begin = at + len(wanted)
            end = self._text.find("\r", begin)
            values.append(self._text[begin:end].strip())
            at = self._lower.find(wanted, end)
        return values

    def __getitem__(self, name: str) -> Sequence[str]:
        return self._read_all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read_all())

    def __len__(self) -> int:
        return len(self._read_all())

    def _read_all(self) -> dict[str, list[str]]:
        if self._all is None:
            self._all = {}
            for line in self._text.split("\r\n")[1:-1]:
                name, _, value = line.partition(":")
                self._all.setdefault(name.lower(), []).append(value.strip())
        return self._all
