"""``scrapy crawl district``: portals of districts, counties and their bureaus."""

from spiders.portals import PortalSpider


class DistrictSpider(PortalSpider):
    """The catalogue's portals of level ``county``."""

    name = "district"
    levels = ("county",)
