"""Headers of records, read as they are written: line ends, folding, characters and order included."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from archive.fields import decode_header
from archive.verifying.problems import Findings, show_bytes
from archive.verifying.values import read_length

CRLF = b"\r\n"
ARC = "ARC"

# No header is longer: a URL of 64 KiB and some fields stay far below it.
MOST_HEADER = 1 << 20

_HEADER_END = re.compile(rb"\n\r*\n")
_LINE = re.compile(rb"([^\n]*?)(\r*\n)")
_VERSION = re.compile(rb"WARC/(\d+\.\d+)")
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class Head:
    """A record's header. An ARC record has the fields that a WARC record of the same thing would have."""

    offset: int  # of the record's first byte, or of its gzip member's
    version: str  # 1.1; ARC
    fields: Mapping[str, Sequence[str]]  # values by lower-case name, in their order
    names: Mapping[str, str] = field(default_factory=dict)  # as first written, by lower-case name
    newline: bytes = CRLF  # how its lines end
    size: int = 0  # in bytes, the blank line included
    raw: bytes = field(default=b"", repr=False)

    @cached_property
    def type(self) -> str:
        """WARC-Type in lower case."""
        return (self.value("warc-type") or "").lower()

    @cached_property
    def id(self) -> str | None:
        """WARC-Record-ID as written."""
        return self.value("warc-record-id") or None

    @cached_property
    def length(self) -> int | None:
        """Content-Length, where it is a number."""
        return read_length(self.value("content-length") or "")

    def values(self, name: str) -> Sequence[str]:
        """Every value of that lower-case name."""
        return self.fields.get(name, ())

    def value(self, name: str) -> str | None:
        """The first value of that lower-case name."""
        values = self.fields.get(name)
        return values[0] if values else None


@dataclass
class _Lines:
    """What a header's lines came to."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    odd: list[bytes] = field(default_factory=list)
    folded: bool = False
    last: str | None = None  # the field that a folded line goes on with


def find_header_end(ahead: bytes) -> int | None:
    """Where the block begins, if the header ends within these bytes."""
    match = _HEADER_END.search(ahead)
    return match.end() if match else None


def read_head(raw: bytes, offset: int, findings: Findings) -> Head:
    """The header in these bytes, blank line included; what is not as the standard writes it is told."""
    lines = list(_split(raw))
    version = _VERSION.match(lines[0][0])
    found = _Lines()
    for line, _ in lines[1:-1]:
        _read_line(line, found)
    ends = {end for _, end in lines}
    head = Head(
        offset=offset,
        version=version[1].decode("ascii") if version else "",
        fields=found.fields,
        names=found.names,
        newline=min(ends, key=lambda end: (end == CRLF, end)),
        size=len(raw),
        raw=raw,
    )
    _tell_lines(head, lines[0][0], found, findings)
    return head


def _split(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    for match in _LINE.finditer(raw):
        yield match[1], match[2]


def _read_line(line: bytes, found: _Lines) -> None:
    if line[:1] in (b" ", b"\t"):
        if found.last is None:
            found.odd.append(line)
            return
        found.folded = True
        values = found.fields[found.last]
        values[-1] = f"{values[-1]} {decode_header(line).strip()}".strip()
        return
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name) or _CONTROL.search(value):
        found.odd.append(line)
    if not colon or not name.strip():
        found.last = None
        return
    written = decode_header(name).strip()
    found.last = written.lower()
    found.names.setdefault(found.last, written)
    found.fields.setdefault(found.last, []).append(decode_header(value).strip())


def _tell_lines(head: Head, first: bytes, found: _Lines, findings: Findings) -> None:
    if not _VERSION.fullmatch(first.rstrip(b" \t")):
        findings.tell("header-line", head, found=show_bytes(first))
    elif first[-1:] in (b" ", b"\t"):
        findings.tell("header-ending", head, found="white space")
    for line in found.odd:
        findings.tell("header-line", head, found=show_bytes(line, 60))
    if head.newline != CRLF:
        findings.tell("header-ending", head, found=name_newline(head.newline))
    if found.folded:
        findings.tell("header-folded", head)
    try:
        head.raw.decode("utf-8")
    except UnicodeDecodeError:
        findings.tell("header-charset", head)


def name_newline(newline: bytes) -> str:
    """``LF``, ``CR CR LF``: the bytes by their names."""
    return " ".join("CR" if byte == 13 else "LF" for byte in newline)
