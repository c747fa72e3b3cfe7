"""Telling: what changed goes into the book, then to the receivers; who is down is tried again, ever more rarely."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic

from crawler.watching.alertbook import Book, Queue, locked, read_book, write_book
from crawler.watching.conditions import Alert
from crawler.watching.letters import Letter, write_letter
from crawler.watching.receivers import DeliveryError, Receiver
from crawler.watching.standing import Change, find_changes, forget_telling

logger = logging.getLogger(__name__)

_MOST_WAITING = 50  # letters a receiver; the oldest go first where it is down for months
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it. ``sent``: letters taken, by receiver; ``failed``: why not, by receiver; ``waiting``: letters."""

    changes: Sequence[Change] = ()
    sent: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    waiting: int = 0


class Herald:
    """Tells receivers. ``seconds``: for all of them together; ``name``: of this installation."""

    def __init__(
        self, archive: Path, receivers: Sequence[Receiver], name: str, again: timedelta, seconds: float
    ) -> None:
        self._archive = archive
        self._receivers = {receiver.name: receiver for receiver in receivers}
        self._name = name
        self._again = again
        self._seconds = seconds

    def foretell(self, alerts: Sequence[Alert], unknown: frozenset[str], now: datetime) -> list[Change]:
        """What would be told; nothing is written or sent."""
        return find_changes(read_book(self._archive).standing, alerts, now, self._again, unknown)[1]

    def tell(self, alerts: Sequence[Alert], unknown: frozenset[str], now: datetime) -> Told:
        """Write down what changed, and send what waits. A book that cannot be written keeps nobody from being told."""
        with ExitStack() as stack:
            can_write = self._lock(stack)
            book, changes = self._add(read_book(self._archive), alerts, unknown, now)
            ready = {name: queue.letters for name, queue in book.queues.items() if queue.is_ready(now)}
            if can_write:
                can_write = self._write(self._claim(book, ready, now))
        sent, failed = self._send(ready)
        if not can_write:
            return Told(changes, {name: len(ids) for name, ids in sent.items() if ids}, failed)
        with ExitStack() as stack:
            self._lock(stack)
            book = self._strike(read_book(self._archive), sent)
            self._write(book)
        waiting = sum(len(queue.letters) for queue in book.queues.values())
        return Told(changes, {name: len(ids) for name, ids in sent.items() if ids}, failed, waiting)

    def _add(
        self, book: Book, alerts: Sequence[Alert], unknown: frozenset[str], now: datetime
    ) -> tuple[Book, list[Change]]:
        """The book with what stands now, and a letter for each receiver where something changed."""
        standing, changes = find_changes(book.standing, alerts, now, self._again, unknown)
        queues = {name: book.queues.get(name, Queue()) for name in self._receivers}
        if not queues:
            return Book(forget_telling(standing, changes), {}), []
        if changes:
            letter = write_letter(changes, self._name, now)
            queues = {name: _append(name, queue, letter) for name, queue in queues.items()}
        return Book(standing, queues), changes

    @staticmethod
    def _claim(book: Book, ready: Mapping[str, Sequence[Letter]], now: datetime) -> Book:
        """The next try is set before this one is made: another process, or one after a crash, waits for it."""
        queues = dict(book.queues)
        for name in ready:
            tries = queues[name].tries + 1
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(tries - 1, 16))
            queues[name] = replace(queues[name], tries=tries, after=now + pause)
        return replace(book, queues=queues)

    @staticmethod
    def _strike(book: Book, sent: Mapping[str, Sequence[str]]) -> Book:
        """The book without the letters that were taken."""
        queues = dict(book.queues)
        for name, ids in sent.items():
            if name in queues and ids:
                left = tuple(letter for letter in queues[name].letters if letter.id not in ids)
                queues[name] = Queue(left) if not left else replace(queues[name], letters=left)
        return replace(book, queues=queues)

    def _send(self, ready: Mapping[str, Sequence[Letter]]) -> tuple[dict[str, list[str]], dict[str, str]]:
        """The ids that were taken and why others were not; receivers side by side, within the time for all."""
        sent: dict[str, list[str]] = {name: [] for name in ready}
        failed = dict.fromkeys(ready, f"it took longer than {self._seconds:g} s")
        threads = [
            Thread(target=self._send_all, args=(name, letters, sent[name], failed), daemon=True)
            for name, letters in ready.items()
        ]
        for thread in threads:
            thread.start()
        deadline = monotonic() + self._seconds
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        return {name: list(ids) for name, ids in sent.items()}, dict(failed)

    def _send_all(self, name: str, letters: Sequence[Letter], sent: list[str], failed: dict[str, str]) -> None:
        """In their order, up to the first that is not taken."""
        for letter in letters:
            try:
                self._receivers[name].send(letter, self._seconds)
            except DeliveryError as error:
                failed[name] = str(error)
                return
            sent.append(letter.id)
        failed.pop(name, None)

    def _lock(self, stack: ExitStack) -> bool:
        try:
            stack.enter_context(locked(self._archive))
        except OSError as error:
            return self._complain(error)
        return True

    def _write(self, book: Book) -> bool:
        try:
            write_book(self._archive, book)
        except OSError as error:
            return self._complain(error)
        return True

    def _complain(self, error: OSError) -> bool:
        logger.warning("%s: what was told cannot be noted (%s), and is told again", self._archive, error.strerror)
        return False


def send_trial(receivers: Sequence[Receiver], letter: Letter, seconds: float) -> Iterator[tuple[str, str | None]]:
    """Each receiver's name, and why it did not take the letter; ``None`` where it did."""
    for receiver in receivers:
        try:
            receiver.send(letter, seconds)
        except DeliveryError as error:
            yield receiver.name, str(error)
        else:
            yield receiver.name, None


def _append(name: str, queue: Queue, letter: Letter) -> Queue:
    letters = (*queue.letters, letter)
    if len(letters) > _MOST_WAITING:
        logger.warning("%s takes no letters; the oldest of %d is given up", name, len(letters))
    return replace(queue, letters=letters[-_MOST_WAITING:])
