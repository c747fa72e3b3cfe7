"""``scrapy housekeeping``: indexes, verification, leftovers and the store, for cron and the schedule."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.errors import HousekeepingError
from crawler.keeping.bars import Bar
from crawler.keeping.housekeeping import PARTS, HousePlan, keep_house
from crawler.quiet import QuietCommand, tell_stopped


class Command(QuietCommand):
    """Keep an archive and its store in order."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Bring indexes up to date, verify what is new, remove what commands left, tidy the store"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "One turn of what an archive needs now and then, in ARCHIVE_DIR and the store at DATABASE_URL: index "
            "(close what a crash left, index what has no index, merge), verify (what is new, and as much of the rest "
            "as is due so that all is read within VERIFY_DAYS; ARCHIVE_DIR/verified.json remembers), leftovers "
            "(journals after JOURNAL_DAYS, what commands left after LEFTOVER_DAYS; never a WARC file or its index), "
            "store (write SQLite's log back). Crawls may go on. Once a night: scrapy housekeeping. Exit code 0: all "
            "well; 1: a file is not sound, or something could not be done; all else was."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--only", metavar="PART", help=f"some parts alone, with commas: {','.join(PARTS)}")
        parser.add_argument("--verify-all", action="store_true", help="verify every file now")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it, a line for each thing done; set the exit code."""
        if args:
            raise UsageError(f"housekeeping takes no {args[0]}; scrapy housekeeping --help lists its options")
        parts = [part.strip() for part in opts.only.split(",")] if opts.only else PARTS
        if unknown := [part for part in parts if part not in PARTS]:
            raise UsageError(f"--only knows {', '.join(PARTS)}, not {unknown[0] or 'nothing'}")
        try:
            with Bar("verify") as bar:
                well = keep_house(self._plan(opts, parts), datetime.now(UTC), print, bar.advance)
            self.exitcode = 0 if well else 1
        except HousekeepingError as error:
            print(f"housekeeping: {error}", file=sys.stderr)
            self.exitcode = 1
        except KeyboardInterrupt:
            self.exitcode = tell_stopped("housekeeping: stopped; the next one goes on")

    def _plan(self, opts: argparse.Namespace, parts: "tuple[str, ...] | list[str]") -> HousePlan:
        settings = self.settings
        assert settings is not None
        return HousePlan(
            archive=Path(settings["ARCHIVE_DIR"]),
            address=settings.get("DATABASE_URL") or None,
            verify_days=settings.getfloat("VERIFY_DAYS"),
            journal_days=settings.getfloat("JOURNAL_DAYS"),
            leftover_days=settings.getfloat("LEFTOVER_DAYS"),
            parts=tuple(parts),
            is_tried=opts.dry_run,
            verify_all=opts.verify_all,
        )
