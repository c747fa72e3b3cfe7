"""Spiders that fetch reports: each with its files, its images and the pages in its frames, a few at a time."""

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from spiders.archiving import ArchivingSpider
from spiders.attachments import find_attachments
from spiders.courses import Course, Held
from spiders.items import ReportPage
from spiders.pages import Link, Page
from spiders.parts import find_images, find_inner_pages, find_styles
from spiders.rows import is_article, reads_like_report

MOST_INNER = 2  # frames in frames


class ReportingSpider(ArchivingSpider):
    """Fetches the reports that wait on its courses.

    The setting ``PAGE_PARTS`` names what else of a report page is fetched: ``images`` (the default), ``styles``.
    """

    courses: dict[str, Course]

    def turn_page(self, course: Course, held: Held) -> Request:
        """The request for a list page; to be given by a spider that walks lists."""
        raise TypeError(f"{type(self).__name__} walks no lists")

    def pump(self, course: Course) -> Iterator[Request]:
        """The requests that there is room for."""
        for report in course.take_reports():
            context = self.find_context(course, report.via, Link(report.url, report.title), "report", own=report.own)
            kwargs = {"portal_id": course.portal.id}
            yield self.ask(report.url, context, self.read_report, errback=self.note_report_failure, cb_kwargs=kwargs)
        for held in course.take_turns():
            yield self.turn_page(course, held)

    def take_column(self, course: Course, page: Page) -> Iterator[Request]:
        """What was linked as a report and is a column; to be given by a spider that walks lists."""
        return iter(())

    def read_report(self, response: Response, portal_id: str) -> Iterator[Any]:
        """The item of a report page, and requests for what belongs to it."""
        course = self.courses[portal_id]
        course.under_way -= 1
        if response.status == 200:
            yield self.make_item(response)
            if is_markup(response):
                page = read_page(response)
                yield from self._take_parts(course, page, response)
                if not is_article(page.url) and not reads_like_report(page.text):
                    yield from self.take_column(course, page)
        yield from self.pump(course)

    def note_report_failure(self, failure: Failure) -> Iterator[Request]:
        """Name what failed, and make room."""
        self.note_failure(failure)
        course = self.courses[failure.request.cb_kwargs["portal_id"]]  # type: ignore[attr-defined]
        course.under_way -= 1
        yield from self.pump(course)

    def note_dropped(self, request: Request) -> None:
        """Make room where Scrapy's filter of duplicates knew a report from an earlier job."""
        if request.callback == self.read_report:
            course = self.courses[request.cb_kwargs["portal_id"]]
            course.under_way -= 1
            for following in self.pump(course):
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
                yield self.ask(link.url, own, self.read_part)
        for url in find_inner_pages(page):
            if course.reach.owns(url) and course.meet(url) and response.meta.get("inner", 0) < 2:
                inner = {**context, "via": page.url}
                meta = {"context": inner, "inner": response.meta.get("inner", 0) + 1}
                course.under_way += 1
                yield self.ask(
                    url,
                    inner,
                    self.read_report,
                    errback=self.note_report_failure,
                    meta=meta,
                    cb_kwargs={"portal_id": course.portal.id},
                )

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
            "kind": kind,
        }


def read_page(response: Response) -> Page:
    """The page of an answer."""
    header = response.headers.get("Content-Type")
    return Page(response.url, response.body, header.decode("latin-1") if header else None)


def is_markup(response: Response) -> bool:
    """Whether a body can hold links: text by its first bytes, whatever the header says."""
    return b"<" in response.body[:1000] and not response.body.startswith((b"%PDF", b"PK", b"\xd0\xcf\x11\xe0"))
