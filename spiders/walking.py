"""The walk through one list: page after page until it ends, and it always does.

A list ends where its pager says so, where a page brings no row that was not there before, where no page has held a
report for long, or at the bound. Every end but the first is told in a line.
"""

from dataclasses import dataclass, field, replace

from spiders.families.base import Family, Turn
from spiders.pages import Link, Page
from spiders.rows import is_annual_report, is_article

MOST_PAGES = 1000  # ten thousand rows at ten a page
MOST_BARREN = 40  # pages in a row without a report: a calendar, or news that never end


@dataclass(frozen=True, slots=True)
class Step:
    """What a list page gave: its new links, the next turn, and why there is none where that is worth a word."""

    links: tuple[Link, ...] = ()
    turn: Turn | None = None
    stopped: str | None = None


@dataclass(slots=True)
class Walk:
    """The state of one list: addresses seen, turns made, pages without a report."""

    family: Family
    seen: set[str] = field(default_factory=set)
    asked: set[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=set)
    pages: int = 0
    barren: int = 0
    reports: int = 0

    def read(self, page: Page, turn: Turn) -> Step:
        """Take a page that a turn brought."""
        links = tuple({link.url: link for link in self.family.find_links(page, turn)}.values())
        new = tuple(link for link in links if link.url not in self.seen)
        if self.pages and not any(_is_row(link) for link in new):
            return self.retry(turn, f"page {turn.number} brings no new row")
        self.pages += 1
        self.asked.add((turn.url, turn.form))
        self.seen.update(link.url for link in new)
        reports = sum(is_annual_report(link) for link in new)
        self.reports += reports
        self.barren = 0 if reports else self.barren + 1
        return self._go_on(new, self.family.find_turn(page, turn))

    def retry(self, turn: Turn, why: str) -> Step:
        """The next guess at the same page, or the list's end."""
        if not turn.otherwise:
            return Step(stopped=why)
        guess, *further = turn.otherwise
        return Step(turn=replace(guess, otherwise=tuple(further)))

    def _go_on(self, links: tuple[Link, ...], turn: Turn | None) -> Step:
        if turn is None:
            return Step(links)
        if (turn.url, turn.form) in self.asked:
            return Step(links, stopped=f"page {turn.number} was read before: the pager turns in a circle")
        if self.pages >= MOST_PAGES:
            return Step(links, stopped=f"the bound of {MOST_PAGES} pages is reached")
        if self.barren >= MOST_BARREN:
            return Step(links, stopped=f"{MOST_BARREN} pages in a row hold no report")
        return Step(links, turn)


def _is_row(link: Link) -> bool:
    """Whether a link can be a row: pagers and menus change from page to page too."""
    return link.date is not None or is_article(link.url)
