"""robots.txt, obeyed where there is one: many portals answer with an HTML page instead."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawler.fetching.politeness import AddressDownloader

CONTEXT = ("run", "portal", "agency", "level", "region")


def is_robots(response: Response) -> bool:
    """Whether an answer is a robots.txt at all: status 200 and no HTML page."""
    return response.status == 200 and not response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, with the crawl's context on the request and failures left to the ledger.

    A host that does not answer for robots.txt will not answer for its pages: they are asked all the same, fail by name
    and are archived so.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, asyncio.Task[RobotParser | None]] = {}

    def process_request(  # type: ignore[override] # its spider argument is going
        self, request: Request
    ) -> Coroutine[Any, Any, None] | None:
        """Raise ``IgnoreRequest`` where it is forbidden: at once where the host's rules are known."""
        rules = self._rules.get(_origin(request))
        if rules is None or not rules.done():
            return super().process_request(request)
        if not request.meta.get("dont_obey_robotstxt"):
            self.process_request_2(rules.result(), request)
        return None

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, fetched once; ``None`` where there are none."""
        origin = _origin(request)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._fetch(f"{origin}/robots.txt", request))
        # Shielded, because many requests wait for one answer and one of them may be cancelled.
        return await asyncio.shield(self._rules[origin])

    async def _fetch(self, url: str, cause: Request) -> RobotParser | None:
        # No page links to it, so the keys that tell of a link stay out.
        context = {key: cause.meta["context"][key] for key in CONTEXT if key in cause.meta.get("context", {})}
        request = Request(
            url,
            callback=NO_CALLBACK,
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True, "context": context},
        )
        self.crawler.stats.inc_value("robotstxt/request_count")
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever failed is archived and counted; the page itself will tell
            self.crawler.stats.inc_value(f"robotstxt/exception_count/{type(error).__name__}")
            return None
        if not is_robots(response):
            return None
        self.crawler.stats.inc_value("robotstxt/response_count")
        rules = build_from_crawler(self._parserimpl, self.crawler, response.body)
        self._obey_delay(request, rules)
        return rules

    def _obey_delay(self, request: Request, rules: RobotParser) -> None:
        """Crawl-delay holds for the host's address; one beyond the bound counts as the bound."""
        delay = rules.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        downloader = self.crawler.engine.downloader if self.crawler.engine else None
        if delay and isinstance(downloader, AddressDownloader):
            downloader.slow_down(request, min(delay, self.crawler.settings.getfloat("CRAWL_DELAY_MOST")))


def _origin(request: Request) -> str:
    parts = urlparse_cached(request)
    return f"{parts.scheme}://{parts.netloc}"
