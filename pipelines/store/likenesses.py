"""Which texts are alike: candidates by shared bands in the database, each pair verified by its exact Jaccard.

Of a band that many texts share, each is held against the first ``HEADS`` by identifier only: a text that a thousand
townships copied costs each of them a bounded number of comparisons, and which ones depends on the texts alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, or_, select

from pipelines.store.batches import insert_missing, mark, split_keys
from pipelines.store.minhash import ALIKE, estimate, find_keys, measure
from pipelines.store.settled import likenesses
from pipelines.store.tables import bands, documents, texts

HEADS = 64
_MARGIN = 0.15  # three standard errors of a signature's estimate


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The texts that a text is held against: ``near`` share a small band with it; ``crowded`` bands it is a head of."""

    found: frozenset[int]
    near: frozenset[int]
    crowded: tuple[int, ...]


def settle_text(connection: Connection, text_id: int) -> None:
    """Bring the pairs of a text up to date, drop the text when no capture has it any more, and mark who is touched."""
    dependents = {text_id, *read_alike(connection, text_id)}
    signature = connection.scalar(select(texts.c.signature).where(texts.c.id == text_id))
    if signature is not None:
        if _is_used(connection, text_id):
            _settle_pairs(connection, text_id, signature)
        else:
            _drop(connection, text_id, signature)
    dependents |= read_alike(connection, text_id)
    mark_captures(connection, dependents)


def settle_outgoing(connection: Connection, text_id: int) -> None:
    """Hold a text against the heads of its bands anew, after these changed."""
    signature = connection.scalar(select(texts.c.signature).where(texts.c.id == text_id))
    if signature is not None:
        before = read_alike(connection, text_id)
        neighbours = find_neighbours(connection, text_id, signature)
        _write_outgoing(connection, text_id, verify(connection, text_id, signature, neighbours.found))
        mark_captures(connection, {text_id, *before, *read_alike(connection, text_id)})


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


def verify(connection: Connection, text_id: int, signature: bytes, candidates: Iterable[int]) -> dict[int, float]:
    """The exact Jaccard of a text with those candidates that reach ``ALIKE``."""
    near = [other for other, _ in _read_near(connection, signature, candidates)]
    proses = read_proses(connection, [text_id, *near])
    return keep_alike(proses.pop(text_id, ""), proses)


def look_up(connection: Connection, prose: str, signature: bytes) -> dict[int, float]:
    """The stored texts that are like a prose, with the exact Jaccard of each; the prose need not be stored."""
    neighbours = find_neighbours(connection, -1, signature)
    near = [other for other, _ in _read_near(connection, signature, neighbours.found)]
    return keep_alike(prose, read_proses(connection, near))


def keep_alike(prose: str, proses: dict[int, str]) -> dict[int, float]:
    """Those of the texts whose Jaccard with a prose reaches ``ALIKE``."""
    measured = {other: measure(prose, proses[other]) for other in sorted(proses)}
    return {other: jaccard for other, jaccard in measured.items() if jaccard >= ALIKE}


def read_alike(connection: Connection, text_id: int) -> set[int]:
    """The texts that a text is known to be like, in either direction."""
    one, other = likenesses.c.text_id, likenesses.c.other_id
    rows = connection.execute(select(one, other).where(or_(one == text_id, other == text_id)))
    return {number for row in rows for number in row} - {text_id}


def mark_captures(connection: Connection, text_ids: Iterable[int]) -> None:
    """Note that whose the captures of some texts are, and what is said of them, has to be looked at."""
    for some in split_keys(sorted(text_ids)):
        rows = connection.execute(select(documents.c.record_id).where(documents.c.text_id.in_(some)))
        mark(connection, (("capture", record_id) for (record_id,) in rows))


def read_proses(connection: Connection, text_ids: Sequence[int]) -> dict[int, str]:
    """The proses of texts."""
    found: dict[int, str] = {}
    for some in split_keys(text_ids):
        rows = connection.execute(select(texts.c.id, texts.c.prose).where(texts.c.id.in_(some)))
        found |= {row.id: row.prose for row in rows}
    return found


def _settle_pairs(connection: Connection, text_id: int, signature: bytes) -> None:
    neighbours = find_neighbours(connection, text_id, signature)
    alike = verify(connection, text_id, signature, neighbours.found)
    _write_outgoing(connection, text_id, alike)
    back = [
        {"text_id": other, "other_id": text_id, "jaccard": jaccard}
        for other, jaccard in alike.items()
        if other in neighbours.near
    ]
    insert_missing(connection, likenesses, back)
    _mark_crowds(connection, neighbours.crowded)


def _drop(connection: Connection, text_id: int, signature: bytes) -> None:
    neighbours = find_neighbours(connection, text_id, signature)
    mark_captures(connection, read_alike(connection, text_id))
    one, other = likenesses.c.text_id, likenesses.c.other_id
    connection.execute(delete(likenesses).where(or_(one == text_id, other == text_id)))
    connection.execute(delete(bands).where(bands.c.key.in_(find_keys(signature)), bands.c.text_id == text_id))
    connection.execute(delete(texts).where(texts.c.id == text_id))
    _mark_crowds(connection, neighbours.crowded)


def _mark_crowds(connection: Connection, keys: Iterable[int]) -> None:
    """The heads of a crowded band changed: each of its texts is held against them anew."""
    for key in keys:
        rows = connection.execute(select(bands.c.text_id).where(bands.c.key == key))
        mark(connection, (("outgoing", str(text_id)) for (text_id,) in rows))


def _write_outgoing(connection: Connection, text_id: int, alike: dict[int, float]) -> None:
    connection.execute(delete(likenesses).where(likenesses.c.text_id == text_id))
    rows = [{"text_id": text_id, "other_id": other, "jaccard": jaccard} for other, jaccard in alike.items()]
    insert_missing(connection, likenesses, rows)


def _is_used(connection: Connection, text_id: int) -> bool:
    return connection.scalar(select(documents.c.record_id).where(documents.c.text_id == text_id).limit(1)) is not None


def _read_bands(connection: Connection, keys: Iterable[int]) -> dict[int, list[int]]:
    """The texts of each band in the order of their identifiers, at most one more than there are heads."""
    query = select(bands.c.text_id).order_by(bands.c.text_id).limit(HEADS + 1)
    return {key: list(connection.scalars(query.where(bands.c.key == key))) for key in keys}


def _read_near(connection: Connection, signature: bytes, candidates: Iterable[int]) -> list[tuple[int, bytes]]:
    """The candidates whose signatures leave it possible that they are alike."""
    found: list[tuple[int, bytes]] = []
    for some in split_keys(sorted(candidates)):
        rows = connection.execute(select(texts.c.id, texts.c.signature).where(texts.c.id.in_(some)))
        found += [(other, theirs) for other, theirs in rows if estimate(signature, theirs) >= ALIKE - _MARGIN]
    return found
