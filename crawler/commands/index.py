"""``scrapy index``: the CDXJ indexes of archive files, made where they are missing or old, and merged for look-up."""

import argparse
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.format.record import Broken
from archive.index.indexing import index_path, is_indexed, write_index
from archive.index.lookup import Lookup
from archive.index.runs import update_runs
from archive.sources import find_archives
from archive.writing.recovery import recover_folder
from crawler.quiet import QuietCommand


class Command(QuietCommand):
    """Make and merge indexes."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] [PATH…]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Make the CDXJ indexes of WARC files and merge them for look-up"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Write x.cdxj beside each x.warc.gz (also .warc, .arc, .arc.gz) that has none or an older one, and merge "
            "the indexes of a folder into its folder index/. PATH is a file or a folder; without one, ARCHIVE_DIR. "
            "Exit code 0: all indexed; 1: a file is damaged (what can be read of it is indexed) or is no archive."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="make every index anew, also those that are not old")
        parser.add_argument("--find", metavar="URL", help="afterwards print the captures of a URL, as CDXJ lines")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Index, merge, say what was done."""
        if unknown := [word for word in args if word.startswith("-")]:
            raise UsageError(f"unknown option {unknown[0]}; scrapy index --help lists them")
        assert self.settings is not None
        try:
            self.exitcode = _index([Path(name) for name in args or [self.settings["ARCHIVE_DIR"]]], opts)
        except ArchiveError as error:
            print(f"index: {error}", file=sys.stderr)
            self.exitcode = 1


def _index(names: list[Path], opts: argparse.Namespace) -> int:
    damage: list[str] = []
    folders = [name for name in names if name.is_dir()]
    for folder in folders:
        recover_folder(folder)
    files = [Path(name) for name in find_archives(map(str, names)) if not name.endswith(".wacz")]
    made = [_make(path, damage) for path in files if opts.all or not is_indexed(path)]
    for folder in folders:
        update_runs(folder, wait=True)
    print(f"{len(files)} files, {len(made)} indexed now with {sum(made)} captures", file=sys.stderr)
    for line in damage:
        print(f"damaged: {line}", file=sys.stderr)
    if opts.find:
        _print_captures(folders, opts.find)
    return 1 if damage else 0


def _make(path: Path, damage: list[str]) -> int:
    def note(broken: Broken) -> None:
        damage.append(str(broken))

    try:
        return write_index(path, note)
    except ArchiveError as error:
        # One file that is no archive must not cost the others.
        damage.append(str(error))
        return 0
    except OSError as error:
        raise ArchiveError(f"{index_path(path)}: cannot be written ({error.strerror}); make room") from error


def _print_captures(folders: list[Path], url: str) -> None:
    for folder in folders:
        with Lookup(folder) as lookup:
            for line in lookup.lines(url):
                sys.stdout.write(line.decode("utf-8", "replace"))
