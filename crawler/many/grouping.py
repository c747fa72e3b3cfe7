"""Which portals must stay together, and how they are dealt out: pure functions.

Two portals that share an address, by whatever hosts, belong to one group, and so does all that either shares one with.
Where addresses are given a rest between requests, a crawl is as long as its longest group, and all are begun at once.
Where they are not, groups are packed into tasks of falling size, the heaviest first: few processes are begun, and those
begun last are short, so that the workers end together whatever the weights were worth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from itertools import accumulate, takewhile

from crawler.catalogue import Portal
from crawler.fetching.scope import split

_SEARCH = 10  # requests that finding a list takes, about
_OF_REPORT = 3  # a page, its files and images, its share of list pages
_REPORTS = 12  # of a portal whose row expects none
_PART = 0.7  # of a worker's share that its next task is: weights are guesses
_LEAST = 2000  # of a task's weight: beginning its processes costs as much as two hundred requests


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
    for group in _from_heaviest(groups):
        weight, number = weights[0]
        tasks[number].append(group)
        heapreplace(weights, (weight + weigh(group), number))
    return tasks


def pack(groups: Sequence[Group], workers: int) -> list[list[Group]]:
    """The groups of each task, heaviest first, so that ``workers`` that take the next when free end together.

    Round after round each worker's task is a part of what would be its share; one worker has nobody to wait for.
    """
    left = _from_heaviest(groups)
    if workers == 1:
        return [left] if left else []
    share = sum(map(weigh, left)) / workers
    least = min(_LEAST, share)
    packed: list[list[Group]] = []
    while left:
        if len(packed) % workers == 0:
            share = max(_PART * sum(map(weigh, left)) / workers, least)
        count = _count_fitting(left, share)
        packed.append(left[:count])
        left = left[count:]
    return packed


def _from_heaviest(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-weigh(group), group[0].portal.id))


def _count_fitting(groups: Sequence[Group], bound: float) -> int:
    """How many of the first groups weigh no more than the bound together; one at least."""
    weights = accumulate(map(weigh, groups))
    return max(1, sum(1 for _ in takewhile(lambda weight: weight <= bound, weights)))
