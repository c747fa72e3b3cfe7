"""Whose turn it is: the queue of a crawl of many hosts, with a look at a few addresses for each request.

Scrapy's ``DownloaderAwarePriorityQueue`` looks at every address that has requests waiting, each time it hands one out:
with two thousand that costs as much as all the rest of a page. Here an address whose request has just come back is
remembered and served next; where there is none, the least busy of the next few in a ring.
"""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader import Downloader
from scrapy.pqueues import DownloaderAwarePriorityQueue, ScrapyPriorityQueue, _path_safe

LOOKS = 16  # addresses


class AddressQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queues by address, with another choice among them; what it leaves on disk (JOBDIR) is the same."""

    def __init__(self, crawler: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._free: deque[str] = deque(self.pqueues)  # addresses that may have nothing under way
        self._ring: deque[str] = deque(self.pqueues)
        self._in_ring = set(self.pqueues)  # also those that lie there with nothing waiting any more
        self._count = sum(map(len, self.pqueues.values()))
        crawler.signals.connect(self.note_end, signals.request_left_downloader)

    def __len__(self) -> int:
        return self._count

    def note_end(self, request: Request) -> None:
        """An address has one request less under way, in a moment."""
        key = request.meta.get(Downloader.DOWNLOAD_SLOT)
        if key in self.pqueues:
            self._free.append(key)

    def push(self, request: Request) -> None:
        """Let a request wait for its address's turn."""
        before = len(self.pqueues)
        super().push(request)
        self._count += 1
        if len(self.pqueues) > before:
            key = next(reversed(self.pqueues))
            self._free.append(key)
            if key not in self._in_ring:
                self._in_ring.add(key)
                self._ring.append(key)

    def pop(self) -> Request | None:
        """The next request of the address whose turn it is; ``None`` where nothing waits."""
        key = self._find_free() or self._find_next()
        if key is None:
            return None
        queue = self.pqueues[key]
        request = queue.pop()
        self._count -= request is not None
        if not len(queue):
            del self.pqueues[key]
            queue.close()
            if self.key:
                with suppress(OSError):
                    Path(self.key, _path_safe(key)).rmdir()
        return request

    def pqfactory(self, slot: str, startprios: Iterable[int] = ()) -> ScrapyPriorityQueue:
        """The queue of an address; in memory it needs no name that a disk takes."""
        if self.key:
            return super().pqfactory(slot, startprios)
        kind = self.downstream_queue_cls
        return ScrapyPriorityQueue(self.crawler, kind, "", startprios, start_queue_cls=self._start_queue_cls)

    def peek(self) -> Request | None:
        """A request that waits, not taken out."""
        return next(iter(self.pqueues.values())).peek() if self.pqueues else None

    def close(self) -> dict[str, list[int]]:
        """Close every queue; its priorities by address, for the next run."""
        self._count = 0
        return super().close()

    def _find_free(self) -> str | None:
        """An address with something waiting and nothing under way."""
        slots = self._downloader_interface.downloader.slots
        for _ in range(len(self._free)):
            key = self._free.popleft()
            slot = slots.get(key)
            if key not in self.pqueues:
                continue
            if slot is None or not slot.active:
                return key
            if not slot.queue and not slot.transferring:
                self._free.append(key)  # its answer is on the way out
        return None

    def _find_next(self) -> str | None:
        """The least busy of the next few in the ring, the first of them where they are equal; they go to its end."""
        return min(self._look_round(), key=self._count_active, default=None)

    def _look_round(self) -> Iterable[str]:
        looked: list[str] = []
        while self._ring and len(looked) < min(LOOKS, len(self.pqueues)):
            key = self._ring.popleft()
            if key in self.pqueues:
                looked.append(key)
            else:
                self._in_ring.discard(key)
        self._ring.extend(looked)
        return looked

    def _count_active(self, key: str) -> int:
        slot = self._downloader_interface.downloader.slots.get(key)
        return len(slot.active) if slot else 0
