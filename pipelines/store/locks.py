"""Locks: which run has which portal. One row a portal, in the same store for all machines that crawl into it.

A lock is taken, kept and given back in transactions of which there is one at a time (``Database.writing``). Its owner
says from time to time that it lives. A lock is taken over where its owner's process is known to be no more, at once on
its own machine; from another machine it cannot be known, and the lock is taken over when its owner was silent for long.
Time is the database's, so that machines whose clocks differ agree.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields

from sqlalchemy import ColumnElement, Connection, RowMapping, extract, func, insert, inspect, select

from pipelines.store.database import Database
from pipelines.store.owners import Owner
from pipelines.store.tables import locks, metadata

_OWNER = tuple(locks.c[each.name] for each in fields(Owner))


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of asking for locks, by portal: ``held`` are ours, ``others`` have another living owner.

    ``inherited``: of those held, the owners that they were taken over from.
    """

    held: tuple[str, ...]
    others: Mapping[str, Owner]
    inherited: Mapping[str, Owner]


class Locks:
    """The locks of one owner. Raises ``PipelineError`` where the store cannot be reached or written.

    ``silence``: seconds after which an owner on another machine that was not heard of counts as gone.
    """

    def __init__(self, database_url: str, owner: Owner, silence: float) -> None:
        self._database = Database(database_url, metadata)
        self._owner = owner
        self._silence = silence
        self._held: set[str] = set()
        self._handed: dict[str, Owner] = {}

    def take(self, portals: Collection[str]) -> Taken:
        """Ask for the locks of portals; those that nobody living has are ours."""
        with self._database.writing() as connection:
            now = _read_time(connection)
            rows = {row["portal"]: row for row in connection.execute(select(locks)).mappings()}
            there = {portal: _read_owner(rows[portal]) for portal in portals if portal in rows}
            others = {name: owner for name, owner in there.items() if self._is_living(owner, rows[name], now)}
            held = tuple(portal for portal in portals if portal not in others)
            connection.execute(locks.delete().where(locks.c.portal.in_(there.keys() - others.keys())))
            if held:
                values = {**asdict(self._owner), "taken": now, "heard": now}
                connection.execute(insert(locks), [{"portal": portal, **values} for portal in held])
        self._held.update(held)
        inherited = {portal: owner for portal, owner in there.items() if portal in self._held and owner != self._owner}
        return Taken(held, others, inherited)

    def keep(self) -> frozenset[str]:
        """Say that we live; the portals whose locks are ours no longer."""
        with self._database.writing() as connection:
            own = select(locks.c.portal).where(*_is_of(self._owner))
            found = set(connection.execute(own).scalars())
            now = _read_time(connection)
            connection.execute(locks.update().where(*_is_of(self._owner)).values(heard=now))
            for portal, owner in list(self._handed.items()):
                connection.execute(locks.update().where(locks.c.portal == portal, *_is_of(owner)).values(heard=now))
        lost = frozenset(self._held - found)
        self._held -= lost
        return lost

    def hand_over(self, portals: Collection[str], owner: Owner) -> None:
        """Let another process have what is ours; we go on saying that it lives."""
        with self._database.writing() as connection:
            ours = locks.update().where(locks.c.portal.in_(portals), *_is_of(self._owner))
            connection.execute(ours.values(**asdict(owner)))
        self._held.difference_update(portals)
        self._handed.update(dict.fromkeys(portals, owner))

    def give_back(self, portals: Collection[str], owner: Owner | None = None) -> None:
        """Let go of portals, or of those that were handed over to an owner which is no more."""
        for portal in portals:
            self._handed.pop(portal, None)
        with self._database.writing() as connection:
            connection.execute(locks.delete().where(locks.c.portal.in_(portals), *_is_of(owner or self._owner)))
        self._held.difference_update(portals)

    def close(self) -> None:
        """Give up the connections. What is still held stays, until its owner's end is seen."""
        self._database.close()

    def _is_living(self, owner: Owner, row: RowMapping, now: float) -> bool:
        return owner != self._owner and _is_living(owner, self._owner, now - row["heard"], self._silence)


def _is_of(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return tuple(column == getattr(owner, column.name) for column in _OWNER)


def find_crawls(connection: Connection, silence: float) -> Mapping[Owner, int]:
    """The living owners of locks, and how many portals each has; none in a store without the table."""
    if not inspect(connection).has_table(locks.name):
        return {}
    us, now = Owner.of_this_process(""), _read_time(connection)
    rows = connection.execute(select(locks)).mappings()
    return Counter(owner for row in rows if _is_living(owner := _read_owner(row), us, now - row["heard"], silence))


def _is_living(owner: Owner, us: Owner, silent: float, most: float) -> bool:
    """Whether an owner lives as far as can be told from here, who was not heard of for ``silent`` seconds."""
    is_gone = owner.is_surely_gone(us)
    return not (silent > most if is_gone is None else is_gone)


def _read_owner(row: RowMapping) -> Owner:
    return Owner(**{column.name: row[column.name] for column in _OWNER})


def _read_time(connection: Connection) -> float:
    """Seconds since 1970 by the database's clock."""
    return float(connection.execute(select(extract("epoch", func.now()))).scalar_one())
