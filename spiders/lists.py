"""Spiders that walk lists: page after page, year after year, and hand on the rows that are reports."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from spiders.courses import Course, Held, Waiting
from spiders.families import FAMILIES, recognise_family
from spiders.families.base import Turn
from spiders.owners import is_own
from spiders.pages import Link, Page
from spiders.recalling import name_report, take_rows
from spiders.reporting import ReportingSpider, read_page
from spiders.rows import find_reports, is_year_tab, reads_like_report
from spiders.walking import Step, Walk
from spiders.years import find_year_lists

LISTS_FIRST = 10  # a list's next page goes before its reports, as long as there is room for what it brings


class ListSpider(ReportingSpider):
    """Walks the lists of its courses.

    Settings: ``LIST_PAGES`` and ``LIST_BARREN_PAGES`` bound a walk.
    """

    def make_walk(self, course: Course, page: Page | None = None) -> Walk:
        """A walk; its family is the one that the row names, else the one that the first page shows."""
        pinned = course.portal.family
        family = FAMILIES[pinned] if pinned else recognise_family(page or Page(course.portal.home, b""))
        most = self.settings.getint("LIST_PAGES")
        barren = self.settings.getint("LIST_BARREN_PAGES")
        return Walk(family, bool(pinned), most, barren)

    def begin_list(self, course: Course, url: str, via: str | None) -> Iterator[Request]:
        """The first page of a list that was not taken up before."""
        if name := course.begin_walk(url, self.make_walk(course)):
            yield self.turn_page(course, Held(name, Turn(url, anew=True), via))

    def take_column(self, course: Course, page: Page) -> Iterator[Request | None]:
        """A column that was linked like a report is walked like a list."""
        if name := course.begin_walk(page.url, self.make_walk(course, page)):
            yield from self.follow(course, Held(name, Turn(page.url), page.url), page)

    def turn_page(self, course: Course, held: Held) -> Request:
        """The request for a list page; past the duplicate filter, because the walk itself knows circles."""
        turn = held.turn
        course.asking += 1
        headers = {"X-Requested-With": "XMLHttpRequest"} if turn.scripted and turn.brings_rows else {}
        more: dict[str, Any] = {"method": "POST", "body": turn.body} if turn.body is not None else {}
        if turn.body is not None:
            headers["Content-Type"] = "application/json;charset=UTF-8"
        return self.ask(
            turn.url,
            self.find_context(course, held.via, None, "list"),
            self.read_list,
            errback=self.note_list_failure,
            formdata=list(turn.form) or None,
            headers=headers,
            priority=LISTS_FIRST,
            dont_filter=True,
            cb_kwargs={"portal_id": course.portal.id, "held": held},
            **more,
        )

    def read_list(self, response: Response, portal_id: str, held: Held) -> Iterator[Any]:
        """The reports that a list page links, and its next page."""
        course = self.courses[portal_id]
        if response.status == 200:
            page = read_page(response)
            if held.turn.number == 1 and held.turn.brings_rows and reads_like_report(page.text):
                yield from self.take_report(course, page, response)
            yield from self.follow(course, held, page)
        else:
            step = course.walks[held.walk].retry(held.turn, "no list page")
            yield from self._go_on(course, held, response.url, step)
        course.asking -= 1
        yield from self.pump(course)

    def note_list_failure(self, failure: Failure) -> Iterator[Request | None]:
        """Name what failed, then try the next guess at the same page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        course, held = self.courses[request.cb_kwargs["portal_id"]], request.cb_kwargs["held"]
        step = course.walks[held.walk].retry(held.turn, f"page {held.turn.number} did not come")
        if step.turn is None and not held.turn.beyond:
            course.is_partial = True
            self.note_failure(failure)
        yield from self._go_on(course, held, request.meta["context"].get("via"), step)
        course.asking -= 1
        yield from self.pump(course)

    def follow(self, course: Course, held: Held, page: Page) -> Iterator[Request | None]:
        """What a list page leads to: its reports, its next page, and on the first one the tabs of its years."""
        walk = course.walks[held.walk]
        if walk.pages == 0 and not walk.pinned:
            walk.family = recognise_family(page)
        first = walk.pages == 0
        step = walk.read(page, held.turn)
        tabs = [link for link in step.links if is_year_tab(link, page.url)]
        reports = [link for link in find_reports(step.links, self.plan.years) if link not in tabs]
        waiting = list(self._waiting(course, reports, page.url))
        walk.elsewhere.update(urlsplit(link.url).netloc for link in reports if not course.reach.owns(link.url))
        take_rows(course, waiting, self.revisits)
        self.note_page(course, held, page, waiting, step)
        if first:
            years = find_year_lists(page, step.links)
            course.tabs[held.walk] = [url for url in years if course.reach.owns(url)]
        yield from self._go_on(course, held, page.url, step)

    def note_page(self, course: Course, held: Held, page: Page, rows: list[Waiting], step: Step) -> None:
        """For spiders that tell of each list page; a crawl does not."""

    def _waiting(self, course: Course, reports: list[Link], via: str) -> Iterator[Waiting]:
        """The rows that are fetched: on the portal's own hosts, of its own agency or, if wanted, of others."""
        others = self.settings.getbool("FOLLOW_OTHERS")
        for link in reports:
            own = is_own(link.title, course.agency)
            if course.reach.owns(link.url) and (own or others):
                yield Waiting(link.url, link.title, via, own, name_report(link, course.agency, own), link.date)

    def _go_on(self, course: Course, held: Held, via: str | None, step: Step) -> Iterator[Request | None]:
        if step.turn is not None:
            course.hold(Held(held.walk, step.turn, via))
        else:
            if step.stopped:
                course.is_partial = True
                self.note(course.portal.id, "stopped", f"{held.turn.url}: {step.stopped}")
            for host, count in sorted(course.walks[held.walk].elsewhere.items()):
                text = f"reports that lie on {host}, which is not the portal's, are left out: {count}"
                self.note(course.portal.id, "stopped", f"{held.turn.url}: {text}")
            for url in course.end_walk(held.walk):
                yield from self.begin_list(course, url, via)
        yield from self.pump(course)
