"""The base of the catalogue's spiders: from a portal's list through its pages to the reports and their attachments."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.arguments import CHOICE, FEEDS, Arguments
from crawler.catalogue import Portal, read_catalogue
from crawler.choosing import Plan, choose_portals
from spiders.archiving import ArchivingSpider
from spiders.attachments import find_attachments
from spiders.families import FAMILIES, recognise_family
from spiders.families.base import Turn
from spiders.items import ReportPage
from spiders.pages import Link, Page
from spiders.rows import find_reports
from spiders.walking import Step, Walk

LISTS_FIRST = 10  # a list's next page goes before its reports, so that the whole of a portal shows early


class PortalSpider(ArchivingSpider):
    """Walks the lists of the portals of its ``levels``, or of those named with ``-a portal=``."""

    levels: ClassVar[tuple[str, ...]] = ()
    known = FEEDS | CHOICE
    plan: Plan

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.portals = {portal.id: portal for portal in self.plan.portals}
        self.walks: dict[str, Walk] = {}

    @classmethod
    def plan_crawl(cls, arguments: Arguments, settings: BaseSettings) -> Plan:
        """The chosen portals of the catalogue."""
        catalogue = read_catalogue(arguments.catalogue, FAMILIES)
        return choose_portals(catalogue, arguments, cls.levels, allow_loopback=settings.getbool("ALLOW_LOOPBACK"))

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each portal's list."""
        for portal in self.plan.portals:
            if portal.list_url is None:
                self.note(portal.id, "not-walkable", "only a home page is known")
            else:
                yield self.turn_page(portal, Turn(portal.list_url))

    def read_list(self, response: Response, portal_id: str, turn: Turn) -> Iterator[Request]:
        """The reports that a list page links, and its next page."""
        portal = self.portals[portal_id]
        if response.status != 200:
            yield from self._follow(portal, response.url, turn, self._walk(portal, None).retry(turn, "no list page"))
            return
        page = Page(response.url, response.body, _content_type(response))
        yield from self._follow(portal, page.url, turn, self._walk(portal, page).read(page, turn))

    def read_report(self, response: Response, portal_id: str) -> Iterator[Any]:
        """The item of a report page, and requests for its attachments."""
        if response.status != 200:
            return
        yield self.make_item(response)
        if not _is_markup(response):
            return
        portal = self.portals[portal_id]
        for link in find_attachments(Page(response.url, response.body, _content_type(response))):
            yield self.ask(link.url, self._context(portal, response.url, link, "attachment"), self.read_attachment)

    def read_attachment(self, response: Response) -> Iterator[ReportPage]:
        """The item of an attachment."""
        if response.status == 200:
            yield self.make_item(response)

    def turn_page(self, portal: Portal, turn: Turn, via: str | None = None) -> Request:
        """The request for a list page; past the duplicate filter, because the walk itself knows circles."""
        return self.ask(
            turn.url,
            self._context(portal, via, None, "list"),
            self.read_list,
            errback=self.note_list_failure,
            formdata=list(turn.form) or None,
            priority=LISTS_FIRST,
            dont_filter=True,
            cb_kwargs={"portal_id": portal.id, "turn": turn},
        )

    def note_list_failure(self, failure: Failure) -> Iterator[Request]:
        """Name what failed, then try the next guess at the same page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        portal, turn = self.portals[request.cb_kwargs["portal_id"]], request.cb_kwargs["turn"]
        if not turn.otherwise:
            self.note_failure(failure)
        step = self._walk(portal, None).retry(turn, f"page {turn.number} did not come")
        yield from self._follow(portal, request.meta["context"].get("via"), turn, step)

    def _follow(self, portal: Portal, via: str | None, turn: Turn, step: Step) -> Iterator[Request]:
        if step.turn is not None:
            yield self.turn_page(portal, step.turn, via)
        elif step.stopped and turn.number > 1:
            self.note(portal.id, "stopped", f"{turn.url}: {step.stopped}")
        for link in find_reports(step.links, self.plan.years):
            context = self._context(portal, via, link, "report")
            yield self.ask(link.url, context, self.read_report, cb_kwargs={"portal_id": portal.id})

    def _walk(self, portal: Portal, page: Page | None) -> Walk:
        """The portal's walk; its family is the one that the row names, else the one that the first page shows."""
        walk = self.walks.get(portal.id)
        if walk is None or (page is not None and walk.pages == 0):
            family = FAMILIES[portal.family] if portal.family else recognise_family(page or Page(portal.home, b""))
            walk = self.walks[portal.id] = Walk(family)
        return walk

    def _context(self, portal: Portal, via: str | None, link: Link | None, kind: str) -> dict[str, str | None]:
        return {
            "portal": portal.id,
            "agency": portal.agency,
            "level": portal.level,
            "region": portal.region,
            "via": via,
            "anchor": link.title if link else None,
            "kind": kind,
        }


def _content_type(response: Response) -> str | None:
    header = response.headers.get("Content-Type")
    return header.decode("latin-1") if header else None


def _is_markup(response: Response) -> bool:
    """Whether a body can hold links: text by its first bytes, whatever the header says."""
    return b"<" in response.body[:1000] and not response.body.startswith((b"%PDF", b"PK", b"\xd0\xcf\x11\xe0"))
