"""Where a report stands: each address with its state over time, and the times at which it was gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pipelines.store.captures import Event, Seen

_PAGES = ("text/html", "application/xhtml+xml", None)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A time at which an address that had been a report said that it is gone."""

    url: str
    since: str
    reason: str
    seen_before: str  # record_id
    record_id: str  # of the answer
    returned_at: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a report. ``state``: present, gone, replaced (by something that is not this report)."""

    url: str
    role: str  # page, attachment, copy
    media_type: str | None
    captures: tuple[Seen, ...]
    last_seen: str
    state: str
    changed_at: str | None  # since when it is not present
    withdrawals: tuple[Withdrawal, ...]

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc


def find_addresses(captures: Sequence[Seen], events: Mapping[str, Sequence[Event]]) -> list[Address]:
    """The addresses of a report, the one that was seen first in front; ``captures`` in order, never none."""
    by_url: dict[str, list[Seen]] = {}
    for seen in captures:
        by_url.setdefault(seen.url, []).append(seen)
    first = next((seen for seen in captures if seen.media_type in _PAGES), captures[0])
    return [_follow(url, own, events.get(url, ()), _name_role(own[0], first)) for url, own in by_url.items()]


def _name_role(seen: Seen, first: Seen) -> str:
    if urlsplit(seen.url).netloc != urlsplit(first.url).netloc and seen.via != first.url:
        return "copy"
    return "page" if seen.media_type in _PAGES else "attachment"


def _follow(url: str, own: Sequence[Seen], events: Iterable[Event], role: str) -> Address:
    """One address through everything that it answered."""
    mine = {seen.record_id for seen in own}
    state, changed_at, last = "unknown", None, own[0].record_id
    last_seen = own[-1].captured_at
    found: list[Withdrawal] = []
    for event in events:
        if event.record_id in mine:
            if state == "gone":
                found[-1] = replace(found[-1], returned_at=event.captured_at)
            state, changed_at, last, last_seen = "present", None, event.record_id, event.captured_at
        elif state == "unknown":
            continue
        elif event.kind == "unchanged":
            last_seen = event.captured_at if state == "present" else last_seen
        elif event.kind == "gone" and state != "gone":
            found.append(Withdrawal(url, event.captured_at, event.reason or "gone", last, event.record_id))
            state, changed_at = "gone", event.captured_at
        elif event.kind in ("report", "other"):
            state, changed_at = "replaced", event.captured_at
    return Address(url, role, own[-1].media_type, tuple(own), last_seen, state, changed_at, tuple(found))


def find_withdrawn(addresses: Sequence[Address]) -> str | None:
    """Since when a report is nowhere to be had; ``None`` while an address may still have it.

    A file beside a page that is gone, not seen since, counts as gone with it.
    """
    gone = {address.url: address.changed_at for address in addresses if address.changed_at}
    for address in addresses:
        page = gone.get(address.captures[-1].via or "")
        if address.url not in gone and not (page and address.last_seen.removesuffix("Z") <= page.removesuffix("Z")):
            return None
    is_withdrawn = any(address.state == "gone" for address in addresses)
    return max(moment for moment in gone.values() if moment) if is_withdrawn else None
