"""A look at one portal without storing anything: the search, the first pages of each list, and no report."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.planning.arguments import Arguments
from crawler.planning.choosing import Plan
from crawler.planning.homes import plan_homes
from crawler.telling.ledger import Note
from spiders.courses import Course, Held, Waiting
from spiders.discovery import Candidate, Finding
from spiders.families import score_families
from spiders.owners import Owner
from spiders.pages import Link, Page
from spiders.portals import PortalSpider
from spiders.rows import report_year
from spiders.walking import Step


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is an annual report: of which year, and whether of the portal's own agency."""

    url: str
    title: str
    year: int | None
    own: bool


@dataclass(slots=True)
class ProbedList:
    """A list as it would be walked."""

    url: str
    family: str
    evidence: list[tuple[str, int]]  # families and how surely the first page is of them
    signs: tuple[str, ...]
    pages: int = 0
    rows: list[Row] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    ended: str | None = None


@dataclass(slots=True)
class Probe:
    """What would happen on a portal."""

    home: str
    owner: Owner = field(default_factory=Owner)
    asked: list[str] = field(default_factory=list)
    lists: dict[str, ProbedList] = field(default_factory=dict)
    why: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # page of the search → what speaks for its being the list
    notes: list[Note] = field(default_factory=list)

    @property
    def reports(self) -> int:
        """Annual reports in the lists that were found."""
        return sum(len(found.rows) for found in self.lists.values())


class ProbeSpider(PortalSpider):
    """Made by ``scrapy probe`` alone, which gives it its name; ``scrapy list`` does not know it."""

    known = frozenset({"home", "name"})
    looks_at_portals: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.probe = Probe(self.plan.portals[0].home)

    @classmethod
    def read_plan(cls, given: Mapping[str, str], settings: BaseSettings) -> Plan:
        """The one home page."""
        return plan_homes(Arguments(home=given.get("home")), allow_loopback=settings.getbool("ALLOW_LOOPBACK"))

    def find_revisits(self, broken: Mapping[str, Collection[str]]) -> None:
        """A look at a portal has no past."""

    def ask(self, url: str, context: Mapping[str, str | None], callback: Any, **more: Any) -> Request:
        """A request, remembered."""
        self.probe.asked.append(url)
        return super().ask(url, context, callback, **more)

    def note(self, portal: str, kind: str, text: str) -> None:
        """What failed, stopped or was refused."""
        super().note(portal, kind, text)
        self.probe.notes.append(Note(portal, kind, text))

    def pump(self, course: Course) -> Iterator[Request]:
        """List pages alone; what reports wait is counted and left."""
        for _ in course.take_reports():
            course.under_way -= 1
        for held in course.take_turns():
            yield self.turn_page(course, held)

    def take_report(self, course: Course, page: Page, response: Response) -> Iterator[Any]:
        """A page that is a report itself: one row."""
        self.probe.lists.setdefault(page.url, _begin_list(page)).rows.append(Row(page.url, "", None, own=True))
        return iter(())

    def note_finding(self, page: Page, candidate: Candidate, finding: Finding) -> None:
        """Why a page is the list, or is not."""
        self.probe.why[page.url] = finding.reasons

    def note_page(self, course: Course, held: Held, page: Page, rows: list[Waiting], step: Step) -> None:
        """What a list page holds, and what would be asked next."""
        walk, turn = course.walks[held.walk], step.turn
        found = self.probe.lists.setdefault(held.walk, _begin_list(page))
        found.family, found.pages = walk.family.name, walk.pages
        found.rows += [Row(row.url, row.title, report_year(Link(row.url, row.title)), row.own) for row in rows]
        if turn is not None:
            way = "POST" if turn.form or turn.body is not None else "GET"
            found.turns.append(f"{way} {turn.url}" + (f" {turn.body}" if turn.body is not None else ""))
        found.ended = step.stopped if turn is None else None
        self.probe.owner = Owner(course.agency, course.owner.level, course.owner.region)


def _begin_list(page: Page) -> ProbedList:
    scores = score_families(page)
    signs = scores[0].family.find_signs(page)
    return ProbedList(page.url, scores[0].family.name, [(one.family.name, one.evidence) for one in scores], signs)
