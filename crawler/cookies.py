"""Cookies without a look-up on the network."""

from scrapy.downloadermiddlewares import cookies
from tldextract import TLDExtract

# Scrapy asks tldextract which domains are public suffixes, and tldextract fetches the list at the first cookie, past
# the archive and the scope. The copy that comes with the package answers instead; Scrapy offers no setting for it.
cookies._split_domain = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True, cache_dir=None)


class CookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's, with the public-suffix list that comes with tldextract."""
