"""``scrapy wacz``: WARC files of a crawl in one WACZ package, to hand over and to replay in any browser."""

import argparse
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import scrapy
from rich.progress import Progress
from scrapy.exceptions import UsageError

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.sources import measure_archives
from archive.wacz.files import find_files
from archive.wacz.packaging import STAGES, Packaged, PackageOptions, write_package
from archive.wacz.pages import Page, is_page, make_page, read_page, read_title
from archive.wacz.signing import read_signer
from archive.writing.recovery import recover_folder
from crawler.quiet import QuietCommand, tell_stopped
from crawler.telling.bars import make_bars
from pipelines.clean.cleaning import clean_capture
from pipelines.feeds import body_text

logger = logging.getLogger(__name__)

MOST_DAMAGE_SHOWN = 20
_TOLD = ("report", "list")  # kinds of document whose text is of use to who searches a package


class Command(QuietCommand):
    """Package WARC files as WACZ."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] [PATH…] -o FILE.wacz"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Package the WARC files of a crawl as WACZ, to hand over and to replay"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Put WARC files with their index, a list of pages (reports and lists with their text) and a manifest of "
            "SHA-256 digests into one WACZ 1.1.1 file. PATH is a WARC file, a folder, a glob or an fsspec URL; without "
            "one, ARCHIVE_DIR. The finished file appears at once or not at all. Exit code 0: all packaged; 1: an "
            "error, or damage in a file (it is packaged as it is, and what can be read of it is indexed); 2: wrong "
            "usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE.wacz", help="the package; one of that name is replaced")
        parser.add_argument("--run", metavar="ID", help="only the files that this run wrote; last: the newest run")
        parser.add_argument("--key", metavar="KEY.pem", help="sign with this private key (ECDSA, P-256 or P-384)")
        parser.add_argument("--title", help="the package's title")
        parser.add_argument("--description", help="what is in it, in a few sentences of Markdown")
        parser.add_argument("--no-text", action="store_true", help="list pages by title alone: faster, not searchable")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Package, say what went in, set the exit code."""
        if unknown := [word for word in args if word.startswith("-")]:
            raise UsageError(f"unknown option {unknown[0]}; scrapy wacz --help lists them")
        if not opts.output or not opts.output.endswith(".wacz"):
            raise UsageError("name the package, with its ending: scrapy wacz var/warc -o crawl.wacz")
        try:
            packaged = self._package(args, opts)
        except ArchiveError as error:
            print(f"wacz: {error}", file=sys.stderr)
            self.exitcode = 1
        except KeyboardInterrupt:
            self.exitcode = tell_stopped(f"wacz: stopped; {opts.output} was not written")
        else:
            _show(packaged, opts.output)
            self.exitcode = 1 if packaged.damage else 0

    def _package(self, args: list[str], opts: argparse.Namespace) -> Packaged:
        assert self.settings is not None
        folder = self.settings["ARCHIVE_DIR"]
        options = PackageOptions(
            title=opts.title,
            description=opts.description,
            software=f"{self.settings['BOT_NAME']} (Scrapy/{scrapy.__version__})",
            signer=read_signer(Path(opts.key)) if opts.key else None,
            has_text=not opts.no_text,
        )
        for name in filter(os.path.isdir, args or [folder]):
            recover_folder(Path(name))
        files = find_files(args or [folder], opts.run)
        with make_bars() as progress:
            return write_package(
                Path(opts.output),
                files,
                options,
                reader=read_page if opts.no_text else read_refined_page,
                archive=Path(folder),
                advance=_Bars(progress, measure_archives(files)).advance,
            )


def read_refined_page(capture: Capture) -> Page | None:
    """The page in a capture with its clean text, where it is a report or a list; what is no document is no page."""
    if capture.status != 200:
        return None
    try:
        document = clean_capture(capture)
    except Exception:
        logger.exception("%s at %s: could not be cleaned; please report this page", capture.warc, capture.offset)
        return read_page(capture)
    if document.kind in _TOLD:
        return make_page(capture, document.identity.title or read_title(capture), body_text(document.blocks))
    return make_page(capture, read_title(capture)) if document.kind == "other" and is_page(capture) else None


class _Bars:
    """A progress bar for each stage, over the bytes of all files."""

    def __init__(self, progress: Progress, sizes: Mapping[str, int]) -> None:
        self._progress = progress
        self._total = sum(sizes.values())
        self._before: dict[str, int] = {}
        at = 0
        for path, size in sizes.items():
            self._before[path] = at
            at += size
        self._tasks = {stage: progress.add_task(stage, total=self._total) for stage in STAGES}

    def advance(self, stage: str, path: str, position: int) -> None:
        for earlier in STAGES[: STAGES.index(stage)]:
            self._progress.update(self._tasks[earlier], completed=self._total)
        self._progress.update(self._tasks[stage], completed=self._before[path] + position)


def _show(packaged: Packaged, output: str) -> None:
    counts = f"{packaged.files} files, {packaged.captures} captures, {packaged.pages} pages, {packaged.size:,} bytes"
    print(f"written: {output} ({counts})", file=sys.stderr)
    if packaged.originals:
        print(f"with {packaged.originals} records of other files that revisit records point to", file=sys.stderr)
    for line in packaged.damage[:MOST_DAMAGE_SHOWN]:
        print(f"damaged: {line}", file=sys.stderr)
    if len(packaged.damage) > MOST_DAMAGE_SHOWN:
        print(f"damaged: and {len(packaged.damage) - MOST_DAMAGE_SHOWN} more places", file=sys.stderr)
