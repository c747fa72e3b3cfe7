"""Facts: how things stand at one moment; what conditions, metrics and the terminal are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.telling.runs import Run
from crawler.watching.disks import Disk
from crawler.watching.visits import Visits


@dataclass(frozen=True, slots=True)
class Lag:
    """What is archived in finished files and not in the store. ``oldest``: when the first of it was archived."""

    captures: int = 0
    files: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """``name``: the address without its password; ``size`` in bytes; documents by kind and by reason of rejection."""

    name: str
    size: int
    reports: int
    documents: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verified:
    """What the verification of archive files last came to. ``failed``: files with errors, each with the first."""

    files: int
    at: datetime | None
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A portal that is due. ``why`` in words; ``since`` and ``days``: when a run was missed, where one was."""

    portal: str
    why: str
    since: date | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything. ``None`` stands for what is not known: no store, nothing ever verified, no schedule.

    ``statuses``: archived answers by status; ``store_error``: why the store could not be read.
    """

    now: datetime
    runs: Sequence[Run] = ()
    visits: Sequence[Visits] = ()
    disks: Sequence[Disk] = ()
    statuses: Mapping[int, int] = field(default_factory=dict)
    store: StoreFacts | None = None
    store_error: str | None = None
    lag: Lag | None = None
    verified: Verified | None = None
    due: Sequence[Due] | None = None

    @property
    def running(self) -> list[Run]:
        """The runs under way."""
        return [run for run in self.runs if run.is_running]

    @property
    def latest(self) -> dict[str, Run]:
        """The latest run of each spider, by the names of its spiders: one of ``crawl-many`` is of several."""
        found: dict[str, Run] = {}
        seen: set[str] = set()
        for run in self.runs:
            spiders = set(run.entry.spider.split())
            if not spiders <= seen:
                seen |= spiders
                found[run.entry.spider] = run
        return dict(sorted(found.items()))

    @property
    def queue(self) -> int:
        """Captures of crawls under way that wait to be refined."""
        return sum(run.entry.behind for run in self.running)
