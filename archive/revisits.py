"""Finding the payload that a revisit record points to (WARC 1.1, 6.7): by record, by URL and date, by digest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.capture import Capture
from archive.dates import read_date
from archive.digests import normal_digest, sha1_digest
from archive.errors import ArchiveError
from archive.opening import final_name, open_archive, packaged_archives
from archive.records import Broken, Record, read_records
from archive.responses import UnreadableRecordError, make_capture, target_url, transfer_decoded


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """A response record. Sorted by date first: of equal payloads the earliest is the original."""

    date: str
    warc: str
    offset: int
    url: str
    path: str
    digests: tuple[str, ...]


class Resolver:
    """The response records of some files, read only once a revisit asks for them.

    ``paths``: the files given; ``more``: files to look into where those do not have the payload (an archive's own
    folder). The answer depends on the files alone, not on what was asked before.
    """

    def __init__(self, paths: Iterable[str | Path], more: Iterable[str | Path] = ()) -> None:
        self._layers = [[str(path) for path in paths], [str(path) for path in more]]
        self._indexes: list[_Index] = []

    def find(self, revisit: Record) -> Capture | None:
        """The capture whose payload the revisit repeats, or ``None``. A payload of another digest is never given."""
        for number, paths in enumerate(self._layers):
            if number == len(self._indexes):
                self._indexes.append(_Index(paths))
            place = self._indexes[number].find(revisit)
            if place is not None:
                return _capture_at(place)
        return None


class _Index:
    def __init__(self, paths: Iterable[str]) -> None:
        self._by_id: dict[str, _Place] = {}
        self._by_url: defaultdict[str, list[_Place]] = defaultdict(list)
        self._by_digest: defaultdict[str, list[_Place]] = defaultdict(list)
        for path in paths:
            for record in _responses(path):
                self._add(record, path)

    def find(self, revisit: Record) -> _Place | None:
        stated = revisit.header("warc-payload-digest")
        digest = normal_digest(stated) if stated else None
        for place in self._candidates(revisit, digest):
            if digest is None or digest in place.digests:
                return place
        return None

    def _candidates(self, revisit: Record, digest: str | None) -> Iterator[_Place]:
        by_id = self._by_id.get(revisit.header("warc-refers-to") or "")
        if by_id:
            yield by_id
        url, date = revisit.header("warc-refers-to-target-uri"), revisit.header("warc-refers-to-date")
        if url and date:
            yield from sorted(place for place in self._by_url.get(url, ()) if _is_same_date(place.date, date))
        if digest:
            own = target_url(revisit)
            equal = self._by_digest.get(digest, [])
            yield from sorted(equal, key=lambda place: (place.url != own, place))

    def _add(self, record: Record, path: str) -> None:
        body = transfer_decoded(record)
        if body is None:
            return
        stated = record.header("warc-payload-digest")
        digests = {sha1_digest(body)} | ({normal_digest(stated)} if stated else set())
        place = _Place(
            _date_of(record), final_name(path), record.offset, target_url(record), path, tuple(sorted(digests))
        )
        if record.id:
            self._by_id.setdefault(record.id, place)
        self._by_url[place.url].append(place)
        for digest in digests:
            self._by_digest[digest].append(place)


def _responses(path: str) -> Iterator[Record]:
    """The response records of a file; a file that is no archive has none (whoever reads it for itself says so)."""
    try:
        with open_archive(path) as file:
            if file.read(4) != b"PK\x03\x04":
                yield from (record for record in read_records(file, path, _pass) if record.type == "response")
                return
            inside = packaged_archives(file, path)
        for member in inside:
            yield from _responses(member)
    except ArchiveError:
        return


def _pass(broken: Broken) -> None:
    """Damage is told by whoever reads the file for itself."""


def _capture_at(place: _Place) -> Capture | None:
    with open_archive(place.path) as file:
        for record in read_records(file, place.path, _pass, place.offset):
            try:
                return make_capture(record, place.path, {}, Resolver(()))
            except UnreadableRecordError:
                return None
    return None


def _is_same_date(date: str, other: str) -> bool:
    """Equal instants; where one of them has no fraction of a second, equal seconds."""
    try:
        other = read_date(other)
    except ValueError:
        return False
    return date == other or (date[:19] == other[:19] and ("." in date) != ("." in other))


def _date_of(record: Record) -> str:
    try:
        return read_date(record.header("warc-date") or "")
    except ValueError:
        return ""
