"""Answers that make no feed line and yet say something of a page: it is gone, or it is still what it was."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from archive.capture import Capture

_GONE = (404, 410)
_REDIRECTS = (301, 302, 303, 307, 308)
_HOMES = ("", "/", "/index.html", "/index.htm", "/index.shtml", "/index.jsp", "/index.aspx", "/index.php")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One such answer. ``verdict``: ``gone`` (404, 410, a jump to a home page) or ``unchanged`` (304)."""

    url: str
    captured_at: str
    record_id: str
    warc: str
    offset: int
    status: int
    verdict: Literal["gone", "unchanged"]
    run: str | None
    portal: str | None


def may_be_sighting(status: int | None) -> bool:
    """Whether an answer of that status can be one."""
    return status == 304 or status in _GONE or status in _REDIRECTS


def find_sighting(capture: Capture) -> Sighting | None:
    """What an answer other than 200 says of its page; ``None`` for refusals, faults and ordinary redirects."""
    verdict = _find_verdict(capture)
    if verdict is None:
        return None
    return Sighting(
        url=capture.url,
        captured_at=capture.captured_at,
        record_id=capture.record_id or f"{capture.warc}:{capture.offset}",
        warc=capture.warc,
        offset=capture.offset,
        status=capture.status,
        verdict=verdict,
        run=capture.context.get("run"),
        portal=capture.context.get("portal"),
    )


def _find_verdict(capture: Capture) -> Literal["gone", "unchanged"] | None:
    if capture.status == 304:
        return "unchanged"
    if capture.status in _GONE:
        return "gone"
    if capture.status in _REDIRECTS and _is_home(capture.header("Location") or "x") and not _is_home(capture.url):
        return "gone"
    return None


def _is_home(address: str) -> bool:
    """Whether an address, also a relative one, is that of a site's home page."""
    parts = urlsplit(address.strip())
    return parts.path.lower() in _HOMES and not parts.query and bool(parts.netloc or parts.path)
