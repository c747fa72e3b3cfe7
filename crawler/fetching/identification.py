"""Who crawls: the user agent names the tool, and whoever runs it can be reached.

``ARCHIVE_FROM`` (an address, the ``From`` of RFC 9110, 10.1.2) and ``ARCHIVE_OPERATOR`` (a name) go into the user
agent, the address into a header field of its own too, both into each WARC file's first record. A ``USER_AGENT`` that
somebody gave stays as it is.
"""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler.settings import USER_AGENT


class Identification:
    """Scrapy add-on."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        return cls()

    def update_settings(self, settings: BaseSettings) -> None:
        """Write the operator into what every request carries."""
        operator, address = settings.get("ARCHIVE_OPERATOR"), settings.get("ARCHIVE_FROM")
        named = "; ".join(_token(text) for text in (operator, address) if text)
        agent = settings.get("USER_AGENT")
        if named and agent == USER_AGENT:
            settings.set("USER_AGENT", f"{agent} ({named})", priority="project")
        if address:
            headers = dict(settings.getdict("DEFAULT_REQUEST_HEADERS")) | {"From": _token(address)}
            settings.set("DEFAULT_REQUEST_HEADERS", headers, priority="project")


def _token(text: str) -> str:
    """Text as a header field can carry it: printable ASCII without the brackets of a comment, others %-escaped."""
    return "".join(
        char if " " <= char <= "~" and char not in "()\\%" else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in str(text)
    ).strip()
