"""Politeness across processes: one request at a time and one delay an address, whichever of them asks.

Portals that share an address are crawled by one process, but no catalogue knows every host that their pages link. So a
process takes an address's lock file for each request, and leaves in it when the next one may be made.
"""

import asyncio
import fcntl
import os
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetching.politeness import AddressDownloader

_LOOK_AGAIN = 0.05  # seconds


class AddressLocks:
    """The lock files of a folder. The clock is the wall's, since machines that share the folder share no other."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    @asynccontextmanager
    async def turn(self, address: str, most: float) -> AsyncIterator["Turn"]:
        """This process's turn at an address; waits for it, and ``most`` seconds at most for its time to come."""
        path = self._folder / re.sub(r"[^\w.-]", "_", address)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            while not _try_lock(descriptor):
                await asyncio.sleep(_LOOK_AGAIN)
            turn = Turn(descriptor)
            if (wait := turn.free_at - time.time()) > 0:
                await asyncio.sleep(min(wait, most))
            yield turn
        finally:
            os.close(descriptor)

    def put_off(self, address: str, seconds: float) -> None:
        """Nobody is to ask an address for so long."""
        path = self._folder / re.sub(r"[^\w.-]", "_", address)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            Turn(descriptor).put_off(seconds)
        finally:
            os.close(descriptor)


class Turn:
    """An open lock file: when the address is free again, in seconds of the wall's clock."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def free_at(self) -> float:
        """None at all where nobody has asked yet."""
        try:
            return float(os.pread(self._descriptor, 32, 0) or b"0")
        except ValueError:
            return 0.0

    def put_off(self, seconds: float) -> None:
        """The address is free after so long, or later if that stands there."""
        free_at = max(self.free_at, time.time() + seconds)
        os.pwrite(self._descriptor, b"%031.6f\n" % free_at, 0)


class SharingHandlers:
    """Download handlers that ask one address at a time, across processes."""

    def __init__(self, handlers: object, slots: Mapping[str, Slot], locks: AddressLocks, most: float) -> None:
        self._handlers = handlers
        self._slots = slots
        self._locks = locks
        self._most = most

    async def download_request_async(self, request: Request) -> Response:
        """The answer, after which the address rests for all."""
        key = request.meta[Downloader.DOWNLOAD_SLOT]
        slot = self._slots.get(key)
        async with self._locks.turn(key, self._most) as turn:
            turn.put_off(slot.delay if slot is not None else 0.0)  # should this process not live to see the answer
            try:
                answer: Response = await self._handlers.download_request_async(request)  # type: ignore[attr-defined]
                return answer
            finally:
                turn.put_off(slot.delay if slot is not None else 0.0)


class SharingDownloader(AddressDownloader):
    """The downloader of a task: ``ADDRESS_LOCKS`` names the folder that all tasks of the run share."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._locks = AddressLocks(Path(crawler.settings["ADDRESS_LOCKS"]))
        most = max(crawler.settings.getfloat("BACKOFF_MOST"), crawler.settings.getfloat("CRAWL_DELAY_MOST"))
        self.handlers = SharingHandlers(self.handlers, self.slots, self._locks, most)  # type: ignore[assignment]

    def rest(self, request: Request, seconds: float) -> None:
        """The request's address is left alone for so long, by every task."""
        super().rest(request, seconds)
        self._locks.put_off(self.get_slot_key(request), seconds)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
