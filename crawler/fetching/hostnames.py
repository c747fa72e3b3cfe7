"""Names to the addresses that connections are made to, of version 4 or 6 of the protocol.

Twisted takes whatever its simple resolvers answer for version 4; hosts that have an address of version 6 alone could
not be reached.
"""

from dataclasses import dataclass
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped] # has no types


@implementer(IHostResolution)
@dataclass(frozen=True, slots=True)
class Resolution:
    """One look-up under way."""

    name: str

    def cancel(self) -> None:
        """Nothing: the look-up ends by its own time-out."""


@implementer(IHostnameResolver)
class HostNames:
    """Gives each connection the one address that a simple resolver answers; what is typed ``Any`` are interfaces."""

    def __init__(self, resolver: Any) -> None:
        self._resolver = resolver

    def resolveHostName(  # noqa: N802 - Twisted's name, and its keywords
        self,
        receiver: Any,
        name: str,
        portNumber: int = 0,  # noqa: N803
        addressTypes: object = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """As ``IHostnameResolver`` has it; a name without an address brings none."""
        resolution = Resolution(name)
        receiver.resolutionBegan(resolution)

        def pass_on(text: str) -> None:
            kind = IPv6Address if ":" in text else IPv4Address
            receiver.addressResolved(kind("TCP", text, portNumber))

        answer = self._resolver.getHostByName(name)
        answer.addCallback(pass_on).addErrback(lambda failure: failure.trap(DNSLookupError))
        answer.addCallback(lambda _: receiver.resolutionComplete())
        return resolution
