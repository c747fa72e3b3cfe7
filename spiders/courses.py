"""The course of a crawl on one portal: what is being searched and walked, and the reports that wait their turn.

What waits is kept as text, not as requests (a Request weighs ten times as much), and a list's next page is held back
while many reports wait: a list of ten thousand rows takes the memory of a page or two.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.catalogue import Portal
from spiders.discovery import Discovery
from spiders.families.base import Turn
from spiders.owners import Owner
from spiders.reach import Reach
from spiders.walking import Walk, mark, stable

WIDTH = 8  # reports of one portal that are under way; the address takes one at a time anyway
PLENTY = 60  # waiting reports from which a list's next page is held back
SEVERAL = 2  # years
MOST_LISTS = 40  # lists of one portal, the tabs of years among them


class Waiting(NamedTuple):
    """A report whose turn it is: its address, the words of its link, the page that linked it."""

    url: str
    title: str
    via: str
    own: bool


class Held(NamedTuple):
    """A list's page that waits for room: which walk, which turn, and the page that led to it."""

    walk: str
    turn: Turn
    via: str | None


@dataclass(slots=True)
class Course:
    """One portal. ``walks`` by the address of their list."""

    portal: Portal
    reach: Reach
    discovery: Discovery | None = None
    owner: Owner = field(default_factory=Owner)
    walks: dict[str, Walk] = field(default_factory=dict)
    tabs: dict[str, list[str]] = field(default_factory=dict)  # of a walk's list: the addresses of its years
    lists: int = 0
    under_way: int = 0
    _met: set[int] = field(default_factory=set)
    _waiting: deque[Waiting] = field(default_factory=deque)
    _held: deque[Held] = field(default_factory=deque)

    @property
    def agency(self) -> str | None:
        """The portal's agency as its row has it, else as its home page names it."""
        return self.portal.agency or self.owner.agency

    def begin_walk(self, url: str, walk: Walk) -> str | None:
        """Take up a list by its address; the walk's name, or ``None`` where it was taken up or there are too many."""
        name = stable(url)
        if name in self.walks or self.lists >= MOST_LISTS:
            return None
        self.lists += 1
        self.walks[name] = walk
        return name

    def end_walk(self, name: str) -> list[str]:
        """Forget what a walk remembered, but not that it was; the lists of single years that are still to be walked.

        A list that held reports of several years was the whole, and the tabs of its years show parts of it.
        """
        walk = self.walks[name]
        walk.seen.clear()
        walk.asked.clear()
        walk.shell = None
        tabs = self.tabs.pop(name, [])
        return tabs if len(walk.years) < SEVERAL else []

    def wait(self, reports: Iterable[Waiting]) -> None:
        """Reports that a list links; those met before are passed over."""
        for report in reports:
            if self.meet(report.url):
                self._waiting.append(report)

    def meet(self, url: str) -> bool:
        """Note an address; false where it was met before."""
        number = mark(stable(url))
        if number in self._met:
            return False
        self._met.add(number)
        return True

    def hold(self, held: Held) -> None:
        """A list's page that is asked when there is room."""
        self._held.append(held)

    def take_reports(self) -> Iterator[Waiting]:
        """The reports whose turn it is."""
        while self._waiting and self.under_way < WIDTH:
            self.under_way += 1
            yield self._waiting.popleft()

    def take_turns(self) -> Iterator[Held]:
        """The list pages that there is room for."""
        while self._held and len(self._waiting) < PLENTY:
            yield self._held.popleft()
