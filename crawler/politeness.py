"""Politeness: one connection and one delay an address, whatever hosts and ports share it."""

from collections.abc import Coroutine, Mapping
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.handlers import DownloadHandlers
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred

from crawler.resolving import GuardedResolver


class RestingHandlers:
    """Download handlers that begin a slot's delay anew when an answer is whole.

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
                slot.lastseen = monotonic()


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

    def get_slot_key(self, request: Request) -> str:
        """The address of the request's host once the scope has resolved it, before that the host."""
        host = urlsplit(request.url).hostname or ""
        return str(GuardedResolver.known.get(host, host))

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: "Deferred[Response]"
    ) -> Coroutine[Any, Any, None]:
        """Count a request as under way from here on.

        Scrapy does so when the task begins, one turn of the loop later, and until then hands out the whole queue: where
        there is no delay, CONCURRENT_REQUESTS_PER_DOMAIN would hold for nobody.
        """
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)
