"""Cookies without a look-up on the network, and without work for the many hosts that set none."""

from scrapy import Request
from scrapy.downloadermiddlewares import cookies
from scrapy.http import Response
from tldextract import TLDExtract

# Scrapy asks tldextract which domains are public suffixes, and tldextract fetches the list at the first cookie, past
# the archive and the scope. The copy that comes with the package answers instead; Scrapy offers no setting for it.
cookies._split_domain = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)


class CookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's, with the public-suffix list that comes with tldextract."""

    def process_request(  # type: ignore[override] # its spider argument is going
        self, request: Request
    ) -> None:
        """Write the Cookie header, where there is a cookie at all."""
        if request.cookies or self.jars[request.meta.get("cookiejar")]._cookies:
            super().process_request(request)
        elif not request.meta.get("dont_merge_cookies"):
            request.headers.pop(b"Cookie", None)

    def process_response(  # type: ignore[override] # likewise
        self, request: Request, response: Response
    ) -> Response:
        """Take the cookies of the answer, where it sets any."""
        if b"Set-Cookie" in response.headers or b"Set-Cookie2" in response.headers:
            super().process_response(request, response)
        return response
