"""The way through the downloader middlewares: a plain call for each method that answers at once.

Scrapy's manager makes a coroutine and a name for a warning of each answer, ``None`` included, and its own middlewares
look for an argument of old at each call: with twenty methods a request that costs as much as its bytes on the wire.
The order, what a method may return and what happens to anything else are Scrapy's.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from types import MethodType
from typing import Any

from scrapy import Request
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import _InvalidOutput
from scrapy.http import Response
from scrapy.utils import decorators
from scrapy.utils.defer import _process_pending_io, ensure_awaitable
from scrapy.utils.python import global_object_name

Method = Callable[..., Any]
Download = Callable[[Request], Coroutine[Any, Any, Response]]


class ShortChain:
    """Stands where Scrapy's manager stood, and asks its methods."""

    def __init__(self, manager: DownloaderMiddlewareManager) -> None:
        self._manager = manager
        self._of_requests = self._find_methods("process_request")
        self._of_responses = self._find_methods("process_response")

    async def download_async(self, download: Download, request: Request) -> Response | Request:
        """The answer, or the request that takes this one's place. Raises what the download or a middleware raises."""
        try:
            found = await self._ask(download, request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the middlewares judge it or it goes on
            await _process_pending_io()
            found = await self._manager._process_exception(error, request)
        return await self._hand_back(found, request)

    async def _ask(self, download: Download, request: Request) -> Response | Request:
        for method, call in self._of_requests:
            found = call(request=request)
            if found is None:
                continue
            if not isinstance(found, (Response, Request)):
                found = await self._await(method, found)
            if found is not None:
                return _check(method, found)
        return await download(request)

    async def _hand_back(self, found: Response | Request, request: Request) -> Response | Request:
        for method, call in self._of_responses:
            if isinstance(found, Request):
                return found
            given = call(request=request, response=found)
            if not isinstance(given, (Response, Request)):
                given = await self._await(method, given)
            found = _check(method, given)
        return found

    async def _await(self, method: Method, answer: Any) -> Any:
        return await ensure_awaitable(answer, _warn=global_object_name(method))

    def _find_methods(self, name: str) -> list[tuple[Method, Method]]:
        """The methods in their order, each with what is called in its place."""
        return [(method, self._prepare(method)) for method in self._manager.methods[name] if method is not None]

    def _prepare(self, method: Any) -> Method:
        if method in self._manager._mw_methods_requiring_spider:
            return partial(self._manager._handle_mw_method, method)
        return _unwrap(method)


def _check(method: Method, answer: Any) -> Response | Request:
    if isinstance(answer, (Response, Request)):
        return answer
    raise _InvalidOutput(f"{global_object_name(method)} must return a Response or a Request, got {type(answer)}")


def _unwrap(method: Method) -> Method:
    """A method of Scrapy's own without the look for an argument that nobody here gives."""
    function = getattr(method, "__func__", None)
    if function is None or function.__globals__ is not vars(decorators):
        return method
    return MethodType(function.__wrapped__, method.__self__)  # type: ignore[attr-defined] # bound, as it has a function
