"""From record to record through one file: where each begins and ends, and every byte that belongs to none.

Nothing is held but a window: a block goes to its inspection in pieces. After damage the walk goes on at the next record
that can be found; a length that is too long has swallowed records, and in a plain file they are given back.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from archive.format.members import MemberSource
from archive.format.plain import ARC_START, RECORD_START, PlainSource, begins_record
from archive.verifying.arclines import FEWEST_FIELDS, count_fields, read_line
from archive.verifying.endings import Endings
from archive.verifying.facts import FactCollector
from archive.verifying.fieldrules import check_fields
from archive.verifying.heads import ARC, MOST_HEADER, Head, find_header_end, read_head
from archive.verifying.inspection import Inspection
from archive.verifying.labelled import Digest
from archive.verifying.problems import Findings, show_bytes
from archive.verifying.window import count_blanks, find_record, skip_to_record

Source = PlainSource | MemberSource

# A record's header, its length in the file (of its gzip member, or up to the next record), its payload's digests.
Placed = Callable[[Head, int, list[dict[str, Digest]]], None]
Advance = Callable[[int], None]

_PIECE = 1 << 18
_PEEK = 1 << 12

# Enough of a block's end to see line ends.
_TAIL = 8

# The version block of an ARC file is a few hundred bytes.
_MOST_VERSION_BLOCK = 1 << 14

_FAULTS = {"cut": "member-cut", "corrupt": "member-corrupt", "foreign": "member-garbage"}
_VERSION_BEGIN = re.compile(rb"W(A(R(C(/(\d+(\.\d*)?[ \t]*\r*)?)?)?)?)?")


class Walk:
    """The walk through one file. ``size`` is the file's, in bytes."""

    def __init__(self, source: Source, size: int, findings: Findings, collector: FactCollector) -> None:
        self.records: Counter[str] = Counter()  # by type
        self.members = 0
        self._source = source
        self._size = size
        self._findings = findings
        self._collector = collector
        self._endings = Endings(source, size, findings)
        self._zipped = isinstance(source, MemberSource)
        self._arc_fields = FEWEST_FIELDS
        self._seen = 0  # records, of this file
        self._garbled = False  # whether the current member held bytes that are no record
        self._pending: tuple[Head, list[dict[str, Digest]]] | None = None

    def run(self, placed: Placed, advance: Advance) -> None:
        """Read the whole file. ``placed`` learns of each record, ``advance`` how far the file is used up."""
        while self._source.advance():
            start = self._source.offset()
            self._read_member(placed, advance)
            if self._zipped and self._pending:
                placed(self._pending[0], self._source.position() - start, self._pending[1])
            self._pending = None

    def _read_member(self, placed: Placed, advance: Advance) -> None:
        """The records of one gzip member, or of a whole plain file."""
        count = 0
        if self._zipped and self._source.peek(1):
            self.members += 1
        while self._source.peek(1):
            self._skip_blanks()
            ahead = self._source.peek(_PEEK)
            if begins_record(ahead):
                count += 1
                self._read_record(ahead, first=count == 1, placed=placed, advance=advance)
            elif ahead:
                self._skip_garbage(ahead, first=count == 0)
        if count > 1 and self._zipped:
            self._findings.tell("many-records-in-member", offset=self._source.offset(), count=count)
        if not self._tell_fault() and not count and self._zipped and not self._garbled:
            self._findings.tell("member-empty", offset=self._source.offset())
        self._garbled = False

    def _skip_blanks(self) -> None:
        offset = self._source.offset()
        count = count_blanks(self._source)
        if count and not self._endings.blanks_allowed:
            self._findings.tell("blank-lines", offset=offset, count=count)
        self._endings.blanks_allowed = False

    def _skip_garbage(self, ahead: bytes, *, first: bool) -> None:
        offset = self._source.offset()
        self._garbled = True
        count = skip_to_record(self._source)
        if not self._zipped and not self._source.peek(1) and _VERSION_BEGIN.fullmatch(ahead):
            self._findings.tell("header-cut", offset=offset)
        elif first and self._zipped:
            self._findings.tell("member-without-record", offset=offset, found=show_bytes(ahead))
        else:
            self._findings.tell("garbage", offset=offset, count=count, found=show_bytes(ahead))

    def _read_record(self, ahead: bytes, *, first: bool, placed: Placed, advance: Advance) -> None:
        offset = self._source.offset()
        head = self._read_warc_head(offset) if RECORD_START.match(ahead) else self._read_arc_line(offset)
        if head is None:
            return
        self._seen += 1
        self.records[head.type or "unknown"] += 1
        inspection = Inspection(head, self._findings, self._collector)
        self._read_block(head, inspection, advance)
        advance(self._source.position())
        if not self._zipped:
            placed(head, self._source.offset() - offset, inspection.readings)
        elif first:
            self._pending = head, inspection.readings

    def _read_warc_head(self, offset: int) -> Head | None:
        for size in (_PEEK, 1 << 16, MOST_HEADER):
            ahead = self._source.peek(size)
            end = find_header_end(ahead)
            if end is not None:
                if b"\nWARC/" in ahead[:end] and find_record(ahead[1:end]) is not None:
                    break
                head = read_head(self._source.read(end), offset, self._findings)
                check_fields(head, self._findings)
                return head
            if find_record(ahead[1:]) is not None:
                break  # looking further would find another record's end
        self._source.read(1)
        skip_to_record(self._source)
        if not self._tell_fault():
            cut = not self._zipped and not self._source.peek(1)
            self._findings.tell("header-cut" if cut else "header-endless", offset=offset)
        self._garbled = True
        return None

    def _read_arc_line(self, offset: int) -> Head:
        raw = self._source.read(self._source.peek(_PEEK).find(b"\n") + 1)
        head = read_line(raw, offset, self._arc_fields, self._findings)
        if not self._seen and head.type != "warcinfo":
            self._findings.tell("arc-no-version", head)
        return head

    def _read_block(self, head: Head, inspection: Inspection, advance: Advance) -> None:
        if head.length is None:
            inspection.abandon()
            skip_to_record(self._source)
            self._endings.blanks_allowed = True
            return
        start = self._source.offset()
        length = self._endings.find_length(head, head.length)
        if not self._zipped and start + length > self._size:
            inspection.abandon()
            self._endings.find_lost_end(head)
            return
        beginning, tail, left = self._feed(length, inspection, advance)
        if left:
            inspection.abandon()
            if not self._tell_fault():
                self._findings.tell("length-long", head, stated=length, found=length - left)
            return
        if self._source.crossed:
            self._findings.tell("record-over-members", head)
        lack = inspection.finish()
        if head.version == ARC and head.type == "warcinfo":
            self._arc_fields = count_fields(head, beginning, self._findings)
        self._endings.check(head, start, lack, tail, vouched=inspection.vouched)

    def _feed(self, length: int, inspection: Inspection, advance: Advance) -> tuple[bytes, bytes, int]:
        """Hand the block over. Returns its first and its last bytes, and how many are missing at its end."""
        left, beginning, tail = length, b"", b""
        while left:
            piece = self._source.read(min(left, _PIECE))
            if not piece:
                break
            beginning = beginning or piece[:_MOST_VERSION_BLOCK]
            inspection.feed(piece)
            tail = (tail + piece)[-_TAIL:] if len(piece) < _TAIL else piece[-_TAIL:]
            left -= len(piece)
            advance(self._source.position())
        return beginning, tail, left

    def _tell_fault(self) -> bool:
        fault = self._source.take_fault()
        if fault:
            self._findings.tell(_FAULTS[fault.kind], offset=self._source.offset(), why=fault.why)
        return fault is not None


def is_archive(source: Source) -> bool:
    """Whether a record begins in the first megabyte."""
    ahead = source.peek(1 << 20)
    return begins_record(ahead.lstrip(b"\r\n")) or any(
        re.search(rb"\n(?=%s)" % pattern.pattern, ahead) for pattern in (RECORD_START, ARC_START)
    )


def total(records: Mapping[str, int]) -> int:
    """How many records of all types."""
    return sum(records.values())
