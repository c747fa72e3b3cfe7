"""What the pages are made from: a store, the archive's folder, a catalogue; all of them only read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from crawler.catalogue import Portal
from crawler.watching.watch import Watch
from pipelines.store.database import Database


@dataclass(frozen=True, slots=True)
class Sources:
    """The open store (without tables made), where captures lie, and the portals whose reports are expected.

    ``today`` is asked for each page: a server runs for weeks.
    """

    store: Database
    archive: Path
    portals: Sequence[Portal]
    today: Callable[[], date]
    provinces: Mapping[str, str] = field(default_factory=dict)  # the catalogue's, by code
    watch: Watch | None = None  # what /metrics is made from
