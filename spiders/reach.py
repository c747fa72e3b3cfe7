"""Which addresses are a portal's own: its hosts, and the hosts below its name; everything else is somebody else's."""

import re
from dataclasses import dataclass, replace
from typing import Self

from crawler.catalogue import Portal
from crawler.fetching.addresses import read_address
from crawler.fetching.scope import PORTS, split

# The labels that a government's domain ends in: a name of two more labels is the government's own.
_PUBLIC = re.compile(r"(?:^|\.)(?:(?:com|net|org|gov|edu|ac)\.)?[a-z]{2,}$")


@dataclass(frozen=True, slots=True)
class Reach:
    """``origins``: host and port of what the row names; ``hosts``: names alone; ``below``: parents of names."""

    origins: frozenset[tuple[str, int]]
    hosts: frozenset[str]
    below: frozenset[str]

    @classmethod
    def of(cls, portal: Portal) -> Self:
        """The reach of a portal by its row."""
        named = [split(url)[1:] for url in portal.urls]
        hosts = {host.lower() for host in portal.hosts}
        names = {host for host, port in named if port in PORTS.values()}
        bare = {host.removeprefix("www.") for host in names | hosts if read_address(host) is None}
        parents = frozenset(host for host in bare if host.count(".") >= 1 and not _PUBLIC.fullmatch(host))
        return cls(frozenset(named), frozenset(hosts | names), parents)

    def moved(self, url: str, to: str) -> "Reach":
        """The reach of a portal whose home page sends its reader on: to another host of the same domain, no other."""
        (_, old, _), (_, new, port) = split(url), split(to)
        parent = ".".join(old.removeprefix("www.").split(".")[-3:])
        if self.owns(to) or read_address(new) is not None or not (new == parent or new.endswith("." + parent)):
            return self
        return replace(self, origins=self.origins | {(new, port)}, hosts=self.hosts | {new})

    def owns(self, url: str) -> bool:
        """Whether an address is the portal's own."""
        try:
            _, host, port = split(url)
        except ValueError:
            return False
        if (host, port) in self.origins or host in self.hosts:
            return True
        return port in PORTS.values() and self.is_below(host)

    def is_near(self, url: str) -> bool:
        """Whether an address may hold a portal's files: its own, or on a host of the same government's domain."""
        if self.owns(url):
            return True
        try:
            _, host, port = split(url)
        except ValueError:
            return False
        return port in PORTS.values() and any(host.endswith("." + _domain(parent)) for parent in self.below)

    def is_below(self, host: str) -> bool:
        """Whether a host's name ends in one of the portal's."""
        return any(host == parent or host.endswith("." + parent) for parent in self.below)


def _domain(name: str) -> str:
    """The government's domain that a host's name ends in: ``zj.gov.cn`` of ``yjt.zj.gov.cn``."""
    labels = name.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 else labels)
