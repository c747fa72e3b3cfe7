"""The care of a store: what layout it has, how full it is, and how it comes to another, with a backup first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from pipelines.errors import PipelineError
from pipelines.store import Store
from pipelines.store.database import Database, read_address
from pipelines.store.dumps import SQLITE, SUFFIXES, Advance, dump_store, find_kind
from pipelines.store.layout import UNNUMBERED, find_layout, list_layouts, newest_layout
from pipelines.store.locks import find_crawls
from pipelines.store.settled import reports
from pipelines.store.tables import documents, unsettled

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Condition:
    """How a store is. ``size`` in bytes on the disk; ``counts`` of rows, where the layout is one that is known."""

    name: str
    layout: str | None  # ``layout.UNNUMBERED``: of before there were numbers; None: there is no store
    newest: str
    size: int
    counts: Mapping[str, int]

    @property
    def is_current(self) -> bool:
        """Whether this code reads and writes it as it is."""
        return self.layout == self.newest


def read_condition(address: str) -> Condition:
    """How the store of an address is, of whatever layout. Raises ``PipelineError`` where it cannot be opened."""
    database = Database(address, None, any_layout=True)
    try:
        with database.reading() as connection:
            found = find_layout(connection)
            counts = _count(connection) if found == newest_layout() else {}
            return Condition(database.name, found, newest_layout(), _measure(connection), counts)
    finally:
        database.close()


def change_layout(
    address: str, target: str, folder: Path | None, silence: float, tell: Tell, advance: Advance | None = None
) -> None:
    """Bring a store to a layout, after a backup into ``folder`` (none: no backup); the newest is settled.

    What is done is told line by line. Raises ``PipelineError``, also while somebody crawls into the store (``silence``
    as in ``locks``), and then the store is as it was.
    """
    from pipelines.store.migrating import migrate, migrating_connection  # Alembic: see there

    found = read_condition(address).layout
    if found is None:
        raise PipelineError("there is no store in this database; crawl or replay makes one of the newest layout")
    if target not in list_layouts():
        raise PipelineError(f"the layout {target} is not known here; known are {', '.join(list_layouts())}")
    if found == target:
        tell(f"the store has the layout {target} already; nothing was done")
        return
    _refuse_crawls(address, silence)
    if folder is not None:
        tell(f"backup: {_back_up(address, found, folder, advance)}")
    with migrating_connection(address) as connection:
        migrate(connection, target, lambda number, title: tell(f"{number}: {title}"))
    if target == newest_layout():
        _settle(address)
    tell(f"the store has the layout {target} now")


def find_place(address: str, folder: Path) -> Path:
    """Where backups made before a change of layout lie: beside an SQLite file, else in ``folder``."""
    return Path(read_address(address).database or "").parent if find_kind(address) == SQLITE else folder


def _refuse_crawls(address: str, silence: float) -> None:
    """A crawl knows the layout that it began with, and would find its tables gone."""
    database = Database(address, None, any_layout=True)
    try:
        with database.reading() as connection:
            crawls = find_crawls(connection, silence)
    finally:
        database.close()
    for owner, portals in crawls.items():
        many = "a portal" if portals == 1 else f"{portals} portals"
        raise PipelineError(
            f"{owner.words} is crawling {many} into this store; nothing was done: let it end, or stop it with Ctrl-C, "
            "and run this again"
        )


def _back_up(address: str, found: str, folder: Path, advance: Advance | None) -> Path:
    kind, moment = find_kind(address), datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    stem = Path(read_address(address).database or "").stem
    target = find_place(address, folder) / f"{stem}-layout-{found or 'old'}-{moment}{SUFFIXES[kind]}"
    target.parent.mkdir(parents=True, exist_ok=True)
    dump_store(address, target, advance)
    return target


def _settle(address: str) -> None:
    """What a step marked is made anew."""
    store = Store(address)
    try:
        store.settle()
    finally:
        store.close()


def _count(connection: Connection) -> dict[str, int]:
    tables = (documents, reports, unsettled)
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _measure(connection: Connection) -> int:
    if connection.dialect.name == SQLITE:
        pages, size = (connection.scalar(text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
        return int(pages or 0) * int(size or 0)
    return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def say_layout(condition: Condition) -> str:
    """One line about a store's layout and what to do about it."""
    if condition.layout is None:
        return "there is no store; crawl or replay makes one"
    if condition.is_current:
        return f"layout {condition.layout}, the newest"
    if condition.layout == UNNUMBERED:
        return (
            f"layout without a number, of before there were any; scrapy store upgrade brings it to {condition.newest}"
        )
    if condition.layout in list_layouts():
        return f"layout {condition.layout}; scrapy store upgrade brings it to {condition.newest}"
    return f"layout {condition.layout}, of a newer Kaijuan; this one knows {condition.newest} at most"
