"""``scrapy crawl portal -a home=URL`` or ``-a homes=FILE``: portals of no catalogue, from the home page alone."""

from scrapy.settings import BaseSettings

from crawler.planning.arguments import FEEDS, Arguments
from crawler.planning.choosing import Plan
from crawler.planning.homes import plan_homes
from spiders.portals import PortalSpider


class HomeSpider(PortalSpider):
    """Searches each portal's list from its home page, within the portal's own hosts."""

    name = "portal"
    known = FEEDS | {"home", "homes", "years", "limit", "dry_run", "resume", "visit"}

    @classmethod
    def plan_crawl(cls, arguments: Arguments, settings: BaseSettings) -> Plan:
        """The home pages that were named."""
        return plan_homes(arguments, allow_loopback=settings.getbool("ALLOW_LOOPBACK"))
