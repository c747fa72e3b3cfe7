"""Likenesses: the pairs of texts that are alike, brought up to date where texts came or went."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, or_, select

from pipelines.store.batches import insert_missing, mark, split_keys
from pipelines.store.captures import read_prose
from pipelines.store.minhash import find_keys, shingle
from pipelines.store.neighbours import find_neighbours, verify
from pipelines.store.settled import likenesses
from pipelines.store.tables import bands, documents, texts

_ONE, _OTHER = likenesses.c.text_id, likenesses.c.other_id


def settle_texts(connection: Connection, keys: Sequence[str]) -> None:
    """Bring the pairs of texts up to date, drop those that no capture has any more, and mark who is touched."""
    text_ids = [int(key) for key in keys]
    touched = read_alike(connection, text_ids)
    signatures = _read_signatures(connection, text_ids)
    used = _find_used(connection, text_ids)
    for text_id in text_ids:
        if text_id in signatures and text_id not in used:
            _drop(connection, text_id, signatures[text_id])
    proses = read_prose(connection, used)
    for text_id in sorted(used):
        _settle_pairs(connection, text_id, proses[text_id], signatures[text_id])
    mark_captures(connection, touched | read_alike(connection, text_ids))


def settle_outgoing(connection: Connection, keys: Sequence[str]) -> None:
    """Hold texts against the heads of their bands anew, after these changed."""
    text_ids = [int(key) for key in keys]
    touched = read_alike(connection, text_ids)
    proses, signatures = read_prose(connection, text_ids), _read_signatures(connection, text_ids)
    for text_id in sorted(proses):
        found = find_neighbours(connection, text_id, signatures[text_id]).found
        alike = verify(connection, shingle(proses[text_id]), signatures[text_id], found)
        _write_outgoing(connection, text_id, alike)
    mark_captures(connection, touched | read_alike(connection, text_ids))


def read_alike(connection: Connection, text_ids: Sequence[int]) -> set[int]:
    """Texts, and those that they are known to be like in either direction."""
    found = set(text_ids)
    for some in split_keys(text_ids):
        rows = connection.execute(select(_ONE, _OTHER).where(or_(_ONE.in_(some), _OTHER.in_(some))))
        found.update(number for row in rows for number in row)
    return found


def mark_captures(connection: Connection, text_ids: Iterable[int]) -> None:
    """Note that whose the captures of some texts are, and what is said of them, has to be looked at."""
    for some in split_keys(sorted(text_ids)):
        rows = connection.execute(select(documents.c.record_id).where(documents.c.text_id.in_(some)))
        mark(connection, (("capture", record_id) for (record_id,) in rows))


def _settle_pairs(connection: Connection, text_id: int, prose: str, signature: bytes) -> None:
    neighbours = find_neighbours(connection, text_id, signature)
    alike = verify(connection, shingle(prose), signature, neighbours.found)
    _write_outgoing(connection, text_id, alike)
    back = [
        {"text_id": other, "other_id": text_id, "jaccard": jaccard}
        for other, jaccard in alike.items()
        if other in neighbours.near
    ]
    insert_missing(connection, likenesses, back)
    _mark_crowds(connection, neighbours.crowded)


def _drop(connection: Connection, text_id: int, signature: bytes) -> None:
    crowded = find_neighbours(connection, text_id, signature).crowded
    connection.execute(delete(likenesses).where(or_(_ONE.in_([text_id]), _OTHER.in_([text_id]))))
    connection.execute(delete(bands).where(bands.c.key.in_(find_keys(signature)), bands.c.text_id == text_id))
    connection.execute(delete(texts).where(texts.c.id == text_id))
    _mark_crowds(connection, crowded)


def _mark_crowds(connection: Connection, keys: Iterable[int]) -> None:
    """The heads of a crowded band changed: each of its texts is held against them anew."""
    for key in keys:
        rows = connection.execute(select(bands.c.text_id).where(bands.c.key == key))
        mark(connection, (("outgoing", str(text_id)) for (text_id,) in rows))


def _write_outgoing(connection: Connection, text_id: int, alike: Mapping[int, float]) -> None:
    connection.execute(delete(likenesses).where(_ONE.in_([text_id])))
    rows = [{"text_id": text_id, "other_id": other, "jaccard": jaccard} for other, jaccard in alike.items()]
    insert_missing(connection, likenesses, rows)


def _read_signatures(connection: Connection, text_ids: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for some in split_keys(text_ids):
        rows = connection.execute(select(texts.c.id, texts.c.signature).where(texts.c.id.in_(some)))
        found |= {row.id: row.signature for row in rows}
    return found


def _find_used(connection: Connection, text_ids: Sequence[int]) -> set[int]:
    """The texts that a capture has."""
    found: set[int] = set()
    for some in split_keys(text_ids):
        query = select(documents.c.text_id).distinct().where(documents.c.text_id.in_(some))
        found.update(text_id for text_id in connection.scalars(query) if text_id is not None)
    return found
