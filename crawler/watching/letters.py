"""Letters: what receivers are given, in words for people and as values for programs."""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Self

from scrapy.settings import BaseSettings

from crawler.watching.standing import Change

_MOST = 20  # lines of a text; what is beyond is counted
_WORDS = {"begun": "begun", "standing": "still standing", "over": "over"}
_HEADS = {"begun": "Begun", "standing": "Still standing", "over": "Over"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One message. ``id`` stays the same however often it is sent; ``alerts``: its changes as JSON has them."""

    id: str
    at: str
    name: str
    title: str
    text: str
    alerts: Sequence[dict[str, str]] = ()

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """From its JSON; raises ``KeyError`` or ``TypeError`` where it is none."""
        return cls(found["id"], found["at"], found["name"], found["title"], found["text"], tuple(found["alerts"]))

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id,
            "at": self.at,
            "name": self.name,
            "title": self.title,
            "text": self.text,
            "alerts": list(self.alerts),
        }


def find_name(settings: BaseSettings) -> str:
    """What this installation is called."""
    return str(settings.get("ALERT_NAME") or socket.gethostname())


def write_letter(changes: Sequence[Change], name: str, now: datetime) -> Letter:
    """The letter that tells of some changes at once."""
    return Letter(
        id=token_hex(8),
        at=write_time(now),
        name=name,
        title=f"Kaijuan {name}: {_count(changes)}",
        text="\n".join(_write_lines(changes)),
        alerts=tuple(_as_dict(change) for change in changes),
    )


def write_trial(name: str, now: datetime) -> Letter:
    """The letter that shows that the wiring works."""
    text = "This is a trial: nothing is wrong, and what is will be told here."
    return Letter(token_hex(8), write_time(now), name, f"Kaijuan {name}: a trial", text)


def write_time(moment: datetime) -> str:
    """Like ``2026-01-18T09:30:00Z``."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _count(changes: Iterable[Change]) -> str:
    whats = [change.what for change in changes]
    return ", ".join(f"{whats.count(what)} {word}" for what, word in _WORDS.items() if what in whats)


def _write_lines(changes: Sequence[Change]) -> Iterable[str]:
    for change in changes[:_MOST]:
        since = "" if change.what == "begun" else f" (since {change.since:%Y-%m-%d %H:%M} UTC)"
        yield f"{_HEADS[change.what]}: {change.alert.text}{since}"
    if len(changes) > _MOST:
        yield f"… and {len(changes) - _MOST} more: scrapy status shows them"


def _as_dict(change: Change) -> dict[str, str]:
    return {
        "what": change.what,
        "key": change.alert.key,
        "kind": change.alert.kind,
        "text": change.alert.text,
        "since": write_time(change.since),
    }
