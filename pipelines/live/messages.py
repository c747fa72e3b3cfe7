"""What the crawl and the process that refines for it tell each other.

The process sends messages, pickled, each with its length before it; the crawl sends wishes, one to a line: the ids of
records whose lines a page waits for. Both ends are ours and of one version; nothing from outside comes this way.
"""

import asyncio
import logging
import pickle
import socket
import struct
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pipelines.feeds import Line, Refined

_LENGTH = struct.Struct("!I")
# What the crawl wants to know of every page.
_OUTLINE = ("record_id", "url", "portal", "kind", "rejected", "year")


@dataclass(frozen=True, slots=True)
class Opened:
    """Feeds and store are open; refining begins."""


@dataclass(frozen=True, slots=True)
class Done:
    """A capture is refined and written, or, without ``document``, an answer that makes no line was noted."""

    document: Line | None = None  # in outline
    report: Line | None = None  # in outline: the identities that are broken
    again: bool = False

    @classmethod
    def of(cls, lines: Refined, *, again: bool) -> "Done":
        """The message for a capture's lines."""
        report = lines.report
        broken = [each for each in report["identities"] if each["result"] == "broken"] if report else []
        outline = {key: lines.document[key] for key in _OUTLINE}
        return cls(outline, {"identities": broken} if report else None, again)


@dataclass(frozen=True, slots=True)
class Wished:
    """The feed lines of a capture that was wished for."""

    lines: Refined = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """Refining ends here, for the reason in ``text``, one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A line for the crawl's log."""

    name: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """All is refined, settled and closed. ``seconds``: how long there was something to refine."""

    seconds: float


Message = Opened | Done | Wished | Failed | Remark | Closed


class Speaker:
    """The sending end, for any thread."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._lock = threading.Lock()

    def say(self, message: Message) -> None:
        """Send; waits while the other end is busy. Raises ``OSError`` where it is gone."""
        content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._line.sendall(_LENGTH.pack(len(content)) + content)


class SpeakingHandler(logging.Handler):
    """Sends what is logged to the crawl's log."""

    def __init__(self, speaker: Speaker) -> None:
        super().__init__()
        self._speaker = speaker

    def emit(self, record: logging.LogRecord) -> None:
        """Send the text, with the traceback if there is one."""
        self._speaker.say(Remark(record.name, record.levelno, self.format(record)))


async def hear_messages(reader: asyncio.StreamReader) -> AsyncIterator[Message]:
    """What the process says, until it is gone."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
            message: Any = pickle.loads(await reader.readexactly(length))
            yield message


def write_wish(record_id: str) -> bytes:
    """A wish as it goes to the process."""
    return record_id.encode() + b"\n"


def hear_wishes(line: socket.socket) -> Iterator[str]:
    """The records whose lines are wished for, until the crawl has no more to say."""
    with suppress(OSError), line.makefile("rb") as wishes:
        for wish in wishes:
            yield wish.rstrip(b"\n").decode()
