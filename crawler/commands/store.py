"""``scrapy store``: which layout the store has, and how it comes to another."""

import argparse
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.keeping.bars import Bar
from crawler.quiet import QuietCommand, tell_stopped
from pipelines.errors import PipelineError
from pipelines.store.layout import newest_layout
from pipelines.store.upkeep import change_layout, read_condition, say_layout

_ACTIONS = ("status", "upgrade", "downgrade")
_TO_DO = 3


class Command(QuietCommand):
    """Look after the store."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "status | upgrade | downgrade --to LAYOUT"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Say which layout the store has, bring it up to date, or back"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "status: the layout of the store at DATABASE_URL, its size and rows. upgrade: bring it to the layout of "
            "this Kaijuan, after an update: scrapy store upgrade. downgrade: back to an earlier layout, for an "
            "earlier Kaijuan: scrapy store downgrade --to 0001. Both make a backup first (beside an SQLite file, else"
            " beside ARCHIVE_DIR), change all or nothing, and refuse while a crawl writes into the store. Exit code "
            "0: the store has the layout that is wanted; 1: an error; 3: status found that there is something to do."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--to", metavar="LAYOUT", help="the layout to go back to, like 0001")
        parser.add_argument("--no-backup", action="store_true", help="make no backup before the layout is changed")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked, set the exit code."""
        if len(args) != 1 or args[0] not in _ACTIONS:
            raise UsageError(f"store needs one of {', '.join(_ACTIONS)}: scrapy store status")
        if (args[0] == "downgrade") != bool(opts.to):
            raise UsageError("--to says which layout downgrade goes back to: scrapy store downgrade --to 0001")
        assert self.settings is not None
        address = self.settings.get("DATABASE_URL") or ""
        try:
            self.exitcode = _show(address) if args[0] == "status" else self._change(address, opts)
        except PipelineError as error:
            print(f"store: {error}", file=sys.stderr)
            self.exitcode = 1
        except KeyboardInterrupt:
            self.exitcode = tell_stopped("store: stopped; the store is as it was")

    def _change(self, address: str, opts: argparse.Namespace) -> int:
        assert self.settings is not None
        folder = None if opts.no_backup else Path(self.settings["ARCHIVE_DIR"]).parent
        with Bar("backup") as bar:
            silence = self.settings.getfloat("LOCK_SILENCE")
            change_layout(address, opts.to or newest_layout(), folder, silence, print, bar.advance)
        return 0


def _show(address: str) -> int:
    condition = read_condition(address)
    print(f"{condition.name}: {say_layout(condition)}")
    print(f"{condition.size / 1e6:.1f} MB")
    for table, count in condition.counts.items():
        print(f"{count:>12,} {table}")
    return 0 if condition.is_current else _TO_DO
