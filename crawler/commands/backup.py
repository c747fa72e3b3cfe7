"""``scrapy backup``: archive and store into a folder on another disk."""

import argparse
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.errors import BackupError
from crawler.keeping.backup import BackupPlan, Made, make_backup
from crawler.keeping.bars import Bar
from crawler.quiet import QuietCommand, tell_stopped
from pipelines.errors import PipelineError

PARTS = ("archive", "store")


class Command(QuietCommand):
    """Back up archive and store."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] [FOLDER]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Back up archive and store into a folder"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Make a backup of ARCHIVE_DIR and of the store at DATABASE_URL, as a new folder in FOLDER, by default "
            "BACKUP_DIR: scrapy backup /mnt/backup. Crawls may go on. Files that the backup before has are linked and "
            "take no room. What is still being written (.warc.gz.open) is left out, and named. The newest BACKUP_KEEP "
            "backups stay. Exit code 0: made; 1: an error, and the earlier backups are what they were."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--only", choices=PARTS, help="back up the archive alone, or the store alone")
        parser.add_argument("--keep", metavar="N", type=int, help="how many backups stay (default: BACKUP_KEEP)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make it, say what it holds, set the exit code."""
        assert self.settings is not None
        folder = args[0] if args else self.settings.get("BACKUP_DIR")
        if len(args) > 1 or not folder or folder.startswith("-"):
            raise UsageError("backup needs one FOLDER, or the setting BACKUP_DIR: scrapy backup /mnt/backup")
        keep = self.settings.getint("BACKUP_KEEP") if opts.keep is None else opts.keep
        if keep < 1:
            raise UsageError("--keep needs a whole number from 1 up")
        archive = Path(self.settings["ARCHIVE_DIR"]) if opts.only != "store" else None
        address = (self.settings.get("DATABASE_URL") or None) if opts.only != "archive" else None
        try:
            with Bar("backup") as bar:
                made = make_backup(BackupPlan(Path(folder), archive, address, keep), bar.advance)
            _show(made)
            self.exitcode = 0
        except (BackupError, PipelineError) as error:
            print(f"backup: {error}", file=sys.stderr)
            self.exitcode = 1
        except KeyboardInterrupt:
            self.exitcode = tell_stopped("backup: stopped; there is no new backup, and those before are whole")


def _show(made: Made) -> None:
    manifest = made.manifest
    parts = [f"{len(manifest.files)} files of the archive"] if manifest.files else []
    parts += [f"the store ({manifest.store.size / 1e6:.1f} MB, layout {manifest.layout})"] if manifest.store else []
    print(
        f"{made.folder}: {' and '.join(parts) or 'nothing'}; {manifest.size / 1e6:.1f} MB, {made.copied / 1e6:.1f} new"
    )
    for name in manifest.unfinished:
        print(f"left out, for it is being written: {name}")
    for lost in made.lost:
        print(f"not in the archive any more, and in the backup before: {lost}")
    for path in made.removed:
        print(f"removed: {path}")
