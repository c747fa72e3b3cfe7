"""The run's id: one for a whole crawl, made once, the same in every capture's context."""

import secrets
from datetime import UTC, datetime

from scrapy.settings import BaseSettings


def make_run_id(now: datetime | None = None) -> str:
    """An id that sorts by time: ``20230118T093000Z-4f1a2b``."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def make_part_id(run: str, number: int) -> str:
    """The run of one of many crawls that are one: the whole's id with the number behind it."""
    return f"{run}.{number:03d}"


def is_part(run: str) -> bool:
    """Whether a run is one of many that are one; who goes on with them names the whole."""
    return "." in run


def find_run_id(settings: BaseSettings) -> str:
    """The run's id, kept in the setting ``RUN_ID`` so that every room of the crawl reads the same one.

    Must first be called before the settings are frozen, which Scrapy does after it made the spider.
    """
    if not settings.get("RUN_ID"):
        settings.set("RUN_ID", make_run_id(), priority="spider")
    return str(settings["RUN_ID"])
