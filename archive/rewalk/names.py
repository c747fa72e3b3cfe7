"""The names of a re-walk: none is ever looked up."""

from collections.abc import Sequence
from typing import Any, Self, cast

from scrapy.crawler import Crawler
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IResolverSimple
from zope.interface import implementer  # type: ignore[import-untyped] # has no types


@implementer(IResolverSimple)
class NoNames:
    """Takes the place of Scrapy's resolver on the reactor and knows no name."""

    def __init__(self, reactor: ReactorBase) -> None:
        self._reactor = reactor

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """As Scrapy builds its resolver."""
        return cls(reactor)

    def install_on_reactor(self) -> None:
        """Answer for every name from now on."""
        cast(Any, self._reactor).installResolver(self)  # an interface, which mypy does not know

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """No address."""
        return fail(DNSLookupError(f"{name} is not looked up in a re-walk"))
