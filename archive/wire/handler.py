"""Scrapy's HTTP/1.1 download handler with an archive below it: no answer leaves it before its records are durable."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from time import monotonic
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.web.client import HTTPConnectionPool

from archive.format.exchange import Exchange, Fields, make_exchange
from archive.signals import exchange_archived
from archive.tape import Recording, Tape
from archive.wire.keeper import Keeper
from archive.wire.oldtls import TLSPolicy
from archive.wire.outcomes import describe_error, name_outcome
from archive.wire.rebuilt import rebuild_exchange
from archive.wire.wiretap import current_tape, find_missing_hooks, tap_pool

logger = logging.getLogger(__name__)

ANSWERED_AT = "answered_at"  # in ``request.meta``, on the monotonic clock: when the wire was done, before the disk was


class ArchivingDownloadHandler(HTTP11DownloadHandler):
    """Downloads as Scrapy does, records the bytes, keeps them, and only then delivers.

    The position of the exchange is in ``request.meta["archived"]`` (so in ``response.meta``) and goes out with the
    signal ``archive.signals.exchange_archived``. ``request.meta["context"]``, a mapping of strings, is written into the
    metadata record as it is. A failed download is archived too, then its exception goes on.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._keeper = Keeper.of(crawler)
        self._contextFactory = TLSPolicy(self._contextFactory, crawler)  # type: ignore[assignment] # of zope's interface
        pool = getattr(self, "_pool", None)
        missing = find_missing_hooks()
        if isinstance(pool, HTTPConnectionPool) and not missing:
            self._pool = tap_pool(pool)
        else:
            logger.error(
                "The wire cannot be tapped with this Scrapy and Twisted (gone: %s): records are rebuilt from what "
                "Scrapy understood, and marked so. Install the pinned versions to get the true bytes",
                ", ".join(missing) or "the download handler's connection pool",
            )

    async def download_request(self, request: Request) -> Response:
        """Download, archive, deliver. Raises what the download raised, or ``NotArchivedError``."""
        self._keeper.require_sound()
        tape = Tape()
        token = current_tape.set(tape)
        try:
            response = await super().download_request(request)
        except Exception as error:
            request.meta[ANSWERED_AT] = monotonic()
            await self._keep(request, _exchange_of_failure(request, tape.recording(), error))
            raise
        finally:
            current_tape.reset(token)
        request.meta[ANSWERED_AT] = monotonic()
        await self._keep(request, _exchange_of(request, tape.recording(), response))
        return response

    async def _keep(self, request: Request, exchange: Exchange) -> None:
        if exchange.rebuilt:
            logger.error("%s: the wire was not recorded; the record is rebuilt, and marked so", exchange.url)
        if request.meta.get("proxy"):
            exchange = replace(exchange, address=None)  # the tape knows the proxy's, not the server's
        position = await self._keeper.keep(exchange)
        request.meta["archived"] = position
        self._crawler.signals.send_catch_log(exchange_archived, position=position, request=request)


def _exchange_of(request: Request, recording: Recording, response: Response) -> Exchange:
    url, facts, context = _url(request), _facts(request, recording), _context(request)
    outcome = "stopped" if "download_stopped" in response.flags else "ok"
    exchange = make_exchange(url, request.method, recording, outcome, facts=facts, context=context)
    if exchange.status == response.status:
        return exchange
    # Nothing on the tape, or another answer than Scrapy took: the hooks no longer do what they did.
    return rebuild_exchange(request, response, url, recording.started_at, facts=facts, context=context)


def _exchange_of_failure(request: Request, recording: Recording, error: Exception) -> Exchange:
    facts = (*_facts(request, recording), ("error", describe_error(error)))
    return make_exchange(
        _url(request), request.method, recording, name_outcome(error), facts=facts, context=_context(request)
    )


def _url(request: Request) -> str:
    return urldefrag(request.url)[0]


def _facts(request: Request, recording: Recording) -> Fields:
    facts = [("attempt", str(request.meta.get("retry_times", 0) + 1))]
    facts.append(("fetchTimeMs", str(round(recording.seconds * 1000))))
    if proxy := request.meta.get("proxy"):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        facts.append(("proxy", parts.netloc.rpartition("@")[2]))
    return tuple(facts)


def _context(request: Request) -> Fields:
    context: Iterable[tuple[object, object]] = (request.meta.get("context") or {}).items()
    return tuple((str(name), str(value)) for name, value in context if value is not None)
