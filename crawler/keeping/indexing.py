"""An archive's indexes brought up to date: what a crash left is closed, what has no index gets one, all are merged."""

from contextlib import suppress
from pathlib import Path

from archive.errors import ArchiveError
from archive.index.indexing import write_index
from archive.index.runs import find_unindexed, read_runs, update_runs
from archive.writing.recovery import recover_folder


def bring_up_to_date(archive: Path) -> str:
    """Do what there is to do, and say it in one line. Raises ``ArchiveError`` or ``OSError``."""
    recovered = recover_folder(archive)
    missing = find_unindexed(archive, fresh=True)
    for path in missing:
        with suppress(ArchiveError):  # no archive file: verification says so
            write_index(path)
    before = read_runs(archive)
    update_runs(archive, wait=True)
    after = read_runs(archive)
    parts = [f"{len(recovered)} files closed that a crash had left"] if recovered else []
    parts += [f"{len(missing)} files indexed"] if missing else []
    size = sum(run.size for run in after) / 1e6
    parts += [f"merged into {len(after)} files, {size:.1f} MB"] if after != before else ["nothing new to merge"]
    return ", ".join(parts)


def foresee(archive: Path) -> str:
    """What ``bring_up_to_date`` would do, without doing it."""
    missing = find_unindexed(archive, fresh=True)
    return f"{len(missing)} files would be indexed, and all indexes merged"
