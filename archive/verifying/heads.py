"""Headers of records, read as they are written: line ends, folding, characters and order included."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from archive.format.fields import decode_header
from archive.verifying.problems import Findings, show_text
from archive.verifying.values import read_length

CRLF = b"\r\n"
ARC = "ARC"

# No header is longer: a URL of 64 KiB and some fields stay far below it.
MOST_HEADER = 1 << 20

_HEADER_END = re.compile(rb"\n\r*\n")
_NEWLINE = re.compile(rb"\r*\n")
_VERSION = re.compile(r"WARC/(\d+\.\d+)", re.ASCII)
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?![\r\n])")
_NONE = ("",)


@dataclass(frozen=True, slots=True)
class Head:
    """A record's header, by ``make_head``. An ARC record has the fields that a WARC record of the same would have."""

    offset: int  # of the record's first byte, or of its gzip member's
    version: str  # 1.1; ARC
    type: str  # WARC-Type in lower case
    id: str | None  # WARC-Record-ID as written
    length: int | None  # Content-Length, where it is a number
    fields: Mapping[str, Sequence[str]] = field(repr=False)  # values by lower-case name, in their order
    newline: bytes  # how its lines end
    raw: bytes = field(repr=False)  # its bytes, the blank line included

    def values(self, name: str) -> Sequence[str]:
        """Every value of that lower-case name."""
        return self.fields.get(name, ())

    def value(self, name: str) -> str | None:
        """The first value of that lower-case name."""
        values = self.fields.get(name)
        return values[0] if values else None


def make_head(
    offset: int,
    version: str,
    fields: Mapping[str, Sequence[str]],
    *,
    newline: bytes = CRLF,
    raw: bytes = b"",
) -> Head:
    """A header with what is looked up most in it."""
    return Head(
        offset=offset,
        version=version,
        type=fields.get("warc-type", _NONE)[0].lower(),
        id=fields.get("warc-record-id", _NONE)[0] or None,
        length=read_length(fields.get("content-length", _NONE)[0]),
        fields=fields,
        newline=newline,
        raw=raw,
    )


@dataclass(slots=True)
class _Lines:
    """What a header's lines came to."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    folded: bool = False
    control: bool = False  # whether there is a control character anywhere
    last: str | None = None  # the field that a folded line goes on with


def find_header_end(ahead: bytes) -> int | None:
    """Where the block begins, if the header ends within these bytes."""
    match = _HEADER_END.search(ahead)
    return match.end() if match else None


def read_head(raw: bytes, offset: int, findings: Findings) -> Head:
    """The header in these bytes, blank line included; what is not as the standard writes it is told."""
    text = decode_header(raw)
    first, *lines = text.split("\n")[:-2]
    found = _Lines(control=_CONTROL_BYTE.search(raw) is not None)
    for line in lines:
        _read_line(line.rstrip("\r"), found)
    first = first.rstrip("\r")
    version = _VERSION.match(first)
    head = make_head(
        offset,
        version[1] if version else "",
        found.fields,
        newline=_find_newline(raw),
        raw=raw,
    )
    _tell_lines(head, first, found, findings)
    return head


def _find_newline(raw: bytes) -> bytes:
    """CR LF where every line ends so; else the first of the others."""
    if raw.count(b"\n") == raw.count(CRLF) and b"\r\r" not in raw:
        return CRLF
    return min((match[0] for match in _NEWLINE.finditer(raw)), key=lambda end: (end == CRLF, end))


def _read_line(line: str, found: _Lines) -> None:
    if line[:1] in (" ", "\t"):
        _read_folded(line, found)
        return
    name, colon, value = line.partition(":")
    key = _read_name(name)
    if key is None or not colon:
        found.odd.append(line)
        if not colon or not name.strip():
            found.last = None
            return
        key = name.strip().lower()
    if found.control and _CONTROL.search(value):
        found.odd.append(line)
    found.last = key
    found.fields.setdefault(key, []).append(value.strip())


def _read_folded(line: str, found: _Lines) -> None:
    if found.last is None:
        found.odd.append(line)
        return
    found.folded = True
    values = found.fields[found.last]
    values[-1] = f"{values[-1]} {line.strip()}".strip()


@lru_cache(maxsize=1024)
def _read_name(name: str) -> str | None:
    """A field's name in lower case; ``None`` for what is no token."""
    return name.lower() if _NAME.fullmatch(name) else None


def _tell_lines(head: Head, first: str, found: _Lines, findings: Findings) -> None:
    if not _VERSION.fullmatch(first.rstrip(" \t")):
        findings.tell("header-line", head, found=show_text(first, 60))
    elif first[-1:] in (" ", "\t"):
        findings.tell("header-ending", head, found="white space")
    for line in found.odd:
        findings.tell("header-line", head, found=show_text(line, 60))
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
