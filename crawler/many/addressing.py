"""The addresses of many hosts, by the resolver that the crawls will use, before any of them begins."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

from scrapy.settings import BaseSettings
from scrapy.utils.misc import build_from_crawler, load_object
from scrapy.utils.reactor import install_reactor

from crawler.fetching.resolving import find_address

_SIDE_BY_SIDE = 50  # look-ups


def resolve_hosts(hosts: Iterable[str], settings: BaseSettings) -> dict[str, str]:
    """The address of each host that has one. Runs the reactor, so no other may run in this process afterwards."""
    install_reactor(settings["TWISTED_REACTOR"])
    from twisted.internet import reactor as installed

    reactor = cast(Any, installed)
    resolver_class = load_object(settings["TWISTED_DNS_RESOLVER"])
    resolver = build_from_crawler(resolver_class, cast(Any, SimpleNamespace(settings=settings)), reactor=reactor)
    resolver.install_on_reactor()
    reactor.getThreadPool().adjustPoolsize(maxthreads=_SIDE_BY_SIDE)
    found: dict[str, str] = {}
    failed: list[BaseException] = []

    async def look_up() -> None:
        gate = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(host: str) -> None:
            async with gate:
                if address := await find_address(host):
                    found[host] = address

        try:
            await asyncio.gather(*(one(host) for host in sorted(set(hosts))))
        except Exception as error:  # noqa: BLE001 - told once the reactor has stopped
            failed.append(error)
        finally:
            reactor.stop()

    reactor.callWhenRunning(lambda: asyncio.ensure_future(look_up()))
    reactor.run(installSignalHandlers=False)  # Ctrl-C ends the command, not the look-ups alone
    if failed:
        raise failed[0]
    return found
