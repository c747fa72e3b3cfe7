"""Where an exchange lies in the archive."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Position:
    """One archived exchange. ``read_capture(position.path, position.offset)`` brings it back, also after a rename."""

    path: Path  # the file as it was named when the exchange became durable (``.open`` while being written)
    warc: str  # base name of the finished file
    offset: int  # of the response record, or of the metadata record where nothing came back
    record_id: str  # of that record, brackets included
    url: str
    method: str
    status: int | None  # None where nothing came back
    captured_at: str  # as WARC-Date
    # Of a revisit record, where the payload lies that it repeats: path and offset.
    original: tuple[Path, int] | None = None
