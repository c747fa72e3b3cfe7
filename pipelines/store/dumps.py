"""The store in one file: a copy of an SQLite database, or what ``pg_dump`` makes of a PostgreSQL one.

Both are the store as it was at one moment, while others go on writing. A file appears whole or not at all, and is
taken back only into a place where there is no store. PostgreSQL's own programs do the work; they must be installed
where Kaijuan runs, in the server's version or a newer one.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from pipelines.errors import PipelineError
from pipelines.store.database import read_address
from pipelines.store.layout import find_layout

Advance = Callable[[int, int], None]  # what is done, of what there is

SQLITE, POSTGRESQL = "sqlite", "postgresql"
SUFFIXES = {SQLITE: ".db", POSTGRESQL: ".dump"}
_PIECE = 2048  # pages of SQLite between two looks at the bar
_PROGRAMS = "usr/lib/postgresql/*/bin"  # where Debian keeps them


def find_kind(address: str) -> str:
    """``sqlite`` or ``postgresql``. Raises ``PipelineError`` for what cannot be dumped."""
    url = read_address(address)
    kind = url.get_backend_name()
    if kind not in SUFFIXES or (kind == SQLITE and url.database in (None, "", ":memory:")):
        raise PipelineError(
            f"{url.render_as_string()}: a store like this cannot be backed up, only SQLite and PostgreSQL"
        )
    return kind


def dump_store(address: str, target: Path, advance: Advance | None = None) -> None:
    """Write the whole store into a new file. Raises ``PipelineError``, and then there is no file."""
    kind, url = find_kind(address), read_address(address)
    with _appearing(target) as temporary:
        if kind == SQLITE:
            _copy_sqlite(Path(url.database or ""), temporary, advance or (lambda done, of: None))
        else:
            _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", f"--file={temporary}"], target)


def load_store(address: str, source: Path) -> None:
    """Put a dumped store where there is none. Raises ``PipelineError``, and then nothing was changed."""
    check_free(address)
    kind, url = find_kind(address), read_address(address)
    if source.suffix != SUFFIXES[kind]:
        raise PipelineError(f"{source}: a dump of the other kind of database; {url.render_as_string()} cannot take it")
    if kind == POSTGRESQL:
        words = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(source)]
        _run("pg_restore", url, words, source)
        return
    target = Path(url.database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _appearing(target) as temporary:
        shutil.copyfile(source, temporary)
        _check_sqlite(temporary, source)


def check_free(address: str) -> None:
    """Raise ``PipelineError`` where a store, or anything else that would be lost, is in the place of that address."""
    url = read_address(address)
    name = url.render_as_string()
    if find_kind(address) == SQLITE:
        if Path(url.database or "").exists():
            raise PipelineError(
                f"{name}: a store is there already, and is not overwritten; move it away, or name another"
            )
        return
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            is_taken = find_layout(connection) is not None or bool(inspect(connection).get_table_names())
    except SQLAlchemyError as error:
        raise PipelineError(
            f"{name}: cannot be opened ({str(error).splitlines()[0]}); createdb makes a database"
        ) from error
    finally:
        engine.dispose()
    if is_taken:
        raise PipelineError(f"{name}: there are tables already, and nothing is overwritten; name an empty database")


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A name to write under; the file gets its own when it is whole and on the disk, and is removed otherwise."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.rename(target)
    except OSError as error:
        raise PipelineError(
            f"{target}: cannot be written ({error.strerror}); make room, or name another place"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path, advance: Advance) -> None:
    """A copy by SQLite itself, of what was there when it began: others write on, into the log beside the file."""
    if not source.exists():
        raise PipelineError(f"{source}: there is no store to back up")
    try:
        with closing(_connect(source)) as ours, closing(_connect(target)) as copy:
            # Held open, the reading stays at this moment; without it each writing of others would begin it anew.
            ours.execute("BEGIN")
            ours.execute("SELECT count(*) FROM sqlite_master").fetchone()
            ours.backup(copy, pages=_PIECE, progress=lambda _, left, total: advance(total - left, total))
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise PipelineError(f"{source}: cannot be copied to {target.parent} ({error}); make room there") from error
    finally:
        for ending in ("-wal", "-shm", "-journal"):
            with suppress(OSError):
                target.with_name(target.name + ending).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=120)


def _check_sqlite(path: Path, source: Path) -> None:
    try:
        with closing(_connect(path)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise PipelineError(f"{source}: is no sound store ({said}); take another backup")


def _run(program: str, url: URL, words: Sequence[str], file: Path) -> None:
    """One of PostgreSQL's programs; the password is nowhere to be seen by others who ask what runs."""
    found = shutil.which(program) or max(map(str, Path("/").glob(f"{_PROGRAMS}/{program}")), default=None)
    if found is None:
        raise PipelineError(f"{program} is not installed, which backs PostgreSQL up: apt-get install postgresql-client")
    done = subprocess.run(
        [found, *words[:-1], "--no-password", *_name_database(url), words[-1]],
        env={**os.environ, **_find_secrets(url)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise PipelineError(f"{file}: {said[0]}; {url.render_as_string()} and this file are as they were")


def _name_database(url: URL) -> list[str]:
    named = {"--host": url.host, "--port": url.port, "--username": url.username, "--dbname": url.database}
    return [f"{option}={value}" for option, value in named.items() if value]


def _find_secrets(url: URL) -> Mapping[str, str]:
    return {"PGPASSWORD": str(url.password)} if url.password else {}
