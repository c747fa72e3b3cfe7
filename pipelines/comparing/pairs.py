"""Which two reports are compared: of two feeds all that match, of one feed or the store two versions or two years."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipelines.comparing.feedfile import Entry, FeedFile
from pipelines.errors import PipelineError
from pipelines.feeds import Line
from pipelines.store.naming import fold_name
from pipelines.store.reading import Reading, choose

Two = tuple[int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports to compare, or one that has no counterpart."""

    before: Line | None
    after: Line | None


def pair_feeds(before: FeedFile, after: FeedFile) -> Iterator[Pair]:
    """The lines of two feeds over one archive by their capture; over two archives by agency, year and address."""
    is_one_archive = bool({entry.record for entry in before.entries} & {entry.record for entry in after.entries})
    key = _by_capture if is_one_archive else _by_report
    one, other = _index(before.entries, key), _index(after.entries, key)
    for place in dict.fromkeys((*one, *other)):
        first, second = one.get(place), other.get(place)
        yield Pair(before.read(first) if first else None, after.read(second) if second else None)


def pair_in_feed(feed: FeedFile, agency: str, year: int | None, numbers: Two | None, years: Two | None) -> Pair:
    """Two years of an agency in one feed, each by its latest line, or two versions of one year's report."""
    names = sorted({entry.agency for entry in feed.entries if entry.agency})
    chosen = choose(_fold(agency), names, feed.path)
    own = sorted(
        (e for e in feed.entries if e.agency == chosen and e.year is not None), key=lambda e: (e.captured_at, e.record)
    )
    if years is not None:
        latest = {entry.year: entry for entry in own if entry.year is not None}
        first, second = _pick(years, latest, "year", f"{feed.path}: {chosen}")
        return Pair(feed.read(first), feed.read(second))
    bodies: dict[str, Entry] = {}
    for entry in own:
        if entry.year == year:
            bodies.setdefault(entry.body_digest or entry.record, entry)
    found = dict(enumerate(bodies.values(), start=1))
    where = f"{feed.path}: {chosen} {year}"
    first, second = _pick(numbers or _last_two(found, where), found, "version", where)
    return Pair(feed.read(first), feed.read(second))


def pair_in_store(store: Reading, agency: str, year: int | None, numbers: Two | None, years: Two | None) -> Pair:
    """Two years of an agency in the store, or two versions of one year's report; by default its last two."""
    chosen = choose(_fold(agency), store.find_agencies(), store.name)
    if years is not None:
        first, second = _pick(years, store.find_years(chosen), "year", f"{store.name}: {chosen}")
    else:
        where = f"{store.name}: {chosen} {year}"
        found = store.find_versions(chosen, year or 0)
        first, second = _pick(numbers or _last_two(found, where), found, "version", where)
    return Pair(store.read_report(first), store.read_report(second))


def _fold(agency: str) -> str:
    return fold_name(agency, None, None) or agency


def _by_capture(entry: Entry) -> str:
    return entry.record


def _by_report(entry: Entry) -> str:
    return f"{entry.agency}\n{entry.year}\n{entry.url}"


def _index(entries: Sequence[Entry], key: Callable[[Entry], str]) -> dict[str, Entry]:
    """Entries by key; of several captures of one report the latest."""
    return {key(entry): entry for entry in sorted(entries, key=lambda entry: (entry.captured_at, entry.record))}


def _last_two(found: Mapping[int, object], where: str) -> Two:
    if len(found) < 2:
        what = "has one version only" if found else "is not there"
        raise PipelineError(f"{where} {what}: there is nothing to compare; --years compares two years")
    last, before = sorted(found, reverse=True)[:2]
    return before, last


def _pick(wanted: Two, found: Mapping[int, T], what: str, where: str) -> tuple[T, T]:
    for number in wanted:
        if number not in found:
            known = ", ".join(map(str, sorted(found))) or "none"
            raise PipelineError(f"{where}: no {what} {number}; there are: {known}")
    return found[wanted[0]], found[wanted[1]]
