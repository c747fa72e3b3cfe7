"""URL lines of ARC files (ARC 1.0 and 2.0, Internet Archive 1996), which stand where WARC has headers."""

import re

from archive.dates import read_date
from archive.format.fields import decode_header
from archive.verifying.heads import ARC, Head, make_head
from archive.verifying.problems import Findings, show_bytes, show_text
from archive.verifying.values import check_value, read_length

_VERSION_LINE = re.compile(rb"[12] \d .*")

# URL, IP address, date, type, length; version 2 has five more between type and length.
FEWEST_FIELDS = 5


def read_line(raw: bytes, offset: int, count: int, findings: Findings) -> Head:
    """The URL line in these bytes as a header. ``count``: how many fields the version block names."""
    line = decode_header(raw).strip()
    is_version = line.startswith("filedesc:")
    parts = line.rsplit(" ", (FEWEST_FIELDS if is_version else count) - 1)
    kind = "warcinfo" if is_version else "response"
    if len(parts) < FEWEST_FIELDS:
        parts += [""] * (FEWEST_FIELDS - len(parts))
    fields = {
        "warc-type": [kind],
        "warc-target-uri": [parts[0]],
        "warc-ip-address": [parts[1]],
        "warc-date": [parts[2]],
        "content-type": [parts[3]],
        "content-length": [parts[-1]],
    }
    newline = b"\r\n" if raw.endswith(b"\r\n") else b"\n"
    head = make_head(offset, ARC, fields, newline=newline, raw=raw)
    _check(head, raw, findings)
    return head


def _check(head: Head, raw: bytes, findings: Findings) -> None:
    length = head.value("content-length") or ""
    if read_length(length) is None:
        findings.tell("arc-line", head, why=f"its length is {show_text(length, 40)}: {show_bytes(raw.strip(), 80)}")
        return
    if " " in (head.value("warc-target-uri") or ""):
        findings.tell("arc-space", head)
    if any(check_value("address", head.value("warc-ip-address") or "")):
        findings.tell("arc-field", head, field="the IP address", found=show_text(head.value("warc-ip-address") or ""))
    date = head.value("warc-date") or ""
    try:
        read_date(date)
    except ValueError:
        findings.tell("arc-field", head, field="the date", found=show_text(date))


def count_fields(head: Head, block: bytes, findings: Findings) -> int:
    """How many fields the URL lines of a file have, as its version block says. Tells an ill-formed block."""
    lines = block.splitlines()
    if not lines or not _VERSION_LINE.match(lines[0]):
        findings.tell("arc-version", head, why=f"it begins with {show_bytes(block)}")
    named = next((line for line in lines if line.startswith(b"URL ")), b"")
    count = len(named.split())
    if count < FEWEST_FIELDS:
        findings.tell("arc-version", head, why="it does not name the fields of the URL lines")
        return FEWEST_FIELDS
    return count
