"""A reports feed on disk: where each line lies, so that two feeds of any size are compared in little memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import PipelineError
from pipelines.feeds import Line


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: where it begins, and what it is found by."""

    offset: int
    record: str  # record_id, else file and offset of the capture
    url: str
    agency: str | None
    year: int | None
    captured_at: str
    body_digest: str | None


class FeedFile:
    """An open reports feed. Raises ``PipelineError`` naming file and line for what is none."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._file = Path(path).open("rb")  # noqa: SIM115 open as long as the object
        except OSError as error:
            raise PipelineError(f"{path}: cannot be read ({error.strerror}); name a reports feed") from error
        self.entries = tuple(self._read_entries())

    def read(self, entry: Entry) -> Line:
        """The line of an entry."""
        self._file.seek(entry.offset)
        line: Line = json.loads(self._file.readline())
        return line

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read_entries(self) -> Iterator[Entry]:
        offset = 0
        for number, text in enumerate(self._file, start=1):
            if text.strip():
                yield _make_entry(offset, self._parse(text, number))
            offset += len(text)

    def _parse(self, text: bytes, number: int) -> dict[str, Any]:
        try:
            line = json.loads(text)
        except ValueError as error:
            raise PipelineError(
                f"{self.path}, line {number}: not JSON ({error}); a feed cut short has to be replayed"
            ) from error
        if not isinstance(line, dict) or "url" not in line:
            raise PipelineError(f"{self.path}, line {number}: not a line of a feed; name a reports feed")
        if "cells" not in line:
            hint = "a documents feed" if "blocks" in line else "another feed"
            raise PipelineError(f"{self.path}, line {number}: this is {hint}; name the reports feed beside it")
        return line


def _make_entry(offset: int, line: Line) -> Entry:
    record = line.get("record_id") or f"{line.get('warc')}:{line.get('offset')}"
    when = line.get("captured_at") or ""
    return Entry(offset, record, line["url"], line.get("agency"), line.get("year"), when, line.get("body_digest"))
