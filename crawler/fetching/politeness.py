"""Politeness: one connection and one delay an address, whatever hosts and ports share it."""

import random
from collections.abc import Callable, Coroutine, Mapping
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.handlers import DownloadHandlers
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from archive.wire.handler import ANSWERED_AT
from crawler.fetching.chain import ShortChain
from crawler.fetching.resolving import GuardedResolver

_LEAST_DELAY = 0.001


class RestingHandlers:
    """Download handlers that begin a slot's delay anew when an answer is whole, however long the disk takes over it.

    Scrapy counts the delay from when it hands a request out. Connecting takes time, so the server may see the next
    request sooner than the delay after this one, and at once after an answer slower than the delay.
    """

    def __init__(self, handlers: DownloadHandlers, slots: Mapping[str, Slot]) -> None:
        self._handlers = handlers
        self._slots = slots

    async def download_request_async(self, request: Request) -> Response:
        """The answer, after which the slot rests."""
        try:
            return await self._handlers.download_request_async(request)
        finally:
            slot = self._slots.get(request.meta[Downloader.DOWNLOAD_SLOT])
            if slot is not None:
                slot.lastseen = request.meta.pop(ANSWERED_AT, monotonic())


class PatientSlot(Slot):
    """A slot whose jitter comes on top of its delay: Scrapy's goes both ways, and the delay is the least gap."""

    __slots__ = ()

    def download_delay(self) -> float:
        """Seconds to the next request."""
        return self.delay * (1 + random.uniform(0, self.jitter)) if self.jitter else self.delay

    def rest(self, seconds: float) -> None:
        """Hand out nothing for so long from now, whatever the delay."""
        self.delay = max(self.delay, _LEAST_DELAY)  # without any, Scrapy does not look when the slot was last seen
        self.lastseen = max(self.lastseen, monotonic() + seconds - self.delay)


class AddressDownloader(Downloader):
    """Scrapy's downloader with its slots keyed by address.

    A slot carries the delay and the connection count. Scrapy keys it by host name; blocks of the portals' firewalls are
    by address and city-wide, so hosts that share an address share its slot, and so do all ports of one machine.
    The scheduler asks for the same key, so that it hands out requests of idle addresses first. A key that an earlier
    host left in ``request.meta`` is passed over: redirects keep their meta.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.handlers = RestingHandlers(self.handlers, self.slots)  # type: ignore[assignment] # all that is asked of it
        self.middleware = ShortChain(self.middleware)  # type: ignore[assignment] # likewise
        self._delays: dict[str, float] = {}  # of the addresses that asked for more than ours; slots come and go

    def get_slot_key(self, request: Request) -> str:
        """The address of the request's host once the scope has resolved it, before that the host."""
        host = urlparse_cached(request).hostname or ""
        return str(GuardedResolver.known.get(host, host))

    def rest(self, request: Request, seconds: float) -> None:
        """The request's address is left alone for so long, and with it all hosts that share it."""
        self._patient_slot(request).rest(seconds)

    def drop(self, request: Request, error: Exception) -> None:
        """Whatever waits for the request's host fails with that error and is not asked."""
        host, slot = urlsplit(request.url).netloc, self._patient_slot(request)
        _drop_waiting(slot, error, lambda waiting: urlsplit(waiting.url).netloc == host)

    def drop_all(self, error: Exception) -> None:
        """Whatever waits fails with that error and is not asked."""
        for slot in self.slots.values():
            _drop_waiting(slot, error)

    def slow_down(self, request: Request, delay: float) -> None:
        """From now on at least ``delay`` seconds between two requests to the request's address."""
        key = self.get_slot_key(request)
        self._delays[key] = max(delay, self._delays.get(key, 0.0))
        slot = self._patient_slot(request)
        slot.delay = max(slot.delay, delay)

    def _get_slot(self, request: Request, spider: object = None) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        if not isinstance(slot, PatientSlot):
            delay = max(slot.delay, self._delays.get(key, 0.0))
            slot = self.slots[key] = PatientSlot(slot.concurrency, delay, slot.jitter)
        return key, slot

    def _patient_slot(self, request: Request) -> PatientSlot:
        _, slot = self._get_slot(request)
        assert isinstance(slot, PatientSlot)
        return slot

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: "Deferred[Response]"
    ) -> Coroutine[Any, Any, None]:
        """Count a request as under way from here on.

        Scrapy does so when the task begins, one turn of the loop later, and until then hands out the whole queue: where
        there is no delay, CONCURRENT_REQUESTS_PER_DOMAIN would hold for nobody.
        """
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)


def _drop_waiting(slot: Slot, error: Exception, is_meant: Callable[[Request], bool] = lambda _: True) -> None:
    dropped = [pair for pair in slot.queue if is_meant(pair[0])]
    for pair in dropped:
        slot.queue.remove(pair)
    for _, waiting in dropped:
        waiting.errback(Failure(error))  # type: ignore[no-untyped-call]
