"""The short way through the downloader middlewares, held against Scrapy's own manager."""

import asyncio
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.fetching.chain import ShortChain

URL = "http://a.gov.cn/"


class Outer:
    """Notes what passes, at once."""

    def process_request(self, request: Request) -> None:
        request.meta["passed"].append("outer asked")

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta["passed"].append(f"outer answered {response.status}")
        return response

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        request.meta["passed"].append(f"outer failed {type(exception).__name__}")
        return Response(request.url, status=299) if request.meta.get("rescue") else None


class Inner:
    """Answers in its own time, as the request's meta wants it."""

    async def process_request(self, request: Request) -> Any:
        await asyncio.sleep(0)
        request.meta["passed"].append("inner asked")
        if request.meta.get("forbid"):
            raise IgnoreRequest("forbidden")
        return request.meta.get("instead")

    async def process_response(self, request: Request, response: Response) -> Any:
        await asyncio.sleep(0)
        request.meta["passed"].append(f"inner answered {response.status}")
        return request.meta.get("answer", response)


def walk(kind: type, **meta: Any) -> tuple[Any, list[str]]:
    """What comes back of a request, and what it passed."""

    async def download(request: Request) -> Response:
        request.meta["passed"].append("downloaded")
        if request.meta.get("fail"):
            raise OSError("unplugged")
        return Response(request.url)

    async def run() -> Any:
        try:
            return await chain.download_async(download, request)
        except (IgnoreRequest, OSError, TypeError) as error:
            return error

    settings = {"DOWNLOADER_MIDDLEWARES": {Outer: 1, Inner: 2}, "DOWNLOADER_MIDDLEWARES_BASE": {}}
    manager = DownloaderMiddlewareManager.from_crawler(get_crawler(settings_dict=settings))
    chain = manager if kind is DownloaderMiddlewareManager else ShortChain(manager)
    request = Request(URL, meta={"passed": [], **meta})
    return asyncio.run(run()), request.meta["passed"]


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {"instead": Response(URL, status=203)},
        {"instead": Request(URL + "other")},
        {"instead": "nonsense"},
        {"answer": Request(URL + "again")},
        {"answer": None},
        {"forbid": True},
        {"fail": True},
        {"fail": True, "rescue": True},
    ],
    ids=str,
)
def test_short_chain_gives_what_scrapy_gives_by_the_same_way(meta: dict[str, Any]) -> None:
    (expected, way), (found, short_way) = walk(DownloaderMiddlewareManager, **meta), walk(ShortChain, **meta)
    assert short_way == way
    assert type(found) is type(expected)
    if isinstance(expected, Exception):
        assert isinstance(expected, TypeError) or str(found) == str(expected)
    else:
        assert (found.url, getattr(found, "status", None)) == (expected.url, getattr(expected, "status", None))
