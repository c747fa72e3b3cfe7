"""What a specimen is: one page as it came over the wire, and what a faithful reader must find in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from demo.printing import Cell
from demo.sums import Sum

Grid = tuple[tuple[str, ...], ...]  # spans expanded: a spanning cell's text in each slot that it covers


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that the page (or the crawl's context) gives, and all places where it stands.

    ``places`` are the names of ``from`` in the feed; ``first`` is the most trusted of them where trust has an order.
    """

    value: str | int
    places: tuple[str, ...]
    first: str | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What the page says. ``lines`` are its headings and paragraphs in order, each as often as it belongs there.

    ``grids``: the tables whose every slot is certain; ``loose`` counts those that the report's cells alone can judge
    (their markup lost cells). ``cells`` is ``None`` where the page has no single report to read. ``neutral`` texts may
    stand in the body or not: its title, names of attachments, captions. ``chrome`` are the strings around the body.
    """

    kind: str
    rejected: str | None = None
    lines: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    loose: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)
    form: str | None = None
    cells: tuple[Cell, ...] | None = None
    sums: tuple[Sum, ...] = ()
    attachments: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    chrome: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Specimen:
    """One page. ``traits`` name the family and every quirk that was drawn for it.

    ``doubled`` says in which way the page prints its body more than once; ``trap`` names what looks like a repeat on
    a page that prints its body once. ``markup`` is the page before it was encoded.
    """

    id: str
    family: str
    traits: tuple[str, ...]
    doubled: str | None
    trap: str | None
    url: str
    headers: tuple[tuple[str, str], ...]
    payload: bytes = field(repr=False)
    markup: str = field(repr=False)
    context: Mapping[str, str]
    truth: Truth = field(repr=False)
