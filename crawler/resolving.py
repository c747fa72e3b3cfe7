"""Names to addresses: never an answer that leads into this machine's own network."""

from collections.abc import Iterable
from typing import ClassVar, cast

from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.datatypes import LocalCache
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.addresses import is_loopback, is_public, read_address


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
    """

    admitted: ClassVar[set[str]] = set()
    known: ClassVar[LocalCache[str, str]] = LocalCache(100_000)  # the address last given for a name

    @classmethod
    def admit(cls, hosts: Iterable[str]) -> None:
        """Let these hosts resolve to loopback."""
        cls.admitted.update(hosts)

    def look_up(self, name: str) -> "Deferred[str]":
        """The address of a name, whatever it is."""
        return super().getHostByName(name)

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
