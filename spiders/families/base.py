"""The contract of a family: what it sees on a list page, what is on it, and what request brings the next page."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

from spiders.pages import Link, Page


@dataclass(frozen=True, slots=True)
class Turn:
    """A request for one page of a list.

    ``number`` is the page that it should bring, from 1. ``form`` makes it a POST, and so does ``body``, which is JSON.
    ``scripted``: the page's script would ask it, not a reader's click. ``carry`` is what the family wants to find again
    on the page that comes, as names and values. ``otherwise`` are further guesses at the same page, made in their order
    when this one brings an error or nothing new. ``brings_rows`` is false of a step towards the list (a script, a
    frame), on which nothing new is no end. ``anew``: what comes may be of another family. ``beyond``: it lies behind
    the end that the list states, and is asked only because totals lie.
    """

    url: str
    number: int = 1
    form: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    carry: tuple[tuple[str, str], ...] = ()
    otherwise: tuple["Turn", ...] = ()
    scripted: bool = False
    brings_rows: bool = True
    anew: bool = False
    beyond: bool = False

    def before(self, other: "Turn | None") -> "Turn":
        """This turn, with another one behind its guesses."""
        return replace(self, otherwise=(*self.otherwise, other)) if other else self

    def carried(self, name: str) -> str | None:
        """A value handed on from the page before."""
        return dict(self.carry).get(name)

    def count(self, name: str) -> int:
        """A number handed on from the page before, 0 where there is none."""
        return int(self.carried(name) or 0)

    @property
    def request(self) -> tuple[str, tuple[tuple[str, str], ...], str | None]:
        """What tells one request from another."""
        return self.url, self.form, self.body


class Family(ABC):
    """One portal software. Stateless: what a page needs to know of the one before travels in the turn.

    A member that differs overrides ``find_links`` or ``find_turn``, and nothing else.
    """

    name: ClassVar[str]

    @abstractmethod
    def evidence(self, page: Page) -> int:
        """How surely the page is of this family: 0 not at all, 1 a fallback, up to 100."""

    @abstractmethod
    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The request for the page after this one, which ``turn`` brought; ``None`` where the list ends."""

    def find_links(self, page: Page, turn: Turn) -> tuple[Link, ...]:
        """The links on a list page, in page order, with the date of their row; all of them, also those of no report."""
        return page.links

    def find_signs(self, page: Page) -> tuple[str, ...]:
        """The evidence in words, for a person who asks why."""
        return ()

    def wants_scripts(self, page: Page) -> bool:
        """Whether the page lacks what its list is asked with, which may stand in a script that it loads."""
        return False

    def names_list(self, page: Page) -> bool:
        """Whether the page's script itself names the category that the annual reports are in."""
        return False
