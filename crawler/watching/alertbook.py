"""The book of alerts: what stands and which letters wait, in ``ARCHIVE_DIR/alerts.json``.

It lies beside the archive and not in the store: that the store is full or gone is one of the things to tell, and a
store made anew from the archive must not tell everything again. It is replaced whole, and is on the disk before a
letter is sent.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.watching.letters import Letter, write_time
from crawler.watching.standing import Standing

logger = logging.getLogger(__name__)

FILE = "alerts.json"
_LOCK = ".alerts.lock"


@dataclass(frozen=True, slots=True)
class Queue:
    """The letters that wait for a receiver, oldest first; after ``tries`` in vain the next is made at ``after``."""

    letters: tuple[Letter, ...] = ()
    tries: int = 0
    after: datetime | None = None

    def is_ready(self, now: datetime) -> bool:
        """Whether something can be sent now."""
        return bool(self.letters) and (self.after is None or now >= self.after)


@dataclass(frozen=True, slots=True)
class Book:
    """Its content. ``queues``: by the receiver's name."""

    standing: Mapping[str, Standing] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)


@contextmanager
def locked(archive: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process that has it. Raises ``OSError``."""
    archive.mkdir(parents=True, exist_ok=True)
    with (archive / _LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_book(archive: Path) -> Book:
    """The book; an empty one where there is none, or none of ours: what stands is then told anew."""
    path = archive / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Book(
            {key: _read_standing(each) for key, each in found["standing"].items()},
            {name: _read_queue(each) for name, each in found["queues"].items()},
        )
    except FileNotFoundError:
        return Book()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("%s cannot be read (%s); what stands is told anew", path, type(error).__name__)
        return Book()


def write_book(archive: Path, book: Book) -> None:
    """Put it in the place of the one that is there, on the disk before this returns. Raises ``OSError``."""
    content = {
        "standing": {key: _write_standing(each) for key, each in book.standing.items()},
        "queues": {name: _write_queue(each) for name, each in book.queues.items()},
    }
    temporary = archive / f".{FILE}.{os.getpid()}"
    try:
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(archive / FILE)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _read_standing(found: dict[str, Any]) -> Standing:
    return Standing(datetime.fromisoformat(found["since"]), _read_time(found["told"]), str(found["text"]))


def _write_standing(standing: Standing) -> dict[str, Any]:
    return {"since": write_time(standing.since), "told": _write_time(standing.told), "text": standing.text}


def _read_queue(found: dict[str, Any]) -> Queue:
    return Queue(tuple(map(Letter.of, found["letters"])), int(found["tries"]), _read_time(found["after"]))


def _write_queue(queue: Queue) -> dict[str, Any]:
    letters = [letter.as_dict() for letter in queue.letters]
    return {"tries": queue.tries, "after": _write_time(queue.after), "letters": letters}


def _read_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _write_time(moment: datetime | None) -> str | None:
    return write_time(moment) if moment else None
