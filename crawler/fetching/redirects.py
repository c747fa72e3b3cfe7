"""Redirects, circles told from doors: who sends a reader back where he was wants him to bring a cookie, or errs.

Many portals answer the first request with a cookie and a redirect to the same address. Scrapy's filter of duplicates
would drop that second request without a word; here it is made, as it was (a POST stays one), as long as the way there
set a cookie, ``TURNS`` times at most. Any other circle fails by name at once. A page that a meta refresh sends back
where its reader was (front pages that reload themselves) is the page.
"""

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

TURNS = 3
_COOKIE = "redirect_set_cookie"
_HEAD = 1 << 15  # bytes that hold the 4,096 characters in which Scrapy looks for a meta refresh


class CircleError(IgnoreRequest):
    """A request whose redirects lead back to it."""


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's, for redirects by status."""

    def process_response(  # type: ignore[override] # its spider argument is going
        self, request: Request, response: Response
    ) -> Request | Response:
        """The request that the answer leads to; raises ``CircleError`` where it leads nowhere."""
        found = super().process_response(request, response)
        if not isinstance(found, Request):
            return found
        if response.headers.getlist("Set-Cookie"):
            found.meta[_COOKIE] = True
        turns = _visited(request).count(found.url)
        if not turns:
            return found
        if not found.meta.get(_COOKIE) or turns > TURNS:
            raise CircleError(f"redirects lead in a circle, back to {found.url}")
        if found.url == request.url:
            found = found.replace(method=request.method, body=request.body, headers=request.headers)
            found.headers.pop("Cookie", None)  # an old one: the jar knows the new
        return found.replace(dont_filter=True)


class MetaRefreshMiddleware(redirect.MetaRefreshMiddleware):
    """Scrapy's, for pages that send their reader on."""

    def process_response(  # type: ignore[override] # its spider argument is going
        self, request: Request, response: Response
    ) -> Request | Response:
        """The request that the page leads to, or the page where it leads back."""
        if not _may_refresh(response.body[:_HEAD]):
            return response
        found = super().process_response(request, response)
        return response if isinstance(found, Request) and found.url in _visited(request) else found


def _may_refresh(head: bytes) -> bool:
    """Whether the word occurs at all: most pages lack it, and Scrapy decodes each page whole to look for it."""
    return b"refresh" in head.lower() or b"\0" in head  # as in UTF-16


def _visited(request: Request) -> list[str]:
    return [*request.meta.get("redirect_urls", ()), request.url]
