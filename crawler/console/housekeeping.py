"""``scrapy housekeeping``."""

from crawler.deferred import Deferred


class Command(Deferred):
    """See ``crawler.commands``."""
