"""TLS as it was: for hosts that the spider names, and for no other, versions and ciphers that are refused elsewhere.

Some portals speak nothing newer than TLS 1.0, renegotiate insecurely or sign with SHA-1. The spider's ``old_tls`` is a
set of pairs of host and port; connections to those take TLS 1.0 and later, any cipher (``SECLEVEL=0``) and legacy
renegotiation. What was agreed on stands in the exchange's metadata record (``tlsVersion``, ``tlsCipher``).

Leans on private names of Scrapy's context factory; ``tests/crawler/fetching/test_oldtls.py`` is the canary.
"""

from typing import Any

from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _ScrapyCertificateOptions, _ScrapyClientContextFactory
from scrapy.crawler import Crawler
from twisted.web.client import BrowserLikePolicyForHTTPS

CIPHERS = b"ALL:@SECLEVEL=0"
_LEGACY_SERVER_CONNECT = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT
_UNSAFE_LEGACY_RENEGOTIATION = 0x40000  # SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION


class TLSPolicy(BrowserLikePolicyForHTTPS):
    """The usual policy, and beside it the old one for the hosts that the crawler's spider names."""

    def __init__(self, usual: Any, crawler: Crawler) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Twisted's own
        self._usual = usual
        self._crawler = crawler
        self._old = _OldContextFactory()

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's name
        """What makes the connections to a host and port."""
        named: frozenset[tuple[str, int]] = getattr(self._crawler.spider, "old_tls", frozenset())
        policy = self._old if (hostname.decode("ascii").lower(), port) in named else self._usual
        return policy.creatorForNetloc(hostname, port)


class _OldContextFactory(_ScrapyClientContextFactory):
    def _get_cert_options(self) -> _ScrapyCertificateOptions:
        return _OldCertificateOptions(fixBrokenPeers=True)


class _OldCertificateOptions(_ScrapyCertificateOptions):
    def _makeContext(self, skipCiphers: bool = False) -> SSL.Context:  # noqa: N802, N803 - Twisted's names
        context = SSL.Context(SSL.TLS_METHOD)
        context.set_min_proto_version(SSL.TLS1_VERSION)
        context.set_options(_LEGACY_SERVER_CONNECT | _UNSAFE_LEGACY_RENEGOTIATION)
        context.set_cipher_list(CIPHERS)
        return context
