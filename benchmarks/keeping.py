"""``python -m benchmarks.keeping``: backups and changes of layout killed at random moments while others write.

An archive of ``--megabytes`` and a store that a process goes on writing. Each of ``--kills`` begins a backup, or brings
a copy of the store a layout back and up again, and is killed with SIGKILL after a while that the seed draws. Afterwards
the newest backup must be sound to the last byte, and the copy must have all its rows, in one layout or the other. At
the end a backup goes through, is restored, and must equal what was there. Exit code 1 where anything was lost.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from sqlalchemy import create_engine, inspect

from benchmarks.storedata import make_seeds
from crawler.keeping.backup import BackupPlan, find_files, make_backup
from crawler.keeping.manifest import find_backups
from crawler.keeping.restoring import RestorePlan, check_backup, restore
from pipelines.store import Store
from pipelines.store.dumps import dump_store
from pipelines.store.layout import list_layouts, newest_layout
from pipelines.store.tables import metadata
from pipelines.store.upkeep import change_layout, read_condition

Tables = dict[str, list[tuple[object, ...]]]

_FILE = 4 << 20  # bytes of a made-up WARC file
_SPAWN = multiprocessing.get_context("spawn")


def main() -> int:
    """Kill, look, and at last restore."""
    options = _read_options()
    draw = random.Random(options.seed)
    with TemporaryDirectory(prefix="kaijuan-keeping-", dir=options.folder) as name:
        folder = Path(name)
        (folder / "warc").mkdir()
        for number in range(max(1, options.megabytes * (1 << 20) // _FILE)):
            (folder / "warc" / f"{number:05d}.warc.gz").write_bytes(draw.randbytes(_FILE))
        _fill(_address(folder), range(40))
        lost = _kill_all(folder, draw, options.kills)
        lost += _restore(folder)
    print(f"{options.kills} kills, {lost} losses")
    return 1 if lost else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where the files lie meanwhile")
    return parser.parse_args()


def _kill_all(folder: Path, draw: random.Random, kills: int) -> int:
    ended = _SPAWN.Event()
    writer = _SPAWN.Process(target=_write_on, args=(_address(folder), ended))
    writer.start()
    lost = whole = 0
    try:
        whole_time = _time_one(folder)
        for number in range(kills):
            work, look = ((_back_up, _look_at_backup), (_migrate, _look_at_copy))[number % 2]
            before = _prepare(folder)
            after = draw.uniform(0, whole_time * 1.2)
            whole += _kill(work, folder, after)
            fault = look(folder, before)
            lost += bool(fault)
            if fault:
                print(f"after {after:.2f} s of {work.__name__[1:]}: {fault}", flush=True)
            if (number + 1) % 10 == 0:
                print(f"{number + 1} of {kills} killed, {lost} losses so far", flush=True)
    finally:
        ended.set()
        writer.join()
    print(f"a backup takes {whole_time:.1f} s; {whole} of {kills} ended before they were killed", flush=True)
    return lost


def _time_one(folder: Path) -> float:
    began = perf_counter()
    process = _SPAWN.Process(target=_back_up, args=(folder,))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit("the first backup failed")
    return perf_counter() - began


def _kill(work: Callable[[Path], None], folder: Path, after: float) -> bool:
    """Whether it came to its end before."""
    process = _SPAWN.Process(target=work, args=(folder,))
    process.start()
    process.join(after)
    if is_done := process.exitcode == 0:
        return is_done
    with suppress(ProcessLookupError):
        os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    return False


def _prepare(folder: Path) -> Tables:
    """A new file for the archive, so that each backup has something to copy; a fresh copy of the store."""
    count = len(find_files(folder / "warc")[0])
    (folder / "warc" / f"{count:05d}.warc.gz").write_bytes(os.urandom(_FILE))
    for path in folder.glob("copy.db*"):
        path.unlink()
    dump_store(_address(folder), folder / "copy.db")
    _fill(_address(folder, "copy.db"), ())  # settled, as an upgrade leaves it
    return _read_rows(_address(folder, "copy.db"))


def _back_up(folder: Path) -> None:
    while True:
        with suppress(Exception):  # the one before was made in this second
            make_backup(BackupPlan(folder / "backup", folder / "warc", _address(folder), 3))
            return
        sleep(0.2)


def _migrate(folder: Path) -> None:
    address = _address(folder, "copy.db")
    for target in (list_layouts()[-2:][0], newest_layout()):
        change_layout(address, target, None, 600.0, lambda line: None)


def _look_at_backup(folder: Path, _: object) -> str:
    try:
        check_backup(find_backups(folder / "backup")[0])
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a loss
        return str(error)
    return ""


def _look_at_copy(folder: Path, before: Tables) -> str:
    """All rows of all tables that the layout has; the table of locks is emptied by going back."""
    condition, after = read_condition(_address(folder, "copy.db")), _read_rows(_address(folder, "copy.db"))
    if condition.layout not in list_layouts():
        return f"layout {condition.layout}"
    changed = [
        name for name in before.keys() & after.keys() - {"alembic_version", "locks"} if before[name] != after[name]
    ]
    return f"rows of {', '.join(sorted(changed))} are others" if changed else ""


def _restore(folder: Path) -> int:
    shutil.rmtree(folder / "backup")
    made = make_backup(BackupPlan(folder / "backup", folder / "warc", _address(folder), 1))
    began = perf_counter()
    restore(RestorePlan(made.folder, folder / "new", _address(folder, "new.db")))
    print(f"{made.manifest.size / 1e6:.0f} MB restored in {perf_counter() - began:.1f} s", flush=True)
    old = {path.name: path.read_bytes() for path in find_files(folder / "warc")[0]}
    same = old == {path.name: path.read_bytes() for path in find_files(folder / "new")[0]}
    same &= _read_rows(_address(folder)) == _read_rows(_address(folder, "new.db"))
    print("restored as it was" if same else "restored otherwise than it was", flush=True)
    return 0 if same else 1


def _write_on(address: str, ended: Event) -> None:
    number = 1000
    while not ended.is_set():
        _fill(address, [number])
        number += 1
        sleep(0.5)  # the store is read whole after each kill, and must not outgrow that


def _fill(address: str, numbers: Iterable[int]) -> None:
    """Write the captures of reports, and settle."""
    store = Store(address)
    for number in numbers:
        store.write(make_seeds().make(number))
    store.settle()
    store.close()


def _read_rows(address: str) -> Tables:
    """The rows of all tables that are there, sorted."""
    engine = create_engine(address)
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        tables = [table for table in metadata.sorted_tables if table.name in there]
        rows = {table.name: connection.execute(table.select()).all() for table in tables}
    engine.dispose()
    return {name: sorted(map(tuple, some), key=repr) for name, some in rows.items()}


def _address(folder: Path, name: str = "kaijuan.db") -> str:
    return f"sqlite:///{folder / name}"


if __name__ == "__main__":
    sys.exit(main())
