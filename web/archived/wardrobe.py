"""Where the pictures and sheets of an archived page lie: of the same crawl first, then nearest in time.

The store knows the captures of an address with their runs; the archive's index knows those under another scheme or
spelling of it, and what was archived and never refined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping

from archive.errors import ArchiveError
from archive.index.cdxj import read_timestamp
from pipelines.clean.charset import decode
from web.archived.dressing import Dress
from web.archived.shelf import Shelf
from web.archived.styles import LONGEST, Kind
from web.queries.captures import archived_address, find_captures_at

_MEDIA = {"picture": "image/", "sheet": "text/css"}
_DRAWINGS = "svg"  # drawings in code are not shown


@dataclass(frozen=True, slots=True)
class _Place:
    warc: str
    offset: int


class Wardrobe:
    """The dress of one page, found while a connection to the store is open."""

    def __init__(self, connection: Connection, shelf: Shelf, page: Mapping[str, Any]) -> None:
        self._connection = connection
        self._shelf = shelf
        self._page = page
        self._places: dict[str, _Place] = {}

    def dress(self) -> Dress:
        """For the page's own address."""
        return Dress(str(self._page["url"]), self.look_up, self.read)

    def look_up(self, url: str, kind: Kind) -> str | None:
        """Our address for one that is archived as a picture, or as a sheet."""
        name, place = self._find_stored(url, kind) or self._find_indexed(url, kind) or ("", None)
        if place is None:
            return None
        ours = archived_address(name)
        self._places[ours] = place
        return ours

    def read(self, ours: str) -> str:
        """The text of a sheet by our address; nothing where it cannot be read."""
        place = self._places.get(ours)
        return _read_sheet(self._shelf, place.warc, place.offset) if place else ""

    def _find_stored(self, url: str, kind: Kind) -> tuple[str, _Place] | None:
        found = [
            row
            for row in find_captures_at(self._connection, url)
            if (row["media_type"] or "").startswith(_MEDIA[kind]) and _DRAWINGS not in row["media_type"]
        ]
        if not found:
            return None
        at, run = read_timestamp(self._page["captured_at"]), self._page["run"]

        def rank(row: RowMapping) -> tuple[bool, int, str]:
            far = abs(int(read_timestamp(row["captured_at"]) or 0) - int(at or 0))
            return (run is None or row["run"] != run, far, row["record_id"])

        best = min(found, key=rank)
        return best["record_id"], _Place(best["warc"], best["offset"])

    def _find_indexed(self, url: str, kind: Kind) -> tuple[str, _Place] | None:
        entry = self._shelf.nearest(url, self._page["captured_at"])
        mime = entry.mime or "" if entry else ""
        if entry is None or not (entry.is_revisit or mime.lower().startswith(_MEDIA[kind])) or _DRAWINGS in mime:
            return None
        return f"{entry.filename}:{entry.offset}", _Place(entry.filename, entry.offset)


@lru_cache(maxsize=128)
def _read_sheet(shelf: Shelf, warc: str, offset: int) -> str:
    try:
        capture = shelf.read(warc, offset)
    except ArchiveError:
        return ""
    decoded = decode(capture.payload, capture.header("content-type")) if len(capture.payload) <= 4 * LONGEST else None
    return decoded.text if decoded else ""
