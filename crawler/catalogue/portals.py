"""A portal's row, and the rows chosen for a crawl."""

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.catalogue.seasons import Rhythm, Schedule, Season

LEVELS = ("ministry", "provincial", "municipal", "county", "township", "other")
EVERY_DAY = Schedule((Season("always", 1),))


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a portal should bring: reports for the years from ``since`` (to ``until``), at least ``count`` of them.

    Several pages of one agency and year (a page and its PDF) are one report.
    """

    since: int
    count: int
    until: int | None = None

    def covers(self, year: int) -> bool:
        """Whether a report of that year counts."""
        return self.since <= year <= (self.until or year)

    @property
    def span(self) -> str:
        """The years in words."""
        return f"for {self.since}–{self.until}" if self.until else f"since {self.since}"


@dataclass(frozen=True, slots=True)
class Portal:
    """One agency's portal, as its row has it; the package's docstring explains the keys."""

    id: str
    agency: str
    level: str
    home: str
    region: str | None = None  # GB/T 2260; the few places without a code have none
    province: str = ""  # GB/T 2260 code of the file that holds the row
    family: str | None = None
    list_url: str | None = None
    more_lists: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    expect: Expectation | None = None
    every: Rhythm | None = None  # how often it is looked at, where not as the schedule says
    tls: str | None = None  # ``legacy``: its hosts may speak versions and ciphers that are refused elsewhere
    evidence: str = "memory"
    reached: str = "never"
    note: str | None = None

    @property
    def has_list(self) -> bool:
        """Whether the row says where the report list begins; without it the list is searched from the home page."""
        return self.list_url is not None

    @property
    def lists(self) -> tuple[str, ...]:
        """The first pages of the lists that the row names."""
        return (*((self.list_url,) if self.list_url else ()), *self.more_lists)

    @property
    def urls(self) -> tuple[str, ...]:
        """The URLs that the row names."""
        return (self.home, *self.lists)

    def lies_in(self, regions: tuple[str, ...]) -> bool:
        """Whether the portal's place begins with one of these prefixes of GB/T 2260 codes."""
        return (self.region or self.province).startswith(regions)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rows of all files, in the files' order, the provinces' names by code, and how often portals are looked at."""

    where: str
    portals: tuple[Portal, ...]
    provinces: Mapping[str, str]
    schedule: Schedule = EVERY_DAY

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all portals."""
        return tuple(portal.id for portal in self.portals)
