"""Which files go into a WACZ package: WARC files by name, by folder, or those that one run of a crawl wrote."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from archive.errors import ArchiveError
from archive.format.fields import read_fields
from archive.format.record import Broken, Record
from archive.format.records import read_records
from archive.opening import final_name, open_archive
from archive.sources import find_archives

LAST = "last"
_WARCS = (".warc", ".warc.gz")
_WACZ = ".wacz"


def find_files(names: Sequence[str], run: str | None = None) -> list[str]:
    """The WARC files to package, in the order of their base names; of ``run`` alone where one is given.

    ``run`` is what the files' first records say under ``isPartOf``; ``last`` is the one whose files are newest.
    Packages that lie in a folder are left out. Raises ``ArchiveError`` for what a package cannot hold.
    """
    files = [path for path in find_archives(names) if not path.endswith(_WACZ) or path in names]
    for path in files:
        if not path.endswith(_WARCS):
            raise ArchiveError(f"{path}: a WACZ package holds WARC files only (.warc, .warc.gz); leave this one out")
    found = _choose(files, run) if run else files
    if not found:
        raise ArchiveError(f"{', '.join(names)}: no WARC file here{f' of the run {run}' if run else ''}")
    _require_names(found)
    return found


def _choose(files: Iterable[str], run: str) -> list[str]:
    """The files of a run; raises where there is none, naming the newest runs that are there."""
    runs = {path: _read_run(path) for path in files}
    newest: dict[str, str] = {}
    for name, moment in runs.values():
        if name:
            newest[name] = max(moment, newest.get(name, ""))
    known = sorted(newest, key=lambda name: (newest[name], name), reverse=True)
    wanted = known[0] if run == LAST and known else run
    found = [path for path, (name, _) in runs.items() if name == wanted]
    if not found:
        there = f"the newest here: {', '.join(known[:3])}" if known else "no file here says which run wrote it"
        raise ArchiveError(f"no WARC file of the run {run}; {there}")
    return found


def _read_run(path: str) -> tuple[str | None, str]:
    """What the warcinfo record that opens a file says of its run, and when it was written."""
    with open_archive(path) as file:
        try:
            first: Record | None = next(read_records(file, path, _pass), None)
        except ArchiveError:
            first = None  # no archive: whoever packages it says so
    if first is None or first.type != "warcinfo":
        return None, ""
    run = next((value for name, value in read_fields(first.block) if name.lower() == "ispartof"), None)
    return run, first.header("warc-date") or ""


def _require_names(files: Iterable[str]) -> None:
    taken: dict[str, str] = {}
    for path in files:
        name = final_name(path)
        if name in taken:
            raise ArchiveError(f"{path}: a file of this name is there twice ({taken[name]}); rename one of them")
        taken[name] = path


def member_path(path: str) -> str:
    """Where an archive file lies in the package."""
    return str(PurePosixPath("archive", final_name(path)))


def _pass(broken: Broken) -> None:
    """Damage is told where the file is packaged."""
