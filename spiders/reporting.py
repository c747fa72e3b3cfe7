"""Spiders that fetch reports: each with its files, its images and the pages in its frames, a few at a time."""

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.planning.choosing import Plan
from crawler.planning.revisits import Revisits
from crawler.telling.ledger import visited
from spiders.archiving import ArchivingSpider
from spiders.attachments import find_attachments
from spiders.courses import Course, Held
from spiders.items import ReportPage
from spiders.pages import Link, Page
from spiders.parts import find_images, find_inner_pages, find_styles
from spiders.recalling import make_visit, recall
from spiders.rows import is_article, reads_like_report

MOST_INNER = 2  # frames in frames
_KEY = "report_key"


class ReportingSpider(ArchivingSpider):
    """Fetches the reports that wait on its courses.

    The setting ``PAGE_PARTS`` names what else of a report page is fetched: ``images`` (the default), ``styles``;
    ``FOLLOW_OTHERS`` off leaves out the reports of other agencies.
    """

    plan: Plan
    courses: dict[str, Course]
    revisits: Revisits | None = None  # what the archive had before this crawl

    def turn_page(self, course: Course, held: Held) -> Request:
        """The request for a list page; to be given by a spider that walks lists."""
        raise TypeError(f"{type(self).__name__} walks no lists")

    def pump(self, course: Course) -> Iterator[Request | None]:
        """The requests that there is room for; when nothing is left, those for what no list links any more.

        ``None`` among them lets other pages have their turn (``crawler.fetching.output``).
        """
        yield from self._take_waiting(course)
        if course.is_over and not course.is_recalled:
            course.is_recalled = True
            if self.revisits is not None:
                others = self.settings.getbool("FOLLOW_OTHERS")
                course.less = yield from recall(course, self.revisits, self.plan.years, others)
                self._tell_visit(course)
                yield from self._take_waiting(course)

    def _take_waiting(self, course: Course) -> Iterator[Request]:
        for report in course.take_reports():
            link = Link(report.url, report.title, report.date)
            context = self.find_context(course, report.via, link, report.kind, own=report.own)
            context["unlisted"] = "yes" if report.unlisted else None
            kwargs: dict[str, Any] = {"errback": self.note_report_failure, "cb_kwargs": {"portal_id": course.portal.id}}
            request = self.ask(report.url, context, self.read_report, **kwargs)
            if report.kind == "report":
                request.meta[_KEY] = report.key
            yield self.ask_again(request)
        for held in course.take_turns():
            yield self.turn_page(course, held)

    def ask_again(self, request: Request) -> Request:
        """The request, conditional where a crawl wants only what changed."""
        return self.revisits.condition(request) if self.revisits else request

    def _tell_visit(self, course: Course) -> None:
        self.crawler.signals.send_catch_log(visited, visit=make_visit(course, course.less))

    def take_column(self, course: Course, page: Page) -> Iterator[Request | None]:
        """What was linked as a report and is a column; to be given by a spider that walks lists."""
        return iter(())

    def read_report(self, response: Response, portal_id: str) -> Iterator[Any]:
        """The item of a report page, and requests for what belongs to it."""
        course = self.courses[portal_id]
        course.meet(response.url)  # where a redirect led
        if self.revisits is not None and response.status in (200, 304):
            self.revisits.note_visit(portal_id, response.url)
        if response.status == 200:
            yield self.make_item(response)
            if is_markup(response):
                page = read_page(response)
                yield from self._take_parts(course, page, response)
                if not is_article(page.url) and not reads_like_report(page.text):
                    yield from self.take_column(course, page)
        elif response.status == 304:
            yield from self._take_unchanged(course, response)
        course.under_way -= 1
        yield from self.pump(course)

    def _take_unchanged(self, course: Course, response: Response) -> Iterator[Request]:
        """What belongs to a page that is what it was, as the archive has it; the page itself where it does not."""
        assert self.revisits is not None
        assert response.request is not None
        held = self.revisits.read_body(response.url)
        if held is None:
            course.under_way += 1
            yield self.revisits.forget(response.request)
            return
        if key := response.meta.get(_KEY):
            course.left.add(key)
            if course.is_recalled:
                self._tell_visit(course)
        if is_markup_body(held.payload):
            page = Page(response.url, held.payload, held.header("Content-Type"))
            yield from self._take_parts(course, page, response)

    def note_report_failure(self, failure: Failure) -> Iterator[Request | None]:
        """Name what failed, and make room."""
        request: Request = failure.request  # type: ignore[attr-defined]
        course = self.courses[request.cb_kwargs["portal_id"]]
        status = failure.value.response.status if isinstance(failure.value, HttpError) else None
        if status in (404, 410) and self.revisits is not None and self.revisits.is_known(request.url):
            self.note(course.portal.id, "gone", f"{request.url}: status {status}")
        else:
            self.note_failure(failure)
        course.under_way -= 1
        yield from self.pump(course)

    def note_dropped(self, request: Request) -> None:
        """Make room where Scrapy's filter of duplicates knew a report from an earlier job."""
        if request.callback == self.read_report:
            course = self.courses[request.cb_kwargs["portal_id"]]
            course.under_way -= 1
            for following in filter(None, self.pump(course)):
                self.crawler.engine.crawl(following)

    def take_report(self, course: Course, page: Page, response: Response) -> Iterator[Any]:
        """A page met on the way that is a report itself."""
        if course.meet(page.url):
            yield self.make_item(response)
            yield from self._take_parts(course, page, response)

    def _take_parts(self, course: Course, page: Page, response: Response) -> Iterator[Request]:
        context = response.meta.get("context", {})
        wanted = self.settings.getlist("PAGE_PARTS")
        parts = [(link, "attachment") for link in find_attachments(page)]
        parts += [(link, kind) for link, kind in find_images(page) if "images" in wanted]
        parts += [(link, "other") for link in find_styles(page) if "styles" in wanted]
        for link, kind in parts:
            if course.reach.is_near(link.url) and course.meet(link.url):
                own = {**self.find_context(course, page.url, link, kind), "agency": context.get("agency")}
                yield self.ask_again(self.ask(link.url, own, self.read_part))
        for url in find_inner_pages(page):
            if course.reach.owns(url) and course.meet(url) and response.meta.get("inner", 0) < 2:
                inner = {**context, "via": page.url}
                meta = {"context": inner, "inner": response.meta.get("inner", 0) + 1}
                course.under_way += 1
                request = self.ask(
                    url,
                    inner,
                    self.read_report,
                    errback=self.note_report_failure,
                    meta=meta,
                    cb_kwargs={"portal_id": course.portal.id},
                )
                yield self.ask_again(request)

    def read_part(self, response: Response) -> Iterator[ReportPage]:
        """The item of an attachment."""
        if response.status == 200 and response.meta.get("context", {}).get("kind") == "attachment":
            yield self.make_item(response)

    def find_context(
        self, course: Course, via: str | None, link: Link | None, kind: str, own: bool = True
    ) -> dict[str, str | None]:
        """The context of a request; another agency's report is not claimed for the portal's."""
        portal, owner = course.portal, course.owner
        return {
            "portal": portal.id,
            "agency": (portal.agency or owner.agency) if own else None,
            "level": (portal.level or owner.level) if own else None,
            "region": (portal.region or owner.region) if own else None,
            "via": via,
            "anchor": link.title if link else None,
            "listed": link.date if link and kind == "report" else None,
            "kind": kind,
        }


def read_page(response: Response) -> Page:
    """The page of an answer."""
    header = response.headers.get("Content-Type")
    return Page(response.url, response.body, header.decode("latin-1") if header else None)


def is_markup(response: Response) -> bool:
    """Whether an answer can hold links."""
    return is_markup_body(response.body)


def is_markup_body(body: bytes) -> bool:
    """Whether a body can hold links: text by its first bytes, whatever the header says."""
    return b"<" in body[:1000] and not body.startswith((b"%PDF", b"PK", b"\xd0\xcf\x11\xe0"))
