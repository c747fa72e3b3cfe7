"""Records of WARC and ARC files, one after another, with their true offsets; damage is told and passed over.

warcio reads a file that is cut inside a gzip member without complaint, so this loop is our own: every block is held
against its length, and what follows a record must be the next one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import IO

from archive.errors import ArchiveError
from archive.format.fields import decode_header, read_fields
from archive.format.members import GZIP_MAGIC, MemberSource
from archive.format.plain import ARC_START, RECORD_START, PlainSource, begins_record
from archive.format.record import Broken, OnBroken, Record
from archive.format.regular import MOST_DIGITS, MOST_HEADER, RegularReader
from archive.format.swallowed import EMBEDDED, count_surplus, cut_before, has_swallowed

# Scrapy keeps no answer of more than 1 GiB either (DOWNLOAD_MAXSIZE).
MOST_BLOCK = (1 << 30) + (1 << 20)
_MOST_TOGETHER = 128  # the same work many times over is quicker than many works in turns

_HEADER_END = re.compile(rb"\n\r*\n")

Source = PlainSource | MemberSource


def read_records(file: IO[bytes], path: str, on_broken: OnBroken, offset: int = 0) -> Iterator[Record]:
    """Every record from ``offset`` on, in file order.

    Damage goes to ``on_broken``; reading goes on at the next record that can be found. Raises ``ArchiveError`` for a
    file that begins as no archive does.
    """
    return chain.from_iterable(read_groups(file, path, on_broken, offset))


def read_groups(file: IO[bytes], path: str, on_broken: OnBroken, offset: int = 0) -> Iterator[Sequence[Record]]:
    """The same as ``read_records``, those together that are read together: a hundred or so of a sound file."""
    return _Records(_open_source(file, path, offset), path, on_broken).read()


def _open_source(file: IO[bytes], path: str, offset: int) -> Source:
    file.seek(offset)
    first = file.read(1024)
    if not first:
        raise ArchiveError(f"{path}: nothing to read at {offset}; the file is {'shorter' if offset else 'empty'}")
    if first.startswith(GZIP_MAGIC[: len(first)]):
        source: Source = MemberSource(file, offset)
        source.advance()
        first, found = source.peek(4096), "gzip of "
    else:
        source, found = PlainSource(file, offset), ""
        first = source.peek(4096)
    if first.strip() and not begins_record(first.lstrip()):
        raise ArchiveError(f"{path}: not a WARC or ARC file: it begins with {found}{first[:24]!r}")
    return source


class _Records:
    """The loop over one file."""

    def __init__(self, source: Source, path: str, on_broken: OnBroken) -> None:
        self._source = source
        self._path = path
        self._on_broken = on_broken
        self._arc_fields = 5
        self._shared_told = False
        self._regular = RegularReader()
        self._together = 1

    def read(self) -> Iterator[Sequence[Record]]:
        last = -1
        while True:
            if isinstance(self._source, MemberSource):
                for regular in self._read_regular(self._source):
                    last = regular[-1].offset
                    yield regular
            if not self._advance():
                return
            self._skip_blank_lines()
            offset = self._source.offset()
            if not self._source.peek(1):
                continue
            if offset == last and not self._shared_told:
                self._shared_told = True
                self._tell(offset, "several records in one gzip member: none but the first can be found by its offset")
            last = offset
            record = self._read_record(offset)
            if record is not None:
                yield (record,)

    def _read_regular(self, source: MemberSource) -> Iterator[Sequence[Record]]:
        """The next records as long as each is alone in a gzip member and as the standard wants it: most of any archive.

        Whatever is not so is left for the steps that know what may be wrong. The groups grow while all are regular, so
        that who wants but one record waits for no other.
        """
        read = self._regular.read
        while members := source.take_members(self._together):
            records = [read(offset, member) for offset, member in members]
            regular = [record for record in records if record is not None]
            if len(regular) == len(records):
                self._together = min(2 * self._together, _MOST_TOGETHER)
                yield regular
                continue
            odd = records.index(None)
            source.return_to(odd)
            self._together = 1
            if odd:
                yield regular[:odd]
            return

    def _advance(self) -> bool:
        if not self._source.peek(1):
            self._tell_fault()
        return self._source.advance()

    def _read_record(self, offset: int) -> Record | None:
        ahead = self._source.peek(4096)
        if RECORD_START.match(ahead):
            record = self._read_warc(offset)
        elif ARC_START.match(ahead):
            record = self._read_arc(offset)
        else:
            self._tell(offset, f"no record begins here: {ahead[:24]!r}")
            self._pass_over()
            return None
        return record

    def _read_warc(self, offset: int) -> Record | None:
        head = self._read_header()
        if head is None:
            # No header ends in this window, so none in it is whole; but one may begin near its end.
            self._source.read(max(1, len(self._source.peek(MOST_HEADER)) - 4096))
            self._give_up(offset, "a record's header without an end")
            return None
        version, _, rest = head.partition(b"\n")
        fields: dict[str, list[str]] = {}
        for name, value in read_fields(rest):
            fields.setdefault(name.lower(), []).append(value)
        stated = fields.get("content-length", [None])[0]
        if stated is None or not (stated.isascii() and stated.isdigit() and len(stated) <= MOST_DIGITS):
            self._give_up(offset, f"a record whose Content-Length is {stated and stated[:24]!r}")
            return None
        return self._read_block(offset, decode_header(version).strip(), fields, int(stated))

    def _read_arc(self, offset: int) -> Record | None:
        line = decode_header(self._read_line()).strip()
        if line.startswith("filedesc:"):
            self._arc_fields = 5
        parts = line.rsplit(" ", self._arc_fields - 1)
        if len(parts) < 5 or not (parts[-1].isascii() and parts[-1].isdigit() and len(parts[-1]) <= MOST_DIGITS):
            self._give_up(offset, f"an ARC record whose length is {parts[-1][:24]!r}")
            return None
        kind = "warcinfo" if line.startswith("filedesc:") else "response"
        fields = {
            "warc-type": [kind],
            "warc-target-uri": [parts[0]],
            "warc-ip-address": [parts[1]],
            "warc-date": [parts[2]],
        }
        record = self._read_block(offset, "ARC", fields, int(parts[-1]))
        if record and kind == "warcinfo":
            self._learn_arc_version(record.block)
        return record

    def _learn_arc_version(self, block: bytes) -> None:
        """The version block names the fields of each record's line: five of them, or ten in version 2."""
        lines = [line for line in block.split(b"\n") if line.startswith(b"URL ")]
        self._arc_fields = len(lines[0].split()) if lines else 5

    def _read_block(self, offset: int, version: str, fields: Mapping[str, Sequence[str]], size: int) -> Record | None:
        if size > MOST_BLOCK:
            self._give_up(offset, f"a record of {size} bytes: more than this reader takes ({MOST_BLOCK})")
            return None
        block = self._source.read(size)
        if len(block) < size or not self._ends_well() or has_swallowed(block, fields):
            block = self._cut_at_next(offset, block, size, fields["warc-type"][0] if "warc-type" in fields else "")
        elif surplus := count_surplus(block, self._source.peek(4)):
            block, size = block[:-surplus], size - surplus
            why = f"a record whose length counts in {surplus} bytes of the line ends after it"
            self._on_broken(Broken(self._path, offset, why, harmless=True))
        # A wrong checksum shows after the last byte that something before it is wrong.
        short = self._tell_fault() == "corrupt" or len(block) < size
        kind, own = (fields[name][0] if name in fields else None for name in ("warc-type", "warc-record-id"))
        return Record(offset, version, (kind or "").lower(), own, fields, block, short=short)

    def _ends_well(self) -> bool:
        """Whether the end of the file, of the member, or another record follows after blank lines."""
        ahead = self._source.peek(4096)
        stripped = ahead.lstrip(b"\r\n")
        return not stripped or begins_record(stripped) or ARC_START.match(stripped + b"\n") is not None

    def _cut_at_next(self, offset: int, block: bytes, size: int, kind: str) -> bytes:
        """A length that is too long has swallowed the next record: give it back. Else tell what is wrong."""
        # The length may reach but a few bytes into the next record.
        match = EMBEDDED.search(block + self._source.peek(256))
        if match and match.start() < len(block):
            self._source.unread(block[match.end() :])
            block = cut_before(block, match)
            self._tell(offset, f"a record of {size} bytes by its length, {len(block)} before the next record begins")
        elif len(block) < size:
            self._tell(offset, f"a record cut short: {len(block)} of {size} bytes")
        else:
            why = f"bytes after the record that belong to none: {self._source.peek(24)!r}"
            self._on_broken(Broken(self._path, offset, why, harmless=kind in ("request", "metadata", "warcinfo")))
            self._pass_over()
        return block

    def _give_up(self, offset: int, why: str) -> None:
        self._tell(offset, why)
        self._pass_over()

    def _pass_over(self) -> None:
        """To the next record. Within a member, that is a line of it; then the next member."""
        if isinstance(self._source, PlainSource):
            self._source.seek_record()
            return
        while self._source.peek(1):
            rest = self._source.peek(1 << 16)
            if begins_record(rest):
                return
            if match := EMBEDDED.search(rest):
                self._source.read(match.end())
                return
            self._source.read(len(rest))

    def _read_header(self) -> bytes | None:
        for size in (1 << 12, 1 << 16, MOST_HEADER):
            match = _HEADER_END.search(self._source.peek(size))
            if match:
                return self._source.read(match.end())
        return None

    def _read_line(self) -> bytes:
        return self._source.read(self._source.peek(4096).find(b"\n") + 1)

    def _skip_blank_lines(self) -> None:
        while ahead := self._source.peek(64):
            blank = len(ahead) - len(ahead.lstrip(b"\r\n"))
            self._source.read(blank)
            if blank < len(ahead):
                return

    def _tell_fault(self) -> str | None:
        """What kind of fault was told, if there was one."""
        fault = self._source.take_fault()
        if fault:
            self._tell(self._source.offset(), str(fault))
        return fault.kind if fault else None

    def _tell(self, offset: int, why: str) -> None:
        self._on_broken(Broken(self._path, offset, why))
