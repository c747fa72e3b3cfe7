"""Politeness: one connection and one delay an address, whatever hosts and ports share it."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.resolver import dnscache


class AddressDownloader(Downloader):
    """Scrapy's downloader with its slots keyed by address.

    A slot carries the delay and the connection count. Scrapy keys it by host name; blocks of the portals' firewalls are
    by address and city-wide, so hosts that share an address share its slot, and so do all ports of one machine.
    The scheduler asks for the same key, so that it hands out requests of idle addresses first. A key that an earlier
    host left in ``request.meta`` is passed over: redirects keep their meta.
    """

    def get_slot_key(self, request: Request) -> str:
        """The address of the request's host once the scope has resolved it, before that the host."""
        host = urlsplit(request.url).hostname or ""
        return str(dnscache.get(host, host))
