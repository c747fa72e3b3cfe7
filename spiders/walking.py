"""The walk through one list: page after page until it ends, and it always does.

A list ends where its pager says so, where a page brings no row that was not there before, where no page has held a
report for long, or at the bound. Every end but the first is told in a line. The end that a list states is believed only
where its last page is not full: totals lie, and one more request tells.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from spiders.families import FAMILIES, recognise_family
from spiders.families.ajax import find_paged_call
from spiders.families.base import Family, Turn
from spiders.families.endpoints import find_scripts
from spiders.families.generic import find_linked_turn
from spiders.pages import Link, Page
from spiders.rows import is_annual_report, is_article, report_year
from spiders.stubs import find_frames, find_onward

MOST_PAGES = 1000  # ten thousand rows at ten a page
MOST_BARREN = 40  # pages in a row without a report: a calendar, or news that never end
FULL = 10  # rows; a page with fewer is a list's last
MOST_STEPS = 12  # frames and signposts on the way to one list
MOST_SCRIPTS = 6  # of a page
MOST_FRAMES = 5
_SESSION = re.compile(r";jsessionid=[^?#]*", re.IGNORECASE)
_VOLATILE = re.compile(r"([?&])(?:_|t|r|rnd|rand|random|timestamp|ts|jsessionid|phpsessid)=[\w.-]*&?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """What a list page gave: its new links, the next turn, and why there is none where that is worth a word."""

    links: tuple[Link, ...] = ()
    turn: Turn | None = None
    stopped: str | None = None


@dataclass(slots=True)
class Walk:
    """The state of one list: addresses seen, turns made, pages without a report; a few bytes for each.

    ``pinned``: the family is certain, and no page on the way changes it.
    """

    family: Family
    pinned: bool = False
    most_pages: int = MOST_PAGES
    most_barren: int = MOST_BARREN
    seen: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    pages: int = 0
    steps: int = 0
    shell: Page | None = None  # the page whose scripts are looked through
    scripts: list[str] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)  # reports that lie on hosts that are not the portal's
    years: set[int] = field(default_factory=set)  # of the reports in it
    barren: int = 0
    reports: int = 0
    fullest: int = 0  # new rows on the page that had most, of those that a script asks for or of those that none does
    scripted: bool = False

    def read(self, page: Page, turn: Turn) -> Step:
        """Take a page that a turn brought."""
        if turn.anew and not self.pinned:
            self.family = recognise_family(page)
        self.asked.add(mark(repr(turn.request)))
        if not turn.brings_rows:
            return self._step_on(page, turn)
        links = tuple({link.url: link for link in self.family.find_links(page, turn)}.values())
        new = tuple(link for link in links if mark(stable(link.url)) not in self.seen)
        rows = sum(_is_row(link) for link in new)
        if self.pages and not rows:
            # An endpoint that answers without a row says that the list is over.
            return self.retry(turn, None if turn.scripted and not links else f"page {turn.number} brings no new row")
        if turn.scripted and not self.scripted:
            self.scripted, self.fullest = True, 0  # what stood in the page itself may be several pages' rows
        self._count(new, rows)
        following = self.family.find_turn(page, turn)
        if self.pages == 1 and (following is None or (following.beyond and not rows)):
            further = self._look_further(page, turn)
            following = further.before(following) if further else following
        if self.pages == 1 and not self.reports:
            following = self._find_onward(page, turn, following)
        return self._go_on(new, following, rows)

    def retry(self, turn: Turn, why: str | None) -> Step:
        """The next guess at the same page that was not asked before, or the list's end."""
        if not turn.brings_rows and self.scripts:
            return self.next_script(turn)
        for at, guess in enumerate(turn.otherwise):
            if mark(repr(guess.request)) not in self.asked:
                return Step(
                    turn=replace(guess, otherwise=turn.otherwise[at + 1 :] + guess.otherwise, beyond=turn.beyond)
                )
        return Step(stopped=None if turn.beyond else why)

    def _count(self, new: Iterable[Link], rows: int) -> None:
        reports = 0
        for link in new:
            self.seen.add(mark(stable(link.url)))
            if is_annual_report(link):
                reports += 1
                self.years.add(report_year(link) or 0)
        self.pages += 1
        self.reports += reports
        self.barren = 0 if reports else self.barren + 1
        self.fullest = max(self.fullest, rows)

    def _look_further(self, page: Page, turn: Turn) -> Turn | None:
        """What the scripts of a first page ask for, where its family knows no next page."""
        wants = self.family.wants_scripts(page)
        if not wants and (asked := self._ask_as_script(page, turn)):
            return asked
        return self._begin_scripts(page, turn) if wants or not self.reports else None

    def _ask_as_script(self, page: Page, turn: Turn) -> Turn | None:
        """The paged call of a script, whatever software it is of: some lists show ten of twenty rows."""
        if self.pinned or not find_paged_call(page).url:
            return None
        self.family = FAMILIES["ajax"]
        return self.family.find_turn(page, turn)

    def _begin_scripts(self, page: Page, turn: Turn) -> Turn | None:
        """A step to the first script that the page loads; what the page lacks may stand there."""
        self.shell, self.scripts = page, list(find_scripts(page))[:MOST_SCRIPTS]
        return Turn(self.scripts.pop(0), turn.number, brings_rows=False) if self.scripts else None

    def _step_on(self, page: Page, turn: Turn) -> Step:
        """Add a script to the page that loads it, and look again."""
        assert self.shell is not None
        whole = f"{self.shell.text}\n<script>\n{page.text}\n</script>"
        self.shell = Page(self.shell.url, whole.encode("utf-8", "surrogatepass"), "text/html; charset=utf-8")
        if not self.pinned:
            self.family = recognise_family(self.shell)
        following = self.family.find_turn(self.shell, replace(turn, brings_rows=True))
        if following and following.scripted:
            return Step(turn=replace(following, otherwise=(*following.otherwise, *turn.otherwise)))
        return self.next_script(turn)

    def next_script(self, turn: Turn) -> Step:
        """The next script of the page; behind the last what a reader may click, and other guesses."""
        if self.scripts:
            return Step(turn=replace(turn, url=self.scripts.pop(0)))
        linked = (self._ask_as_script(self.shell, turn) or find_linked_turn(self.shell, turn)) if self.shell else None
        return Step(turn=linked) if linked else self.retry(turn, None)

    def _find_onward(self, page: Page, turn: Turn, following: Turn | None) -> Turn | None:
        """Where a first page without a report leads: a signpost's target, or the frames that hold what it shows.

        What its script asks for goes first, what a reader may click last.
        """
        target = find_onward(page)
        urls = [target] if target else find_frames(page)[:MOST_FRAMES]
        turns = [Turn(url, turn.number, anew=True) for url in urls if mark(repr(Turn(url).request)) not in self.asked]
        self.steps += 1
        if not turns or self.steps > MOST_STEPS:
            return following
        self.pages = 0  # what it leads to is the first page
        ways = (
            [following, *turns] if following and following.scripted else [*turns, *([following] if following else [])]
        )
        return replace(ways[0], otherwise=(*ways[0].otherwise, *ways[1:]))

    def _go_on(self, links: tuple[Link, ...], turn: Turn | None, rows: int) -> Step:
        if turn is None:
            return Step(links)
        if turn.beyond and (rows < FULL or rows < self.fullest):
            return Step(links)
        if mark(repr(turn.request)) in self.asked:
            further = self.retry(turn, f"page {turn.number} was read before: the pager turns in a circle")
            return replace(further, links=links)
        if self.pages >= self.most_pages:
            return Step(links, stopped=f"the bound of {self.most_pages} pages is reached")
        if self.barren >= self.most_barren:
            return Step(links, stopped=f"{self.most_barren} pages in a row hold no report")
        return Step(links, turn)


def _is_row(link: Link) -> bool:
    """Whether a link can be a row: pagers and menus change from page to page too."""
    return link.date is not None or is_article(link.url)


def stable(url: str) -> str:
    """What two addresses of one page share: all but scheme and ``www.``, sessions and random numbers."""
    rest = url.partition("://")[2].removeprefix("www.")
    return _VOLATILE.sub(r"\1", _SESSION.sub("", rest)) if "?" in rest or ";" in rest else rest


def mark(text: str) -> int:
    """64 bits that stand for a text."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
