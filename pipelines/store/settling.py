"""Settling: what was written since the last time is looked at again, together with everything that depends on it.

Marks in ``unsettled`` say what: they are written with the rows themselves, so that what a killed crawl left is settled
by the next. Kinds of marks are taken in a fixed order, each of which marks only what comes later: texts (which are
alike), captures (whose they are, what they are found by), addresses (whose reports stood there), names (everything that
is said of their reports), totals (of levels and provinces). Every step makes its rows anew from the rows of single
captures: no order of arrival decides them.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, func, select

from pipelines.store import totals
from pipelines.store.batches import mark
from pipelines.store.belongings import settle_bodies, settle_captures
from pipelines.store.database import Database
from pipelines.store.likenesses import settle_outgoing, settle_texts
from pipelines.store.remaking import remake_names
from pipelines.store.searching import index_captures, mark_unsearchable
from pipelines.store.settled import belongings
from pipelines.store.tables import documents, unsettled

Advance = Callable[[int, int], None]
Step = Callable[[Connection, Sequence[str]], None]
_TOGETHER = 100  # marks in one transaction


def settle(database: Database, advance: Advance) -> None:
    """Settle everything that is marked; ``advance(done, of)`` counts the marks, whose number grows as it goes."""
    done = 0
    with database.writing() as connection:
        mark_unsearchable(connection)
    for kind, step in _STEPS:
        while pieces := _take(database, kind, step):
            done += pieces
            with database.reading() as connection:
                left = connection.scalar(select(func.count()).select_from(unsettled)) or 0
            advance(done, done + left)


def _take(database: Database, kind: str, step: Step) -> int:
    """Settle some marks of a kind in one transaction; how many there were."""
    with database.writing() as connection:
        query = select(unsettled.c.key).where(unsettled.c.kind == kind).order_by(unsettled.c.key).limit(_TOGETHER)
        keys = list(connection.scalars(query))
        if keys:
            connection.execute(delete(unsettled).where(unsettled.c.kind == kind, unsettled.c.key.in_(keys)))
            step(connection, keys)
    return len(keys)


def _settle_captures(connection: Connection, record_ids: Sequence[str]) -> None:
    settle_captures(connection, record_ids)
    index_captures(connection, record_ids)


def _settle_urls(connection: Connection, urls: Sequence[str]) -> None:
    query = select(belongings.c.name).distinct().join(documents, documents.c.record_id == belongings.c.record_id)
    mark(connection, (("name", name) for name in connection.scalars(query.where(documents.c.url.in_(urls)))))


_STEPS: tuple[tuple[str, Step], ...] = (
    ("text", settle_texts),
    ("outgoing", settle_outgoing),
    ("body", settle_bodies),
    ("capture", _settle_captures),
    ("url", _settle_urls),
    ("name", remake_names),
    (totals.KIND, totals.settle_totals),
)
