"""``-s ARCHIVE_REPLAY=FOLDER``: the settings of a crawl that asks the archive and leaves the network alone."""

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.planning.arguments import Arguments, wrong

# Nobody is asked, so nobody has to be spared; and what the archive has is had, however often its server refused.
_UNHURRIED = {
    "ALLOW_LOOPBACK": True,
    "DOWNLOAD_DELAY": 0,
    "CRAWL_DELAY_MOST": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_ENABLED": False,
    "BACKOFF_MOST": 0,
    "BACKOFF_GIVE_UP": 1 << 30,
    "OUTAGE_GIVE_UP": 1 << 30,
    "HTTPCACHE_ENABLED": False,
}


def is_rewalk(settings: BaseSettings) -> bool:
    """Whether the archive stands in the network's place."""
    return bool(settings.get("ARCHIVE_REPLAY"))


class Rewalking:
    """Scrapy add-on: no delays, pauses and retries where ``ARCHIVE_REPLAY`` is set, whose network is closed below."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Before the spiders make their plans, whose scope depends on them."""
        for name, value in _UNHURRIED.items() if is_rewalk(settings) else ():
            settings.set(name, value, priority="cmdline")


def require_walkable(arguments: Arguments, settings: BaseSettings) -> None:
    """A re-walk has no run to go on with, and nothing becomes due in it: both are a ``UsageError``."""
    if not is_rewalk(settings):
        return
    if arguments.resume:
        raise _refuse(f"resume={arguments.resume}", "it fetches nothing that could be missing")
    if arguments.due:
        raise _refuse("due=1", "it looks at no portal")
    if arguments.visit != "all":
        raise _refuse(f"visit={arguments.visit}", "it asks for every page that its rules lead to")


def _refuse(argument: str, why: str) -> UsageError:
    return wrong(f"{argument} is nothing for a re-walk (ARCHIVE_REPLAY): {why}; leave it out")
