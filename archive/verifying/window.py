"""Looking ahead and skipping in a source, within its current gzip member."""

import re

from archive.format.members import MemberSource
from archive.format.plain import ARC_START, RECORD_START, PlainSource, begins_record

Source = PlainSource | MemberSource

WINDOW = 1 << 16

# A line on which a record begins may be cut at the end of a window.
_OVERLAP = 1 << 13

_NEXT_RECORD = re.compile(rb"\n(?=%s|%s)" % (RECORD_START.pattern, ARC_START.pattern))


def count_blanks(source: Source) -> int:
    """Skip CR and LF, and say how many."""
    count = 0
    while ahead := source.peek(64):
        blank = len(ahead) - len(ahead.lstrip(b"\r\n"))
        source.read(blank)
        count += blank
        if blank < len(ahead):
            break
    return count


def find_record(ahead: bytes) -> int | None:
    """Where in these bytes a record begins, at their begin or at that of a line."""
    if begins_record(ahead):
        return 0
    match = _NEXT_RECORD.search(ahead)
    return match.end() if match else None


def skip_to_record(source: Source) -> int:
    """Skip to the next record, else to the end of the member or file; say how many bytes that were."""
    skipped = 0
    while ahead := source.peek(WINDOW):
        found = find_record(ahead) if not skipped else _search(ahead)
        if found is not None:
            source.read(found)
            return skipped + found
        step = len(ahead) if len(ahead) < WINDOW else WINDOW - _OVERLAP
        source.read(step)
        skipped += step
    return skipped


def _search(ahead: bytes) -> int | None:
    match = _NEXT_RECORD.search(ahead)
    return match.end() if match else None


def find_swallowed(source: PlainSource, start: int, end: int) -> int | None:
    """Where in a plain file the first record begins after ``start`` and before ``end``. Moves the source."""
    source.seek(start)
    at = start
    while at < end and (ahead := source.peek(WINDOW)):
        match = re.search(rb"\n(?=%s)" % RECORD_START.pattern, ahead)
        if match:
            found = at + match.end()
            return found if found < end else None
        step = len(ahead) if len(ahead) < WINDOW else WINDOW - _OVERLAP
        source.read(step)
        at += step
    return None
