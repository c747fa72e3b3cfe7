"""Evaluating: facts to alerts to those who are told; by ``scrapy alerts``, and at the end of each crawl."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.errors import CatalogueError
from crawler.watching.audience import has_receivers
from crawler.watching.conditions import Alert, find_alerts
from crawler.watching.dues import Dues
from crawler.watching.letters import find_name
from crawler.watching.receivers import read_receivers
from crawler.watching.standing import Change, find_unknown
from crawler.watching.telling import Herald, Told
from crawler.watching.watch import FindDues, Watch

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What stands, and what came of telling it."""

    alerts: list[Alert]
    told: Told


def evaluate(settings: BaseSettings, find_dues: FindDues | None, *, is_dry: bool = False) -> Evaluation:
    """Find what is wrong and tell what changed; ``is_dry`` writes and sends nothing. Raises ``UsageError``."""
    herald = make_herald(settings)
    now = datetime.now(UTC)
    with Watch(settings, find_dues=find_dues) as watch:
        facts = watch.gather(now)
        alerts = find_alerts(facts, watch.thresholds)
    unknown = find_unknown(facts)
    if is_dry:
        changes: list[Change] = herald.foretell(alerts, unknown, now)
        return Evaluation(alerts, Told(changes))
    return Evaluation(alerts, herald.tell(alerts, unknown, now))


def make_herald(settings: BaseSettings) -> Herald:
    """Who tells; raises ``UsageError`` where a setting cannot be used."""
    return Herald(
        Path(settings["ARCHIVE_DIR"]),
        read_receivers(settings),
        find_name(settings),
        timedelta(days=settings.getfloat("ALERT_AGAIN_DAYS")),
        settings.getfloat("ALERT_SECONDS"),
    )


def tell_after_crawl(settings: BaseSettings, catalogue: str, families: Collection[str]) -> None:
    """Tell what is wrong by now, if anybody is to be told. Whatever comes of it, the crawl ends as it did.

    A part of ``crawl-many`` leaves it to the whole; a re-walk says nothing of portals.
    """
    if not has_receivers(settings) or settings.get("MANY_TASK") or settings.get("ARCHIVE_REPLAY"):
        return
    try:
        told = evaluate(settings, _find_dues(settings, catalogue, families)).told
    except Exception as error:  # noqa: BLE001 - see above
        logger.warning("alerts could not be told (%s: %s); scrapy alerts tries again", type(error).__name__, error)
        return
    for name, why in told.failed.items():
        logger.warning("alerts wait for %s: %s; scrapy alerts tries again", name, why)


def _find_dues(settings: BaseSettings, catalogue: str, families: Collection[str]) -> FindDues | None:
    """None where the catalogue cannot be read: the crawl has said why, and the rest is to be told all the same."""
    try:
        return Dues.of(settings, catalogue, families)
    except CatalogueError:
        return None
