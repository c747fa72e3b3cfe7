"""What comes of a file: its blocks, or why there are none."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.clean.bounds import MAX_BLOCKS
from pipelines.clean.page import Part


@dataclass(frozen=True, slots=True)
class FileReading:
    """The blocks of a file; ``readers`` are the optional programs that had a part in it, with their versions."""

    parts: tuple[Part, ...]
    readers: tuple[str, ...] = ()


class FileError(Exception):
    """A file that cannot be read; ``reason`` is the word of the feed.

    ``unreadable`` (damaged, encrypted), ``image-only``, ``too-large`` (beyond the bounds, a bomb) or ``no-converter``
    (its format needs a program that is not installed or not turned on). ``readers`` as in ``FileReading``.
    """

    def __init__(self, reason: str, readers: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.readers = readers


def collect(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The blocks of a file. Raises ``FileError`` at the first that is more than any report has."""
    collected = []
    for part in parts:
        collected.append(part)
        if len(collected) > MAX_BLOCKS:
            raise FileError("too-large")
    return tuple(collected)
