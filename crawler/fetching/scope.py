"""Scope: which URLs and which addresses a crawl may touch.

http and https only; hosts under ``gov.cn`` and those that the catalogue (or the list of URLs) names; never an address
that is not on the public internet, whether written, resolved or redirected to. ``ALLOW_LOOPBACK`` admits the loopback
hosts and ports that were named, and no other.
"""

import re
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.fetching.addresses import Address, is_loopback, is_public, read_address
from crawler.fetching.resolving import GuardedResolver, find_address

GOVERNMENT = "gov.cn"
PORTS = {"http": 80, "https": 443}


class OutOfScope(IgnoreRequest):
    """A request that is not made; its text says why."""


def split(url: str) -> tuple[str, str, int]:
    """Scheme, host in lower case and port of a URL; raises ``ValueError`` where there is none."""
    parts: SplitResult = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if not host:
        raise ValueError(f"no host in {url!r}")
    return parts.scheme, host, parts.port or PORTS.get(parts.scheme, 0)


@dataclass(frozen=True, slots=True)
class Scope:
    """What was named: ``hosts`` (names and written addresses) and ``origins`` (host and port of each URL named)."""

    hosts: frozenset[str] = frozenset()
    origins: frozenset[tuple[str, int]] = frozenset()
    allow_loopback: bool = False

    @classmethod
    def naming(cls, urls: Iterable[str], hosts: Iterable[str] = (), *, allow_loopback: bool = False) -> Self:
        """The scope of a crawl that these URLs and further hosts were named for."""
        origins = frozenset(split(url)[1:] for url in urls)
        names = frozenset(host.lower().rstrip(".") for host in hosts) | {host for host, _ in origins}
        return cls(names, origins, allow_loopback)

    def refuse_url(self, url: str) -> str | None:
        """Why a URL may not be fetched, as far as it shows; ``None`` if it may."""
        origin = _ORIGIN.match(url)
        return _refuse_origin(self, origin[0] if origin else url)

    def judge_origin(self, url: str) -> str | None:
        """The verdict on a URL, of which no more is looked at than scheme, host and port."""
        try:
            scheme, host, port = split(url)
        except ValueError:
            return "not a URL with a host"
        if scheme not in PORTS:
            return f"scheme {scheme} is neither http nor https"
        if host not in self.hosts and host != GOVERNMENT and not host.endswith("." + GOVERNMENT):
            return f"host {host} is neither under {GOVERNMENT} nor named for this crawl"
        address = read_address(host)
        return self.refuse_address(host, port, address) if address else None

    def refuse_address(self, host: str, port: int, address: Address) -> str | None:
        """Why the address that a host stands for may not be reached; ``None`` if it may."""
        if is_public(address):
            return None
        where = host if host == str(address) else f"{host} is {address}, which"
        if not is_loopback(address):
            return f"{where} is not on the public internet"
        if not self.allow_loopback:
            return f"{where} is this machine: -s ALLOW_LOOPBACK=1 admits it"
        if (host, port) not in self.origins:
            return f"{where} is this machine, and port {port} is not one that was named"
        return None


# The verdict on a URL is that on its origin, and a crawl asks for the same few thousand origins a million times.
_ORIGIN = re.compile(r"https?://[\w.:-]+(?=/)", re.ASCII)


def find_origin(url: str) -> tuple[str, int]:
    """Host in lower case and port of a URL; raises ``ValueError`` where there is none."""
    origin = _ORIGIN.match(url)
    return _split_origin(origin[0] if origin else url)


@lru_cache(1 << 14)
def _split_origin(url: str) -> tuple[str, int]:
    return split(url)[1:]


@lru_cache(1 << 14)
def _refuse_origin(scope: Scope, url: str) -> str | None:
    return scope.judge_origin(url)


@lru_cache(1 << 14)
def _refuse_reached(scope: Scope, host: str, port: int, text: str) -> str | None:
    address = read_address(text)
    return scope.refuse_address(host, port, address) if address else None


class ScopeMiddleware:
    """Refuses requests out of scope before anything else sees them, redirects and robots.txt included.

    Refusals are counted as ``scope/refused`` and sent on as ``IgnoreRequest``. The spider's ``scope`` is the rule.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._scope = Scope()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        return middleware

    def spider_opened(self) -> None:
        """Take the spider's scope, and let the resolver answer with loopback for the hosts that it names."""
        self._scope = getattr(self.crawler.spider, "scope", self._scope)
        if self._scope.allow_loopback:
            GuardedResolver.admit(self._scope.hosts)

    def process_request(self, request: Request) -> Coroutine[Any, Any, None] | None:
        """Refuse by URL first, then by the address that the host resolves to; what is known is judged at once."""
        self._refuse(self._scope.refuse_url(request.url))
        host, port = find_origin(request.url)
        # The address of the last connection will do, since the resolver judges that of each new one for itself.
        known = GuardedResolver.known.get(host)
        if known and not _refuse_reached(self._scope, host, port, known):
            return None
        return self._judge_resolved(host, port)

    async def _judge_resolved(self, host: str, port: int) -> None:
        text = await find_address(host)
        # A host that does not resolve is no matter of scope: the download fails by name, and is archived so.
        self._refuse(_refuse_reached(self._scope, host, port, text) if text else None)

    def _refuse(self, why: str | None) -> None:
        if why:
            self.crawler.stats.inc_value("scope/refused")
            raise OutOfScope(why)
