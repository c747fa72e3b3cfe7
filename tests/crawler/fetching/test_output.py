"""What spiders yield, on its way out: one layer in place of Scrapy's five."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.fetching.output import OutputMiddleware, take_side_by_side

PAGE = "http://a.gov.cn/list.html"


def pass_out(*found: Any, depth: int | None = None, **settings: Any) -> list[Any]:
    """What is left of what a page brought."""

    async def results() -> AsyncIterator[Any]:
        for each in found:
            yield each

    async def run() -> list[Any]:
        middleware = OutputMiddleware.from_crawler(get_crawler(settings_dict=settings))
        response = Response(PAGE, request=Request(PAGE, meta={} if depth is None else {"depth": depth}))
        return [each async for each in middleware.process_spider_output(response, results())]

    return asyncio.run(run())


def test_requests_carry_depth_and_referer() -> None:
    [request] = pass_out(Request("http://a.gov.cn/1.html"))
    assert (request.meta["depth"], request.headers["Referer"]) == (1, PAGE.encode())


def test_scrapy_s_bounds_keep_their_settings() -> None:
    near, far = Request("http://a.gov.cn/1"), Request("http://a.gov.cn/" + "1" * 40)
    assert pass_out(near, far, URLLENGTH_LIMIT=30) == [near]
    assert pass_out(near, depth=2, DEPTH_LIMIT=2) == []
    assert pass_out(near, depth=1, DEPTH_LIMIT=2) == [near]


def test_referer_can_be_left_out() -> None:
    [request] = pass_out(Request("http://a.gov.cn/1.html"), REFERER_ENABLED=False)
    assert "Referer" not in request.headers
    assert request.meta["depth"] == 1


def test_first_requests_are_known_as_such() -> None:
    async def start() -> AsyncIterator[Any]:
        yield Request(PAGE)

    async def run() -> list[Any]:
        middleware = OutputMiddleware.from_crawler(get_crawler())
        return [each async for each in middleware.process_start(start())]

    assert [request.meta["is_start_request"] for request in asyncio.run(run())] == [True]


def test_nothing_that_a_spider_yields_lets_others_have_their_turn() -> None:
    order: list[str] = []

    async def results() -> AsyncIterator[Any]:
        for number in range(3):
            order.append(f"page {number}")
            yield None

    async def other() -> None:
        for number in range(3):
            order.append(f"other {number}")
            await asyncio.sleep(0)

    async def run() -> list[Any]:
        middleware = OutputMiddleware.from_crawler(get_crawler())
        beside = asyncio.ensure_future(other())
        page = Response(PAGE, request=Request(PAGE))
        found = [each async for each in middleware.process_spider_output(page, results())]
        await beside
        return found

    assert asyncio.run(run()) == []
    assert order == ["page 0", "other 0", "page 1", "other 1", "page 2", "other 2"]


def test_items_are_taken_side_by_side_up_to_the_bound_and_requests_at_once() -> None:
    under_way, most, taken = set[Any](), 0, list[Any]()

    async def take(each: Any) -> None:
        nonlocal most
        taken.append(each)
        if isinstance(each, Request):
            return
        under_way.add(each)
        most = max(most, len(under_way))
        await asyncio.sleep(0.01)
        under_way.remove(each)

    request = Request(PAGE)
    asyncio.run(take_side_by_side([1, request, 2, 3, 4, 5], 2, take))
    assert taken[:2] == [request, 1] or taken[:2] == [1, request]
    assert (sorted(map(str, taken)), most, under_way) == (sorted(map(str, [1, request, 2, 3, 4, 5])), 2, set())
