"""Back-off: a host that refuses is left alone for a while, then longer, and at last for the rest of the crawl.

A refusal (``crawler.fetching.refusals``), 429 or 503 lets the whole address rest, because firewalls block by address
and portals share them: ``Retry-After`` where the server says it, else a pause of ``BACKOFF_DELAYS`` delays that doubles
with each refusal in a row. The page is asked again after the pause, ``BACKOFF_RETRIES`` times at most; nothing is
solved or got round. ``BACKOFF_GIVE_UP`` refusals in a row, or ``OUTAGE_GIVE_UP`` requests in a row without any answer,
end the crawl for that host: what is still asked of it fails by name, and a resumed run asks again.
"""

import logging
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from archive.format.encodings import decode_body
from archive.wire.outcomes import name_outcome
from crawler.fetching.politeness import AddressDownloader
from crawler.fetching.refusals import name_refusal

logger = logging.getLogger(__name__)

PUT_OFF = frozenset({429, 503})
# Sent through ``crawler.signals`` for each refusal, also one that is waited out, with ``request`` and its ``name``.
refused = object()
NO_ANSWER = frozenset({"dns", "refused", "unreachable", "timeout", "tls"})
# Where a server forbids its robots.txt, that says nothing of the pages.
_HARMLESS_FOR_ROBOTS = frozenset({401, 403, 405})
_LEAST_PAUSE = 0.5
_MOST_REFUSAL = 8192  # bytes as sent
_REFUSED = "refused_as"


class GivenUpError(IgnoreRequest):
    """A request that is not made, because its host refused or was silent too often; the text says so."""


class BackOffMiddleware:
    """Between the network and Scrapy's retries, which ask again what 429 and 503 put off."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        settings = crawler.settings
        self._first = max(settings.getfloat("BACKOFF_DELAYS") * settings.getfloat("DOWNLOAD_DELAY"), _LEAST_PAUSE)
        self._most = settings.getfloat("BACKOFF_MOST")
        self._retries = settings.getint("BACKOFF_RETRIES") if settings.getbool("RETRY_ENABLED") else 0
        self._most_refusals = settings.getint("BACKOFF_GIVE_UP")
        self._most_failures = settings.getint("OUTAGE_GIVE_UP")
        self._refused: Counter[str] = Counter()  # by host, in a row
        self._silent: Counter[str] = Counter()
        self._given_up: dict[str, str] = {}  # host → why

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        middleware = cls(crawler)
        # Sent before the address's next request is handed out; the middlewares see an answer only afterwards.
        crawler.signals.connect(middleware.judge, signals.response_downloaded)
        return middleware

    def process_request(self, request: Request) -> None:
        """Nothing more for a host that was given up; raises ``GivenUpError``."""
        if why := self._given_up.get(_host(request)):
            raise GivenUpError(why)

    def judge(self, response: Response, request: Request) -> None:
        """Let the address rest where the server wants it, and give the host up where it goes on refusing."""
        host = _host(request)
        self._silent.pop(host, None)
        refusal = _find_refusal(request, response)
        if refusal is None and response.status not in PUT_OFF:
            self._refused.pop(host, None)
            return
        if refusal:
            self._crawler.signals.send_catch_log(refused, request=request, name=refusal)
        self._refused[host] += 1
        self._rest(request, self._pause(host, response), refusal or f"status {response.status}")
        if self._refused[host] >= self._most_refusals:
            self._give_up(request, f"{host} refused {self._refused[host]} times in a row")
        elif refusal and not is_robots_request(request):
            request.meta[_REFUSED] = refusal

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The request again where it was refused and may be granted later."""
        refusal = request.meta.pop(_REFUSED, None)
        return (self._again(request, refusal) if refusal else None) or response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a host's silence."""
        host = _host(request)
        if name_outcome(exception) not in NO_ANSWER:
            return
        self._silent[host] += 1
        if self._silent[host] >= self._most_failures:
            self._give_up(request, f"{host} did not answer {self._silent[host]} times in a row")

    def _give_up(self, request: Request, why: str) -> None:
        why = self._given_up.setdefault(_host(request), f"{why} and is left alone in this crawl")
        logger.info("%s", why)
        if downloader := self._downloader():
            downloader.drop(request, GivenUpError(why))

    def _downloader(self) -> AddressDownloader | None:
        downloader = self._crawler.engine.downloader if self._crawler.engine else None
        return downloader if isinstance(downloader, AddressDownloader) else None

    def _again(self, request: Request, refusal: str) -> Request | None:
        spider = self._crawler.spider
        assert spider is not None
        return get_retry_request(
            request, spider=spider, reason=refusal, max_retry_times=self._retries, stats_base_key="backoff/retry"
        )

    def _pause(self, host: str, response: Response) -> float:
        """Seconds: what the server says, else a pause that doubles."""
        stated = read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        doubled = self._first * 2.0 ** (self._refused[host] - 1)
        return min(doubled if stated is None else stated, self._most)

    def _rest(self, request: Request, seconds: float, why: str) -> None:
        stats = self._crawler.stats
        stats.inc_value("backoff/pauses")
        stats.inc_value("backoff/seconds", round(seconds))
        logger.info("%s: %s; its address rests for %.0f s", request.url, why, seconds)
        if downloader := self._downloader():
            downloader.rest(request, seconds)


def read_retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds until the moment of a ``Retry-After`` (RFC 9110, 10.2.3), a number or a date; ``None`` for neither."""
    text = (value or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def is_robots_request(request: Request) -> bool:
    """Whether a request is the crawler's own for a host's robots.txt."""
    return bool(request.meta.get("dont_obey_robotstxt"))


def _find_refusal(request: Request, response: Response) -> str | None:
    if is_robots_request(request) and response.status in _HARMLESS_FOR_ROBOTS:
        return None
    body = response.body
    if len(body) < _MOST_REFUSAL:  # larger ones are pages, told by status alone without being unfolded twice
        encodings = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
        body, _ = decode_body(body, encodings, 1 << 20)
    return name_refusal(response.status, body)


def _host(request: Request) -> str:
    """The host and, where one is named, its port: another port is another server."""
    return urlparse_cached(request).netloc
