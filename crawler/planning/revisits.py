"""What a crawl that comes again knows of a portal's pages, from the archive alone, and which of them it asks again.

Two ways (``-a visit=``): ``all`` asks for everything, as if for the first time, and for known pages that no list links
any more; ``due`` asks for what is new, for what its row says has changed, and for known pages whose time has come
(``crawler.planning.calendar``), with If-None-Match and If-Modified-Since, so that a page that is what it was costs a
304.

A visit is an answer that says something of the page: 200, 304, a redirect, 404, 410. Refusals, faults, cut answers and
silence are none: they leave the page as it was known, and its turn comes again with the next crawl.
"""

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from scrapy import Request

from archive.capture import Capture
from archive.index.cdxj import Entry
from archive.reading.history import History
from crawler.fetching.refusals import name_refusal
from crawler.planning.calendar import find_next_visit, is_due
from pipelines.sightings import find_sighting

KINDS = ("report", "attachment")  # of contexts: what is looked for again where nothing links it
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ANSWERS = frozenset({200, 304, 404, 410}) | REDIRECTS
_CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
_NO_PAGES = ("image/", "text/css", "text/javascript", "application/javascript", "font/", "video/", "audio/")
_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Known:
    """A page that the archive has: when it was first archived and last visited, and what its last visit said."""

    url: str
    first: date
    last: date
    is_gone: bool
    context: Mapping[str, str]  # of the last visit: portal, kind, anchor, via, listed, unlisted …
    record_id: str | None  # of the last visit
    held: Entry | None = None  # its latest whole body
    validators: Mapping[str, str] = field(default_factory=dict)  # of that body: If-None-Match …

    @property
    def is_unlisted(self) -> bool:
        """Whether its last visit was made although no list linked it."""
        return "unlisted" in self.context


class Revisits:
    """A crawl's memory of what was archived before it began."""

    def __init__(
        self, history: History, today: date, *, only_due: bool, broken: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self.only_due = only_due
        self.pages: dict[str, date] = {}  # when the first page of a portal is due again, as far as was met
        self._history = history
        self._today = today
        self._broken = broken or {}
        self._kept: OrderedDict[str, Known | None] = OrderedDict()
        self._portals: dict[str, dict[str, list[str]]] = {}  # host → portal → addresses

    @classmethod
    def of(
        cls,
        folder: Path,
        resumed: str | None,
        today: date,
        *,
        only_due: bool,
        broken: Mapping[str, Collection[str]] | None = None,
    ) -> "Revisits":
        """Over an archive's folder as it is now, without what the run that goes on has archived so far.

        ``broken``: by portal, runs that were broken off before they were through with it.
        """
        return cls(History(folder, without=resumed), today, only_due=only_due, broken=broken)

    def find(self, url: str) -> Known | None:
        """What is known of an address; ``None`` for one that no visit ever found."""
        if url not in self._kept:
            self._kept[url] = know(self._history, self._history.answers(url))
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return self._kept[url]

    def is_known(self, url: str) -> bool:
        """As ``find``, by the index alone."""
        return _find_first(self._history.answers(url)) is not None

    def is_due(self, known: Known) -> bool:
        """Whether a known page's time has come, or what belongs to it may be missing: its look was broken off."""
        broken = self._broken.get(known.context.get("portal", ""), ())
        return known.context.get("run") in broken or is_due(known.first, known.last, self._today)

    def leave(self, known: Known) -> None:
        """Note when a page is due that is not asked now; what is gone is not waited for."""
        if not known.is_gone and known.context.get("kind") in KINDS:
            self._note(known.context.get("portal", ""), find_next_visit(known.first, known.last))

    def note_visit(self, portal: str, url: str) -> None:
        """Note when a page is due that was asked, and answered."""
        entry = _find_first(self._history.answers(url))
        self._note(portal, find_next_visit(_day(entry) if entry else self._today, self._today))

    def _note(self, portal: str, day: date) -> None:
        self.pages[portal] = min(day, self.pages.get(portal, day))

    def wants(self, url: str, title: str, listed: str | None) -> bool:
        """Whether a list's row is asked: its address, its title and the date that it prints."""
        if not self.only_due or (known := self.find(url)) is None:
            return True
        before = known.context
        changed = _differ(title, before.get("anchor")) or _differ(listed, before.get("listed"))
        if changed or self.is_due(known):
            return True
        self.leave(known)
        return False

    def condition(self, request: Request) -> Request:
        """The request, made conditional where only what changed is wanted and an unchanged page is at hand."""
        known = self.find(request.url) if self.only_due else None
        if known is None or known.held is None or known.is_gone or known.held.url != request.url:
            return request
        for name, value in known.validators.items():
            request.headers[name] = value
            request.meta["handle_httpstatus_list"] = [304]
        return request

    def read_body(self, url: str) -> Capture | None:
        """The latest whole body of a known page."""
        known = self.find(url)
        return self._history.read(known.held) if known and known.held else None

    def forget(self, request: Request) -> Request:
        """The request without conditions, for a server that calls unchanged what the archive does not have."""
        plain = request.replace(dont_filter=True)
        for condition in _CONDITIONS.values():
            plain.headers.pop(condition, None)
        plain.meta.pop("handle_httpstatus_list", None)
        return plain

    def addresses_of(
        self, portal: str, hosts: Iterable[str], has_met: Callable[[str], bool] = lambda _: False
    ) -> Iterator[Known | None]:
        """The reports and attachments of a portal that the archive has on these hosts (``host`` or ``host:port``).

        Left out is what was met in this crawl. Each is given once: what was given is forgotten. ``None`` comes between
        them as often as a record was read, so that a crawl of many hosts can go on with something else.
        """
        for host in sorted(hosts):
            if host not in self._portals:
                self._portals[host] = yield from self._read_host(host, has_met)
            for url in self._portals[host].pop(portal, ()):
                yield None if has_met(url) else self.find(url)

    def _read_host(self, host: str, has_met: Callable[[str], bool]) -> Generator[None, None, dict[str, list[str]]]:
        """The pages of a host by portal; several portals may share one, and what one has met is met for all."""
        found: dict[str, list[str]] = {}
        for entries in self._history.addresses(f"http://{host}/"):
            if has_met(entries[-1].url) or not is_page(entries):
                continue
            yield
            known = know(self._history, entries)
            if known and known.context.get("kind") in KINDS:
                found.setdefault(known.context.get("portal", ""), []).append(known.url)
        return found


def is_page(answers: Iterable[Entry]) -> bool:
    """Whether an address may hold a report: no image, style or script was ever answered."""
    return not any((entry.mime or "").startswith(_NO_PAGES) for entry in answers)


def know(history: History, answers: list[Entry]) -> Known | None:
    """What the answers of one address say together, in the order of their time."""
    visits = [entry for entry in answers if entry.status in ANSWERS]
    last = None
    while visits and not ((last := history.read(visits[-1])) and _is_visit(last)):
        visits.pop()
    first = _find_first(visits)
    if first is None or last is None:
        return None
    sighting = find_sighting(last) if last.status != 200 else None
    is_gone = sighting is not None and sighting.verdict == "gone"
    held, body = (visits[-1], last) if last.status == 200 else _find_body(history, visits)
    validators = {_CONDITIONS[name]: value for name in _CONDITIONS if body and (value := body.header(name))}
    return Known(last.url, _day(first), _day(visits[-1]), is_gone, last.context, last.record_id, held, validators)


def _find_body(history: History, visits: list[Entry]) -> tuple[Entry, Capture] | tuple[None, None]:
    for entry in reversed(visits):
        if entry.status == 200 and (body := history.read(entry)) and _is_visit(body):
            return entry, body
    return None, None


def _find_first(entries: Iterable[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.status == 200 or entry.status in REDIRECTS), None)


def _is_visit(capture: Capture) -> bool:
    if capture.status != 200:
        return True
    return capture.problem is None and name_refusal(200, capture.payload) is None


def _day(entry: Entry) -> date:
    return datetime.strptime(entry.timestamp[:8], "%Y%m%d").date()


def _differ(one: str | None, other: str | None) -> bool:
    """Whether two words of rows differ; what one of them does not say changes nothing."""
    return bool(one and other) and _plain(one) != _plain(other)


def _plain(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())
