"""``scrapy crawl municipal``: portals of cities, prefectures and their bureaus."""

from spiders.portals import PortalSpider


class MunicipalSpider(PortalSpider):
    """The catalogue's portals of level ``municipal``."""

    name = "municipal"
    levels = ("municipal",)
