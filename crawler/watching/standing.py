"""What stands: which alerts have begun, since when, and when they were told last; and what of it changes now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from crawler.watching.conditions import Alert
from crawler.watching.facts import Facts

What = Literal["begun", "standing", "over"]


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert that stands. ``told``: when receivers were last given it; ``None`` where there were none as yet."""

    since: datetime
    told: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be told: that an alert has begun, still stands, or is over."""

    what: What
    alert: Alert
    since: datetime


def find_unknown(facts: Facts) -> frozenset[str]:
    """The kinds of alerts that the facts say nothing of: those that stand neither end nor begin by them."""
    unknown = {
        "missed": facts.due is None,
        "lag": facts.lag is None,
        "verification": facts.verified is None,
    }
    return frozenset(kind for kind, is_unknown in unknown.items() if is_unknown)


def find_changes(
    standing: Mapping[str, Standing],
    alerts: Iterable[Alert],
    now: datetime,
    again: timedelta,
    unknown: Collection[str] = (),
) -> tuple[dict[str, Standing], list[Change]]:
    """What stands from now on, and what is to be told: each alert once when it begins, once when it is over.

    What stands for longer is told again each time that ``again`` has passed since it was told; zero: never.
    """
    after: dict[str, Standing] = {}
    changes: list[Change] = []
    for alert in alerts:
        before = standing.get(alert.key)
        since = before.since if before else now
        what = _name_change(before, now, again)
        if what is not None:
            changes.append(Change(what, alert, since))
        after[alert.key] = Standing(since, now if what else before.told if before else None, alert.text)
    for key, before in standing.items():
        gone = Alert(key, before.text)
        if key not in after and gone.kind in unknown:
            after[key] = before
        elif key not in after and before.told is not None:
            changes.append(Change("over", gone, before.since))
    return after, changes


def forget_telling(standing: Mapping[str, Standing], changes: Iterable[Change]) -> dict[str, Standing]:
    """What stands where nobody could be told of the changes: it is to be told as begun once somebody can."""
    untold = {change.alert.key for change in changes if change.what == "begun"}
    return {key: replace(each, told=None) if key in untold else each for key, each in standing.items()}


def _name_change(before: Standing | None, now: datetime, again: timedelta) -> What | None:
    if before is None or before.told is None:
        return "begun"
    return "standing" if again and now - before.told >= again else None
