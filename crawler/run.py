"""The run's id: one for a whole crawl, made once, the same in every capture's context."""

import secrets
from datetime import UTC, datetime

from scrapy.settings import BaseSettings


def make_run_id(now: datetime | None = None) -> str:
    """An id that sorts by time: ``20230118T093000Z-4f1a2b``."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def find_run_id(settings: BaseSettings) -> str:
    """The run's id, kept in the setting ``RUN_ID`` so that every room of the crawl reads the same one.

    Must first be called before the settings are frozen, which Scrapy does after it made the spider.
    """
    if not settings.get("RUN_ID"):
        settings.set("RUN_ID", make_run_id(), priority="spider")
    return str(settings["RUN_ID"])
