"""The ledger: what came of each portal, year by year, and what did not; frozen notes in, counts out."""

from dataclasses import dataclass

# Sent through ``crawler.signals`` by the spiders, with ``note``.
noted = object()


@dataclass(frozen=True, slots=True)
class Note:
    """A spider's word on a portal.

    ``kind``: ``not-walkable`` (only a home page is known), ``stopped`` (a pager's end that a person should know),
    ``rows`` (a list without a report), ``failed``, ``status``, ``out-of-scope``.
    """

    portal: str
    kind: str
    text: str
