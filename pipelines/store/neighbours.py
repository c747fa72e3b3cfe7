"""Neighbours: the texts that share a band with a text, found in the database, verified by their exact Jaccard.

Of a band that many texts share, a text is held against the first ``HEADS`` by identifier only: one that a thousand
townships copied costs each of them a bounded number of comparisons, and which ones depends on the texts alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, Select, bindparam, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from pipelines.store.batches import split_keys
from pipelines.store.captures import read_prose
from pipelines.store.minhash import ALIKE, BANDS, estimate, find_keys, measure
from pipelines.store.tables import bands, texts

HEADS = 64
_MARGIN = 0.15  # three standard errors of a signature's estimate


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The texts that a text is held against: ``near`` share a small band with it; ``crowded`` bands it is a head of."""

    found: frozenset[int]
    near: frozenset[int]
    crowded: tuple[int, ...]


def find_neighbours(connection: Connection, text_id: int, signature: bytes) -> Neighbours:
    """The texts that share a band with a text, which need not be in the store itself."""
    near: set[int] = set()
    found: set[int] = set()
    crowded: list[int] = []
    for key, members in _read_bands(connection, find_keys(signature)).items():
        heads = members[:HEADS]
        found.update(heads)
        if len(members) <= HEADS:
            near.update(members)
        elif text_id in heads:
            crowded.append(key)
    own = {text_id}
    return Neighbours(frozenset(found - own), frozenset(near - own), tuple(crowded))


def look_up(connection: Connection, prose: str, signature: bytes) -> dict[int, float]:
    """The stored texts that are like a prose, with the exact Jaccard of each; the prose need not be stored."""
    return verify(connection, prose, signature, find_neighbours(connection, -1, signature).found)


def verify(connection: Connection, prose: str, signature: bytes, candidates: Iterable[int]) -> dict[int, float]:
    """The exact Jaccard of a prose with those candidates that reach ``ALIKE``, in the order of their identifiers."""
    proses = read_prose(connection, _keep_near(connection, signature, candidates))
    measured = {other: measure(prose, proses[other]) for other in sorted(proses)}
    return {other: jaccard for other, jaccard in measured.items() if jaccard >= ALIKE}


def _keep_near(connection: Connection, signature: bytes, candidates: Iterable[int]) -> list[int]:
    """The candidates whose signatures leave it possible that they are alike."""
    found: list[int] = []
    for some in split_keys(sorted(candidates)):
        rows = connection.execute(select(texts.c.id, texts.c.signature).where(texts.c.id.in_(some)))
        found += [other for other, theirs in rows if estimate(signature, theirs) >= ALIKE - _MARGIN]
    return found


def _read_bands(connection: Connection, keys: list[int]) -> dict[int, list[int]]:
    """The texts of each band in the order of their identifiers, at most one more than there are heads."""
    values = {f"key{number}": key for number, key in enumerate(keys)}
    found: dict[int, list[int]] = {}
    for key, text_id in connection.execute(_select_bands(), {**values, "most": HEADS + 1}):
        found.setdefault(key, []).append(text_id)
    return {key: sorted(members) for key, members in found.items()}


@lru_cache(maxsize=1)
def _select_bands() -> CompoundSelect[int, int]:
    """All bands of a text in one statement: one for each would cost more than the reading."""

    def select_band(number: int) -> Select[int, int]:
        one = select(bands.c.key, bands.c.text_id).where(bands.c.key == bindparam(f"key{number}"))
        return select(one.order_by(bands.c.text_id).limit(bindparam("most")).subquery())

    return union_all(*map(select_band, range(BANDS)))
