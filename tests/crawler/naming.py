"""Names that resolve as a test wants, in the place of the system's resolver."""

from twisted.internet import defer

from crawler.fetching.resolving import GuardedResolver

ADDRESSES = {
    "rebound.gov.cn": "127.0.0.1",
    "inner.gov.cn": "10.0.0.1",
    "metadata.gov.cn": "169.254.169.254",
    "public.gov.cn": "203.119.25.1",
    "six.gov.cn": "::1",
}


class MadeUpResolver(GuardedResolver):
    """Answers for the names above, and as ever for others."""

    def look_up(self, name: str) -> "defer.Deferred[str]":
        """The made-up address of a name."""
        return defer.succeed(ADDRESSES[name]) if name in ADDRESSES else super().look_up(name)
