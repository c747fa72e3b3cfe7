"""Finding the payload that a revisit record points to (WARC 1.1, 6.7): by record, by URL and date, by digest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.dates import read_date
from archive.digests import normal_digest
from archive.errors import ArchiveError
from archive.format.record import Broken, Record
from archive.format.records import read_records
from archive.format.responses import Payload, hash_payload, read_payload, target_url
from archive.index.lookup import Lookup
from archive.index.runs import find_unindexed
from archive.opening import final_name, open_archive, packaged_archives


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
    """The payloads of response records, looked for only once a revisit asks.

    ``paths``: the files given, of which all responses are read when they are asked for the first time; ``archive``: an
    archive's folder, asked through its index, and its files without one; ``more``: further files, read last. A revisit
    that states its digest gets a payload of that digest or none, so where it was found makes no difference; therefore
    the index, which needs no reading of files, is asked first.
    """

    def __init__(
        self, paths: Iterable[str | Path], more: Iterable[str | Path] = (), *, archive: str | Path | None = None
    ) -> None:
        self._paths = [str(path) for path in paths]
        self._more = [str(path) for path in more]
        self._archive = Path(archive) if archive else None
        self._indexes: dict[str, _Index] = {}
        self._lookup: Lookup | None = None

    def find(self, revisit: Record) -> Payload | None:
        """The payload that the revisit repeats, or ``None``. A payload of another digest is never given."""
        return (
            self._find_in_archive(revisit)
            or self._find_in("given", revisit)
            or self._find_in("unindexed", revisit)
            or self._find_in("more", revisit)
        )

    def _find_in(self, layer: str, revisit: Record) -> Payload | None:
        if layer not in self._indexes:
            self._indexes[layer] = _Index(self._files_of(layer))
        place = self._indexes[layer].find(revisit)
        return _payload_at(place.path, place.offset) if place else None

    def _files_of(self, layer: str) -> list[str]:
        if layer == "unindexed":
            return [str(path) for path in find_unindexed(self._archive)] if self._archive else []
        return self._paths if layer == "given" else self._more

    def _find_in_archive(self, revisit: Record) -> Payload | None:
        stated = revisit.header("warc-payload-digest")
        if self._archive is None or not stated:
            return None
        if self._lookup is None:
            self._lookup = Lookup(self._archive)
        truncated = None
        for place in self._lookup.places(stated):
            payload = _payload_at(str(self._lookup.path_of(place.filename)), place.offset, stated)
            if payload is not None and not payload.truncated:
                return payload
            truncated = truncated or payload
        return truncated


class PayloadAt:
    """The payload of one record whose place is known: what the writer of a revisit says of it."""

    def __init__(self, path: str | Path, offset: int) -> None:
        self._path = str(path)
        self._offset = offset

    def find(self, revisit: Record) -> Payload | None:
        """The payload there, if it is the one that the revisit repeats."""
        return _payload_at(self._path, self._offset, revisit.header("warc-payload-digest"))


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
        digest = hash_payload(record)
        if digest is None:
            return
        stated = record.header("warc-payload-digest")
        digests = {digest} | ({normal_digest(stated)} if stated else set())
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


def _payload_at(path: str, offset: int, digest: str | None = None) -> Payload | None:
    """The payload of the response record at an offset, if it has the digest by its own word or in truth."""
    try:
        with open_archive(path) as file:
            record = next(read_records(file, path, _pass, offset), None)
    except ArchiveError:
        return None
    if record is None or record.offset != offset or record.type != "response":
        return None
    payload = read_payload(record)
    if payload is None or digest is None:
        return payload
    found = {payload.digest, normal_digest(record.header("warc-payload-digest") or "")}
    return payload if normal_digest(digest) in found else None


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
