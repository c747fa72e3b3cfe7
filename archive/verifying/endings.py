"""What follows a block: two line ends and then a record or nothing. Anything else says that a length is wrong."""

import re

from archive.format.fields import MEDIA_TYPE
from archive.format.members import MemberSource
from archive.format.message import content_length, read_answer
from archive.format.plain import RECORD_START, PlainSource
from archive.format.swallowed import OWN_WORDS
from archive.verifying.heads import ARC, CRLF, Head
from archive.verifying.problems import Findings, show_bytes
from archive.verifying.window import WINDOW, count_blanks, find_record, find_swallowed, skip_to_record

Source = PlainSource | MemberSource

# What is left over and no longer than this is the end of the block before it, whatever the block holds.
_SHORT = 64

# A request may end so many bytes after its length. Some writers counted characters, others lost a line end; nothing
# that is replayed hangs on it, and the two line ends after it leave no doubt where the record ends.
_FEW = 8

# Reading blocks again for the records in them stops after so many times the file's size: lengths can be made to lie.
_MOST_AGAIN = 4

_HTTP_HEAD = re.compile(rb"HTTP/.*?\n\r*\n", re.DOTALL)
_BARE_LF = re.compile(rb"(?<!\r)\n")


class Endings:
    """The places between the records of one file."""

    def __init__(self, source: Source, size: int, findings: Findings) -> None:
        self.blanks_allowed = False  # whether blank lines before the next record are nobody's fault
        self._source = source
        self._findings = findings
        self._size = size
        self._again = size * _MOST_AGAIN

    def find_length(self, head: Head, stated: int) -> int:
        """How many bytes the block has that begins here: those stated, but for a file once copied as text.

        Such a copy turned CR LF into LF. Where the block would be whole with CR LF in its HTTP head, it is.
        """
        if not isinstance(self._source, PlainSource):
            return stated
        match = _HTTP_HEAD.match(self._source.peek(1 << 13))
        lost = len(_BARE_LF.findall(match[0])) if match else 0
        if match is None or not lost or self._ends_at(head, stated):
            return stated
        answer = read_answer(match[0])
        announced = (content_length(answer) if answer else None) or 0
        if stated - lost < match.end() + announced or not self._ends_at(head, stated - lost):
            return stated
        self._findings.tell("length-of-crlf", head, count=lost)
        return stated - lost

    def _ends_at(self, head: Head, length: int) -> bool:
        """Whether a record that begins here could end after so many bytes."""
        assert isinstance(self._source, PlainSource)
        start = self._source.offset()
        if start + length > self._size:
            return False
        self._source.seek(start + length)
        closing = _closing(head, self._source.peek(8))
        ahead = self._source.peek(WINDOW)
        self._source.seek(start)
        after = ahead.removeprefix(closing)
        return ahead.startswith(closing) and (not after or find_record(after) == 0)

    def check(self, head: Head, start: int, lack: int, tail: bytes, *, vouched: bool) -> None:
        """A block from ``start`` on has been read; ``tail`` are its last bytes, and its digest may vouch for it.

        Its HTTP body lacks so many bytes of what its head announces; below zero, it has too many.
        """
        if not vouched and (head.type in OWN_WORDS or self._begins_at(lack)) and self._give_back(head, start):
            return
        closing = _closing(head, self._source.peek(8))
        ahead = self._source.peek(len(closing))
        if ahead == closing:
            self._source.read(len(closing))
            self._check_blanks(head, lack)
        elif head.version == ARC and not ahead and not (lack < 0 and tail.endswith(b"\n")):
            pass  # ARC 1.0 has a line end before each record and none at the end of the file
        elif self._counts_end(head, tail):
            self._findings.tell("length-with-end", head)
        else:
            self._explain(head, start, closing)

    def _begins_at(self, lack: int) -> bool:
        """Whether a record begins behind the HTTP body that the head announces, within what was read as body."""
        if lack >= 0 or not isinstance(self._source, PlainSource):
            return False
        end = self._source.offset()
        self._source.seek(end + lack)
        after = self._source.peek(1 << 12).lstrip(CRLF)
        self._source.seek(end)
        return RECORD_START.match(after) is not None

    def _counts_end(self, head: Head, tail: bytes) -> bool:
        """Whether the length of a block of fields counts in the line ends that close the record.

        Blank lines mean nothing there. At the end of a plain file they cannot be told from a cut.
        """
        if head.values("warc-block-digest") or not tail.endswith(CRLF * 2):
            return False
        if not (head.value("content-type") or "").lower().startswith(MEDIA_TYPE):
            return False
        ahead = self._source.peek(WINDOW)
        return find_record(ahead) == 0 if ahead else isinstance(self._source, MemberSource)

    def find_lost_end(self, head: Head) -> None:
        """The length reaches beyond the end of a plain file: another record begins before, or the file was cut."""
        skipped = skip_to_record(self._source)
        if self._source.peek(1):
            self._findings.tell("length-long", head, stated=head.length, found=skipped)
        else:
            self._findings.tell("record-cut", head, stated=head.length, found=skipped)

    def _check_blanks(self, head: Head, lack: int) -> None:
        """Blank lines that the body lacks are its own."""
        if head.version == ARC and head.type == "warcinfo":
            self.blanks_allowed = True
        if lack > 0 and self._source.peek(1) in (b"\r", b"\n"):
            count = count_blanks(self._source)
            self._findings.tell("length-short", head, count=count, stated=head.length, found="line ends")

    def _explain(self, head: Head, start: int, closing: bytes) -> None:
        ahead = self._source.peek(WINDOW)
        at_end = len(ahead) < WINDOW
        found = find_record(ahead)
        leftover = ahead[:found] if found is not None else ahead
        if len(leftover) > _SHORT and self._give_back(head, start):
            return
        if not leftover.strip(b"\r\n"):
            self._tell_blank(head, leftover, closing, cut=at_end and found is None)
            self._source.read(len(leftover))
            return
        count = len(leftover) if found is not None or at_end else None
        if count is not None:
            self._source.read(count)
        else:
            count = skip_to_record(self._source)
        self._tell_leftover(head, leftover, closing, count)

    def _give_back(self, head: Head, start: int) -> bool:
        """If the block has swallowed a record of a plain file, go on there."""
        if not isinstance(self._source, PlainSource):
            return False
        end = self._source.offset()
        self._again -= end - start
        swallowed = find_swallowed(self._source, start, end) if self._again > 0 else None
        if swallowed is None:
            self._source.seek(end)
            return False
        self._source.seek(swallowed)
        self._findings.tell("length-long", head, stated=head.length, found=swallowed - start)
        return True

    def _tell_blank(self, head: Head, leftover: bytes, closing: bytes, *, cut: bool) -> None:
        if cut and closing.startswith(leftover) and isinstance(self._source, PlainSource):
            self._findings.tell("end-cut", head)
        else:
            self._findings.tell("record-end", head, found=show_bytes(leftover) if leftover else "nothing")

    def _tell_leftover(self, head: Head, leftover: bytes, closing: bytes, count: int) -> None:
        if leftover.endswith(closing) and count == len(leftover):
            leftover = leftover.removesuffix(closing)
            if head.type == "request" and len(leftover) <= _FEW and not head.values("warc-block-digest"):
                self._findings.tell("length-short-request", head, count=len(leftover), stated=head.length)
                return
        self._findings.tell(
            "length-short", head, count=min(count, len(leftover)), stated=head.length, found=show_bytes(leftover)
        )


def _closing(head: Head, ahead: bytes) -> bytes:
    """What should follow the block: line ends as the file has them; the standard's are right in every file."""
    if head.version == ARC:
        return CRLF if ahead.startswith(CRLF) else b"\n"
    return CRLF * 2 if ahead.startswith(CRLF * 2) else head.newline * 2
