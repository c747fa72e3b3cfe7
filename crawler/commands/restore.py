"""``scrapy restore``: archive and store back from a backup."""

import argparse
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from crawler.errors import BackupError
from crawler.keeping.bars import Bar
from crawler.keeping.manifest import Manifest, find_latest
from crawler.keeping.restoring import RestorePlan, check_backup, restore
from crawler.quiet import QuietCommand, tell_stopped
from pipelines.errors import PipelineError

_PARTS = ("archive", "store")


class Command(QuietCommand):
    """Put a backup back."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] [FOLDER]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Put archive and store back from a backup, or check one"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Put a backup back into ARCHIVE_DIR and the store at DATABASE_URL: scrapy restore /mnt/backup takes the "
            "latest in that folder (by default BACKUP_DIR), scrapy restore /mnt/backup/20230118T093000Z that one. "
            "Every file is held against its digest, and nothing that is there is overwritten. --check only reads the "
            "backup. Exit code 0: restored, or sound; 1: an error, and nothing was changed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--only", choices=_PARTS, help="restore the archive alone, or the store alone")
        parser.add_argument("--check", action="store_true", help="hold every file of the backup against its digest")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Restore or check, say what was done, set the exit code."""
        assert self.settings is not None
        folder = args[0] if args else self.settings.get("BACKUP_DIR")
        if len(args) > 1 or not folder or folder.startswith("-"):
            raise UsageError("restore needs one FOLDER, or the setting BACKUP_DIR: scrapy restore /mnt/backup")
        try:
            backup = find_latest(Path(folder))
            with Bar("check" if opts.check else "restore") as bar:
                if opts.check:
                    _show_sound(backup, check_backup(backup, bar.advance))
                else:
                    self._restore(backup, opts.only, bar)
            self.exitcode = 0
        except (BackupError, PipelineError, ArchiveError) as error:
            print(f"restore: {error}", file=sys.stderr)
            self.exitcode = 1
        except KeyboardInterrupt:
            self.exitcode = tell_stopped("restore: stopped; begin it again")

    def _restore(self, backup: Path, only: str | None, bar: Bar) -> None:
        assert self.settings is not None
        archive = Path(self.settings["ARCHIVE_DIR"]) if only != "store" else None
        address = (self.settings.get("DATABASE_URL") or None) if only != "archive" else None
        manifest = restore(RestorePlan(backup, archive, address), bar.advance)
        if archive:
            print(f"{archive}: {len(manifest.files)} files from {backup}")
        if address and manifest.store:
            print(f"the store, of layout {manifest.layout}, from {backup / manifest.store.path}")
        for name in manifest.unfinished:
            print(f"not in the backup, for it was being written then: {name}")
        if archive:
            print(f"what the store does not have yet: scrapy replay {archive}")


def _show_sound(backup: Path, manifest: Manifest) -> None:
    print(f"{backup}: sound; {len(manifest.all_files)} files, {manifest.size / 1e6:.1f} MB")
