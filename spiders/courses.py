"""The course of a crawl on one portal: what is being searched and walked, and the reports that wait their turn.

What waits is kept as text, not as requests (a Request weighs ten times as much), and a list's next page is held back
while many reports wait: a list of ten thousand rows takes the memory of a page or two.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

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


Key = tuple[str, int]  # which report a row names: whose, of which year (0: unknown)


class Waiting(NamedTuple):
    """A report whose turn it is: its address, the words of its link, the page that linked it.

    ``unlisted``: known from earlier crawls, and no list links it now.
    """

    url: str
    title: str
    via: str | None
    own: bool
    key: Key
    date: str | None = None  # that the row prints
    kind: str = "report"
    unlisted: bool = False


class Held(NamedTuple):
    """A list's page that waits for room: which walk, which turn, and the page that led to it."""

    walk: str
    turn: Turn
    via: str | None


@dataclass(slots=True)
class Course:
    """One portal. ``walks`` by the address of their list.

    ``listed``: the reports on its lists; ``known``: those of them that the archive had; ``left``: those of them that
    are as they were, or whose time to be asked again has not come.
    """

    portal: Portal
    reach: Reach
    discovery: Discovery | None = None
    owner: Owner = field(default_factory=Owner)
    walks: dict[str, Walk] = field(default_factory=dict)
    tabs: dict[str, list[str]] = field(default_factory=dict)  # of a walk's list: the addresses of its years
    lists: int = 0
    under_way: int = 0
    asking: int = 0  # lists and pages of the search that are under way
    is_partial: bool = False  # a list failed or was left before its end
    is_recalled: bool = False  # what no list links was looked for
    listed: set[Key] = field(default_factory=set)
    known: set[Key] = field(default_factory=set)
    left: set[Key] = field(default_factory=set)
    less: str | None = None  # why there is less than last time, if there is
    hosts: set[str] = field(default_factory=set)  # of what was met, with their ports
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

    @property
    def is_over(self) -> bool:
        """Whether nothing is under way and nothing waits."""
        return not (self.under_way or self.asking or self._waiting or self._held)

    def wait(self, reports: Iterable[Waiting], wants: Callable[[Waiting], bool]) -> None:
        """Reports that a list links; those met before are passed over, those not wanted are left as they are."""
        for report in reports:
            self.listed.add(report.key)
            if not self.meet(report.url):
                continue
            if wants(report):
                self._waiting.append(report)
            else:
                self.left.add(report.key)

    def wait_again(self, reports: Iterable[Waiting]) -> None:
        """Reports that no list links."""
        self._waiting.extend(reports)

    def meet(self, url: str) -> bool:
        """Note an address; false where it was met before."""
        number = mark(stable(url))
        if number in self._met:
            return False
        self._met.add(number)
        self.hosts.add(urlsplit(url).netloc)
        return True

    def has_met(self, url: str) -> bool:
        """Whether an address was met."""
        return mark(stable(url)) in self._met

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
