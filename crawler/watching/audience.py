"""Whether anybody is to be told: asked by every crawl, and so without what telling needs."""

from scrapy.settings import BaseSettings


def has_receivers(settings: BaseSettings) -> bool:
    """Whether a webhook or a mail address is set."""
    return bool(settings.get("ALERT_WEBHOOK") or settings.getlist("ALERT_MAIL_TO"))
