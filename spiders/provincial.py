"""``scrapy crawl provincial``: portals of provinces and their departments."""

from spiders.portals import PortalSpider


class ProvincialSpider(PortalSpider):
    """The catalogue's portals of level ``provincial``."""

    name = "provincial"
    levels = ("provincial",)
