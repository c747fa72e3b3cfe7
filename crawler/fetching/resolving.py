"""Names to addresses: never an answer that leads into this machine's own network."""

import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Any, ClassVar, cast

from scrapy.resolver import CachingThreadedResolver, dnscache
from scrapy.utils.datatypes import LocalCache
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from crawler.fetching.addresses import is_loopback, is_public, read_address
from crawler.fetching.hostnames import HostNames

# Twisted spells a host's name anew for each request, with four checks of each label: dearer than all that our scope and
# our politeness do for a page. A name is spelt the same every time.
HostnameEndpoint._hostAsBytesAndText = staticmethod(  # type: ignore[method-assign]
    lru_cache(1 << 14)(HostnameEndpoint._hostAsBytesAndText)
)


class InnerAddressError(DNSLookupError):
    """A name that stands for an address off the public internet."""

    def __init__(self, name: str, address: str) -> None:
        super().__init__(f"{name} is {address}, which is not on the public internet")
        self.address = address


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's caching resolver, refusing answers that are not on the public internet.

    It is the second line behind the scope: should a name resolve to another address when the connection is made than
    when the scope looked (DNS rebinding), the connection still cannot reach an inner address. ``admitted`` hosts may
    resolve to loopback. ``admitted`` and ``known`` belong to the process, as Scrapy's own DNS cache does, because a
    process has one resolver. Where names come from another source, a subclass overrides ``look_up``.

    A name that has no address of version 4 is looked up in version 6.
    """

    admitted: ClassVar[set[str]] = set()
    known: ClassVar[LocalCache[str, str]] = LocalCache(100_000)  # the address last given for a name

    @classmethod
    def admit(cls, hosts: Iterable[str]) -> None:
        """Let these hosts resolve to loopback."""
        cls.admitted.update(hosts)

    def install_on_reactor(self) -> None:
        """Answer the scope and every connection, in both versions of the protocol."""
        reactor = cast(Any, self.reactor)  # interfaces, which mypy does not know
        reactor.installNameResolver(HostNames(self))
        reactor.resolver = self  # else the scope would not learn which inner address a name stands for

    def look_up(self, name: str) -> "Deferred[str]":
        """The address of a name, whatever it is."""
        if isinstance(read_address(name), IPv6Address):
            return succeed(name)
        return super().getHostByName(name).addErrback(self._look_up_newer, name)

    def _look_up_newer(self, failure: Failure, name: str) -> "Deferred[str]":
        """The address of a name in version 6, where there is none in version 4; else that failure stands."""
        failure.trap(DNSLookupError)  # type: ignore[no-untyped-call]
        answer: Deferred[str] = deferToThread(find_newer_address, name)
        return answer.addCallbacks(lambda text: self._remember(text, name), lambda _: failure)

    @staticmethod
    def _remember(text: str, name: str) -> str:
        if dnscache.limit:
            dnscache[name] = text
        return text

    def getHostByName(self, name: str, timeout: object = ()) -> "Deferred[str]":  # noqa: N802
        """The address of a name; ``InnerAddressError`` for one that may not be reached."""
        return self.look_up(name).addCallback(self._check, name)

    def _check(self, text: str, name: str) -> str:
        self.known[name] = text
        address = read_address(text)
        if address is None or is_public(address):
            return text
        if is_loopback(address) and name.lower().rstrip(".") in self.admitted:
            return text
        raise InnerAddressError(name, text)


def find_newer_address(name: str) -> str:
    """The first address of a name in version 6; raises ``OSError`` where it has none."""
    found = socket.getaddrinfo(name, None, socket.AF_INET6, socket.SOCK_STREAM)
    return str(found[0][4][0])


async def find_address(host: str) -> str | None:
    """The address that ``host`` stands for, inner ones included; ``None`` where it does not resolve."""
    from twisted.internet import reactor  # installed only when the crawl begins

    try:
        answer: Deferred[str] = cast(ReactorBase, reactor).resolve(host)
        return await maybe_deferred_to_future(answer)
    except InnerAddressError as error:
        return error.address
    except OSError:
        return None
