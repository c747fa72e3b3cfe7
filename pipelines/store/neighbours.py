"""Neighbours: the texts that share a band with a text, found in the database, verified by their exact Jaccard.

Of a band that many texts share, a text is held against the first ``HEADS`` by identifier only: one that a thousand
townships copied costs each of them a bounded number of comparisons, and which ones depends on the texts alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, Connection, Integer, Select, bindparam, or_, select, union_all
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import CompoundSelect

from pipelines.store.minhash import ALIKE, BANDS, estimate, find_keys, measure_sets, shingle, sign
from pipelines.store.tables import bands, texts

HEADS = 64
_TOGETHER = 8  # texts in one statement
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


def look_up(connection: Connection, prose: str) -> dict[int, float]:
    """The stored texts that are like a prose, with the exact Jaccard of each; the prose need not be stored."""
    shingles = shingle(prose)
    signature = sign(shingles)
    if signature is None:
        return {}
    return verify(connection, shingles, signature, find_neighbours(connection, -1, signature).found)


def verify(
    connection: Connection, shingles: Iterable[int], signature: bytes, candidates: Collection[int]
) -> dict[int, float]:
    """The exact Jaccard of a prose with those candidates that reach ``ALIKE``, in the order of their identifiers."""
    own = frozenset(shingles) if candidates else frozenset()
    measured = {
        other: measure_sets(own, set(shingle(prose)))
        for other, prose, theirs in _read_texts(connection, sorted(candidates))
        if estimate(signature, theirs) >= ALIKE - _MARGIN
    }
    return {other: measured[other] for other in sorted(measured) if measured[other] >= ALIKE}


def _read_texts(connection: Connection, text_ids: list[int]) -> Iterator[tuple[int, str, bytes]]:
    """Identifier, prose and signature of texts, some at a time; one may be asked for twice to fill a statement."""
    for start in range(0, len(text_ids), _TOGETHER):
        some = text_ids[start : start + _TOGETHER]
        some += some[-1:] * (_TOGETHER - len(some))
        yield from _run(connection, _select_texts, {f"text{number}": text_id for number, text_id in enumerate(some)})


def _read_bands(connection: Connection, keys: list[int]) -> dict[int, list[int]]:
    """The texts of each band in the order of their identifiers, at most one more than there are heads."""
    found: dict[int, list[int]] = {}
    values = {f"key{number}": key for number, key in enumerate(keys)} | {"most": HEADS + 1}
    rows = _run(connection, _select_few, values)
    if len(rows) > HEADS:  # a band among them may be crowded
        rows = _run(connection, _select_heads, values)
    for key, text_id in rows:
        found.setdefault(key, []).append(text_id)
    return {key: sorted(members) for key, members in found.items()}


def _run(connection: Connection, make: Callable[[], ClauseElement], values: dict[str, int]) -> list[Any]:
    """The rows of a statement, by the driver's own cursor: SQLAlchemy's would cost a look-up half its time again."""
    statement, pick, defaults = _compile(connection.dialect, make)
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(statement, pick(defaults | values))
        return list(cursor.fetchall())


@lru_cache(maxsize=8)
def _compile(
    dialect: Dialect, make: Callable[[], ClauseElement]
) -> tuple[str, Callable[[dict[str, Any]], tuple[Any, ...]], dict[str, Any]]:
    """A statement as the driver takes it, what puts its parameters in order, and their defaults."""
    compiled = make().compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    return compiled.string, itemgetter(*(compiled.positiontup or ())), dict(compiled.params)


def _select_texts() -> Select[int, str, bytes]:
    wanted: list[BindParameter[int]] = [bindparam(f"text{number}") for number in range(_TOGETHER)]
    return select(texts.c.id, texts.c.prose, texts.c.signature).where(or_(*(texts.c.id == one for one in wanted)))


def _select_few() -> Select[int, int]:
    """All bands of a text at once, as long as they are few."""
    wanted = or_(*(bands.c.key == bindparam(f"key{number}") for number in range(BANDS)))
    return select(bands.c.key, bands.c.text_id).where(wanted).limit(bindparam("most", type_=Integer))


def _select_heads() -> CompoundSelect[int, int]:
    """The first texts of each of a text's bands, in one statement."""

    def select_band(number: int) -> Select[int, int]:
        one = select(bands.c.key, bands.c.text_id).where(bands.c.key == bindparam(f"key{number}"))
        return select(one.order_by(bands.c.text_id).limit(bindparam("most", type_=Integer)).subquery())

    return union_all(*map(select_band, range(BANDS)))
