"""Which portals must stay together, and how they are dealt out: pure functions.

Two portals that share an address, by whatever hosts, belong to one group, and so does all that either shares one with.
Each worker has one task, and all groups are begun at once: addresses are given a rest between requests, so that a crawl
is as long as its longest group, and a process that ends one task to begin another would wait for its pages to be read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace

from crawler.catalogue import Portal
from crawler.fetching.scope import split

_SEARCH = 10  # requests that finding a list takes, about
_OF_REPORT = 3  # a page, its files and images, its share of list pages
_REPORTS = 12  # of a portal whose row expects none


@dataclass(frozen=True, slots=True)
class Walk:
    """One portal to crawl, and the spider that does it."""

    spider: str
    portal: Portal

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that its row names."""
        return frozenset({split(url)[1] for url in self.portal.urls} | {host.lower() for host in self.portal.hosts})

    @property
    def weight(self) -> int:
        """About how many requests it takes, one after another."""
        expect = self.portal.expect
        return _SEARCH + _OF_REPORT * (expect.count if expect else _REPORTS)


Group = tuple[Walk, ...]


def unite(walks: Sequence[Walk], addresses: Mapping[str, str]) -> list[Group]:
    """The groups, each in the order of ``walks``. A host without an address stands for itself."""
    leaders: dict[str, str] = {}

    def find(key: str) -> str:
        while (leader := leaders.setdefault(key, key)) != key:
            leaders[key] = leaders[leader]
            key = leader
        return key

    for walk in walks:
        keys = sorted(addresses.get(host, host) for host in walk.hosts)
        for key in keys:
            leaders[find(key)] = find(keys[0])
    groups: dict[str, list[Walk]] = {}
    for walk in walks:
        key = min(walk.hosts)
        groups.setdefault(find(addresses.get(key, key)), []).append(walk)
    return [tuple(group) for group in groups.values()]


def weigh(group: Iterable[Walk]) -> int:
    """About how many requests go to the group's address one after another."""
    return sum(walk.weight for walk in group)


def deal(groups: Sequence[Group], workers: int) -> list[list[Group]]:
    """One task a worker, dealt the heaviest groups first, each to the task that weighs least."""
    tasks: list[list[Group]] = [[] for _ in range(min(workers, len(groups)))]
    weights = [(0, number) for number in range(len(tasks))]
    heapify(weights)
    for group in sorted(groups, key=lambda group: (-weigh(group), group[0].portal.id)):
        weight, number = weights[0]
        tasks[number].append(group)
        heapreplace(weights, (weight + weigh(group), number))
    return tasks
