"""What spiders yield on its way to the scheduler and the item pipelines: one layer, and no task for a request.

Each spider middleware of Scrapy's wraps the output of every page in three generators, whatever little it does; and what
comes out goes through a queue to ``CONCURRENT_ITEMS`` tasks. Both cost more than a page's bytes on the wire.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, ClassVar, Self

from scrapy import Request
from scrapy.core import scraper
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.spidermiddlewares.depth import DepthMiddleware
from scrapy.spidermiddlewares.referer import RefererMiddleware
from scrapy.spidermiddlewares.start import StartSpiderMiddleware
from scrapy.spidermiddlewares.urllength import UrlLengthMiddleware
from scrapy.utils.asyncgen import as_async_generator
from scrapy.utils.misc import build_from_crawler

from pipelines.live.middleware import WaitingMiddleware

Step = Callable[[Any, Response | None], Any]


class OutputMiddleware(RefererMiddleware):
    """Scrapy's middlewares for depth, length of URLs, referers and first requests, and the live pipeline's, in a row.

    It is the one for referers itself, because redirects look for that. Their settings keep their meaning.
    """

    others: ClassVar[tuple[type[BaseSpiderMiddleware], ...]] = (
        DepthMiddleware,
        UrlLengthMiddleware,
        StartSpiderMiddleware,
        WaitingMiddleware,
    )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components; with ``REFERER_ENABLED`` off the others go on."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        middleware.begin(crawler)
        return middleware

    def begin(self, crawler: Crawler) -> None:
        """Build the others, and note what each does to requests and to items."""
        self._is_referring = crawler.settings.getbool("REFERER_ENABLED")
        parts: list[BaseSpiderMiddleware] = [self]
        for kind in self.others:
            try:
                parts.append(build_from_crawler(kind, crawler))
            except NotConfigured:
                continue
        self._to_requests = _find_steps(parts, "get_processed_request")
        self._to_items = _find_steps(parts, "get_processed_item")
        self._depth = next(part for part in parts if isinstance(part, DepthMiddleware))

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """What the spider begins with."""
        async for found in start:
            if (kept := self._pass(found, None)) is not None:
                yield kept

    async def process_spider_output(  # type: ignore[override] # Scrapy knows both kinds
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """What a page brought."""
        self._depth._init_depth(response)
        async for found in result:
            if found is None:  # a spider at long work lets others have their turn
                await asyncio.sleep(0)
            elif (kept := self._pass(found, response)) is not None:
                yield kept

    process_spider_output_async = None  # type: ignore[assignment] # the base's, which Scrapy would take first

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        """The request with its referer."""
        return super().get_processed_request(request, response) if self._is_referring else request

    def _pass(self, found: Any, response: Response | None) -> Any:
        for step in self._to_requests if isinstance(found, Request) else self._to_items:
            found = step(found, response)
            if found is None:
                break
        return found


def _find_steps(parts: list[BaseSpiderMiddleware], name: str) -> list[Step]:
    """The methods of that name that do anything."""
    idle = getattr(BaseSpiderMiddleware, name)
    return [getattr(part, name) for part in parts if getattr(type(part), name) is not idle]


async def take_side_by_side(
    found: Iterable[Any] | AsyncIterator[Any],
    count: int,
    take: Callable[..., Coroutine[Any, Any, None]],
    *args: Any,
    **kwargs: Any,
) -> None:
    """Take what a page yielded: requests at once, since that never waits, and up to ``count`` items side by side."""
    under_way: set[asyncio.Task[None]] = set()
    async for each in found if isinstance(found, AsyncIterator) else as_async_generator(found):
        if isinstance(each, Request):
            await take(each, *args, **kwargs)
            continue
        under_way.add(asyncio.ensure_future(take(each, *args, **kwargs)))
        if len(under_way) >= count:
            _, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    if under_way:
        await asyncio.wait(under_way)


# Scrapy offers no setting for it.
scraper._parallel_asyncio = take_side_by_side  # type: ignore[assignment,attr-defined] # a private name
