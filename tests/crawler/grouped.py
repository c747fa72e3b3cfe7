"""Portals that are dealt out."""

from crawler.catalogue import Expectation, Portal
from crawler.many.grouping import Walk


def walk(name: str, *hosts: str, count: int = 1) -> Walk:
    """A portal with these hosts, of which so many reports are expected."""
    row = Portal(name, "", "provincial", f"http://{hosts[0]}/", hosts=hosts[1:], expect=Expectation(2020, count))
    return Walk("provincial", row)
