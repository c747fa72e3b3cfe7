"""The base of the portals' spiders: from a home page or a list to the reports, their attachments and their images."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.catalogue import Catalogue, Portal, read_catalogue
from crawler.errors import KaijuanError
from crawler.fetching.refusals import name_refusal
from crawler.planning.arguments import CHOICE, FEEDS, Arguments, find_visit
from crawler.planning.bookkeeping import find_broken
from crawler.planning.calendar import find_today
from crawler.planning.choosing import Plan, choose_portals
from crawler.planning.dues import is_wished
from crawler.planning.resuming import find_run_to_resume
from crawler.planning.revisits import Revisits
from crawler.planning.rewalking import is_rewalk
from crawler.planning.visitbook import Visited, read_visits
from crawler.planning.visiting import Visiting
from pipelines.errors import PipelineError
from spiders.courses import Course, Held
from spiders.discovery import GUESSED, Candidate, Discovery, Finding
from spiders.families import FAMILIES
from spiders.families.base import Turn
from spiders.lists import LISTS_FIRST, ListSpider
from spiders.owners import find_owner
from spiders.pages import Link, Page
from spiders.reach import Reach
from spiders.reporting import is_markup, read_page
from spiders.rows import reads_like_report

logger = logging.getLogger(__name__)


class PortalSpider(ListSpider):
    """Walks the portals of its ``levels``, or those named with ``-a portal=``.

    Settings: ``DISCOVERY_REQUESTS`` and ``DISCOVERY_DEPTH`` bound the search from a home page.
    """

    levels: ClassVar[tuple[str, ...]] = ()
    looks_at_portals: ClassVar[bool] = True  # that is: claims them, and is noted in the book of visits
    visit: str = "all"
    known = FEEDS | CHOICE
    plan: Plan

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit = find_visit(kwargs)
        self.old_tls = self.plan.old_tls  # the archive's download handler reads it
        self.courses = {portal.id: Course(portal, Reach.of(portal)) for portal in self.plan.portals}

    @classmethod
    def plan_crawl(cls, arguments: Arguments, settings: BaseSettings) -> Plan:
        """The chosen portals of the catalogue."""
        catalogue = read_catalogue(arguments.catalogue, FAMILIES)
        is_wanted = cls._find_wish(arguments, catalogue, settings) if arguments.due else lambda _: True
        allow_loopback = settings.getbool("ALLOW_LOOPBACK")
        return choose_portals(catalogue, arguments, cls.levels, allow_loopback=allow_loopback, is_wanted=is_wanted)

    @classmethod
    def _find_wish(cls, arguments: Arguments, catalogue: Catalogue, settings: BaseSettings) -> Callable[[Portal], bool]:
        """Which portals are due now, or were begun by the run that goes on."""
        resumed = find_run_to_resume(arguments.resume, cls.name, settings) if arguments.resume else None
        visits, today = read_visits(Path(settings["ARCHIVE_DIR"])), find_today(settings)
        return lambda row: is_wished(row, catalogue.schedule, visits.get(row.id, Visited()), today, resumed)

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each portal's lists, or its home page where the row names no list."""
        self.crawler.signals.connect(self.note_dropped, signals.request_dropped)
        visits = await self._claim()
        self.revisits = self.find_revisits(find_broken(visits))
        for portal in visits:
            for request in self._begin(self.courses[portal]):
                yield request

    async def _claim(self) -> Mapping[str, Visited]:
        """The portals that are this crawl's to ask, and what the book of visits says of them."""
        visiting = self.crawler.get_extension(Visiting)
        if visiting is None:
            return dict.fromkeys(self.courses, Visited())
        try:
            return await visiting.claim(self.courses)
        except (KaijuanError, PipelineError) as error:
            logger.error("%s", error)
            engine = self.crawler.engine
            assert engine is not None
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason="claim-failed"))
            return {}

    def find_revisits(self, broken: Mapping[str, Collection[str]]) -> Revisits | None:
        """What the archive had before this crawl; in a re-walk it is asked as the web is, and remembers nothing."""
        if is_rewalk(self.settings):
            return None
        folder, resumed = Path(self.settings["ARCHIVE_DIR"]), self.settings.get("ARCHIVE_RESUME")
        today = find_today(self.settings)
        return Revisits.of(folder, resumed, today, only_due=self.visit == "due", broken=broken)

    def _begin(self, course: Course) -> Iterator[Request]:
        lists = course.portal.lists
        for url in lists:
            if name := course.begin_walk(url, self.make_walk(course)):
                yield self.turn_page(course, Held(name, Turn(url), None))
        if not lists:
            most = self.settings.getint("DISCOVERY_REQUESTS")
            depth = self.settings.getint("DISCOVERY_DEPTH")
            home = course.portal.home
            course.discovery = Discovery(course.reach, home, course.portal.agency or None, most, depth)
            course.discovery.meet(Candidate(home))
            yield from self._search(course)

    # The search for the list

    def _search(self, course: Course) -> Iterator[Request]:
        """The next page of the search, or its end."""
        assert course.discovery is not None
        candidate = course.discovery.take()
        if candidate is None and (candidate := course.discovery.take_fallback()):
            yield from self.begin_list(course, candidate.url, candidate.via)
        elif candidate is not None:
            context = self.find_context(course, candidate.via, Link(candidate.url, candidate.anchor), "other")
            course.asking += 1
            yield self.ask(
                candidate.url,
                context,
                self.read_column,
                errback=self.note_column_failure,
                priority=LISTS_FIRST,
                dont_filter=True,
                cb_kwargs={"portal_id": course.portal.id, "candidate": candidate},
            )
        elif not course.lists:
            course.is_partial = True
            found = f"no list of annual reports in {course.discovery.asked} pages"
            away = f"; {course.discovery.elsewhere}, which is another host's" if course.discovery.elsewhere else ""
            self.note(course.portal.id, "stopped", f"{course.portal.home}: {found}{away}")

    def read_column(self, response: Response, portal_id: str, candidate: Candidate) -> Iterator[Any]:
        """A page of the search: the list itself, or what leads on to it."""
        course = self.courses[portal_id]
        assert course.discovery is not None
        if response.status == 200 and (is_markup(response) or candidate.is_script):
            page = read_page(response)
            if candidate.depth == 0:
                course.reach = course.discovery.reach = course.reach.moved(candidate.url, page.url)
            self._learn_owner(course, page)
            finding = course.discovery.read(page, candidate)
            self.note_finding(page, candidate, finding)
            yield from self._take_finding(course, page, candidate, finding, response)
        yield from self._search(course)
        course.asking -= 1
        yield from self.pump(course)

    def note_finding(self, page: Page, candidate: Candidate, finding: Finding) -> None:
        """For spiders that tell of each page of the search; a crawl does not."""

    def _learn_owner(self, course: Course, page: Page) -> None:
        if not course.agency:
            course.owner = find_owner(page)
            assert course.discovery is not None
            course.discovery.agency = course.owner.agency

    def _take_finding(
        self, course: Course, page: Page, candidate: Candidate, finding: Finding, response: Response
    ) -> Iterator[Any]:
        if finding.is_list:
            if name := course.begin_walk(page.url, self.make_walk(course, page)):
                yield from self.follow(course, Held(name, Turn(page.url), candidate.via), page)
        elif candidate.named and reads_like_report(page.text):
            yield from self.take_report(course, page, response)

    def note_column_failure(self, failure: Failure) -> Iterator[Request | None]:
        """Name what failed; a home page that does not come is tried on the other scheme, once."""
        request: Request = failure.request  # type: ignore[attr-defined]
        course, candidate = self.courses[request.cb_kwargs["portal_id"]], request.cb_kwargs["candidate"]
        assert course.discovery is not None
        other = _other_scheme(candidate.url) if candidate.depth == 0 and candidate.via is None else None
        refused = isinstance(failure.value, HttpError) and name_refusal(
            failure.value.response.status, failure.value.response.body
        )
        telling = refused or candidate.named or candidate.depth == 0
        if telling and candidate.rank > GUESSED and not (other and not refused):
            self.note_failure(failure)
        if refused:
            # Whoever refuses a page is asked for no other that nobody linked.
            course.discovery.give_up_guessing()
            other = None
        if other:
            course.discovery.retry(replace(candidate, url=other, via=candidate.url))
        yield from self._search(course)
        course.asking -= 1
        yield from self.pump(course)


def _other_scheme(url: str) -> str | None:
    scheme, mark, rest = url.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme)
    return f"{other}{mark}{rest}" if other and ":" not in rest.partition("/")[0] else None
