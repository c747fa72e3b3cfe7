"""One record of an archive file, and a place of it that is not as it should be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Broken:
    """A place of an archive file that is not as it should be."""

    path: str
    offset: int
    why: str
    harmless: bool = False  # no answer is touched by it: the end of a request's or a metadata record's block

    def __str__(self) -> str:
        return f"{self.path} at {self.offset}: {self.why}"


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record of any type. An ARC record has the headers that a WARC record of the same thing would have."""

    offset: int  # of its first byte, or of its gzip member's
    version: str  # WARC/1.1, …; ARC
    type: str  # WARC-Type in lower case
    id: str | None  # WARC-Record-ID as written, brackets included; ARC has none
    fields: Mapping[str, Sequence[str]]  # the header's values by lower-case name, in their order
    block: bytes
    short: bool = False  # the file has less of the block than the record's length says, or it was damaged there

    def __repr__(self) -> str:
        return f"Record({self.type} {self.id} at {self.offset}, {len(self.block)} bytes)"

    def header(self, name: str) -> str | None:
        """The first header of that lower-case name."""
        values = self.fields.get(name)
        return values[0] if values else None

    def values(self, name: str) -> Sequence[str]:
        """Every header of that lower-case name."""
        return self.fields.get(name, ())


OnBroken = Callable[[Broken], None]
