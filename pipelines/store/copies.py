"""Text that a report has from elsewhere: from its own agency's earlier years, or from another agency.

Candidates are the year before, always, and the texts that MinHash found alike; what counts is the share of the prose,
in whole sentences, that stands in the other as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.store.prose import find_shared

_LEAST = 0.5  # of the prose, below which a report has a text of its own
_MOST_COMPARED = 16  # of the texts that are alike, those that are most alike


@dataclass(frozen=True, slots=True)
class Source:
    """A capture that a report's text may come from. ``date`` is that of its publication, else of its capture."""

    record_id: str
    name: str
    agency: str | None  # as printed
    year: int
    date: str
    text_id: int
    jaccard: float


@dataclass(frozen=True, slots=True)
class Copy:
    """What a report shares with its best source: the sentences as the report prints them, their share of its prose."""

    source: Source
    share: float
    sentences: tuple[str, ...]
    others: int  # further agencies whose text is alike


def find_copy(prose: str, sources: Iterable[Source], texts: Mapping[int, str]) -> Copy | None:
    """The source with the greatest share; of equals the earliest. ``None`` where no share is worth telling."""
    ordered = sorted(sources, key=lambda source: (-source.jaccard, source.year, source.date, source.record_id))
    sentences = prose.split("\n")
    found: list[tuple[float, Source, list[str]]] = []
    for source in _first_of_each_text(ordered)[:_MOST_COMPARED]:
        shared, share = find_shared(sentences, texts.get(source.text_id, "").split("\n"))
        if share >= _LEAST:
            found.append((share, source, shared))
    if not found:
        return None
    share, source, shared = min(found, key=lambda one: (-one[0], one[1].year, one[1].date, one[1].record_id))
    names = {other.name for _, other, _ in found} - {source.name}
    return Copy(source, share, tuple(shared), len(names))


def _first_of_each_text(sources: Sequence[Source]) -> list[Source]:
    """One source for each text of each name."""
    first: dict[tuple[int, str], Source] = {}
    for source in sources:
        first.setdefault((source.text_id, source.name), source)
    return list(first.values())
