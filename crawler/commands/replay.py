"""``scrapy replay``: archived captures through the parsing steps again, without a network."""

import argparse
import logging
import sys
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.reading import Resolver
from archive.sources import find_archives, measure_archives
from crawler.bars import make_bars
from pipelines.errors import PipelineError
from pipelines.replaying import Tally, replay
from pipelines.sink import Sink
from pipelines.workers import CORES

MOST_DAMAGE_SHOWN = 20


class Command(ScrapyCommand):
    """Re-parse WARC or ARC files into the feeds and the store."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] FILE [FILE...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Re-parse archived WARC or ARC files into feeds and store"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Put every archived answer of status 200 in the files through the parsing steps again. FILE is a WARC, ARC "
            "or WACZ file, a folder, a glob or an fsspec URL. Needs no network; with --no-store, no database. "
            "Exit code 0: all read; 1: an error, or damage in a file (everything readable was read all the same)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--documents", metavar="FILE", help="write the documents feed here (JSON Lines)")
        parser.add_argument("--reports", metavar="FILE", help="write the reports feed here (JSON Lines)")
        parser.add_argument(
            "--workers", metavar="N", type=int, default=CORES, help=f"processes to refine with (default {CORES})"
        )
        parser.add_argument("--no-store", action="store_true", help="write no database")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Replay, show the tally, set the exit code."""
        if not args:
            raise UsageError("replay needs at least one FILE: scrapy replay var/warc --documents documents.jsonl")
        if unknown := [word for word in args if word.startswith("-")]:
            raise UsageError(f"unknown option {unknown[0]}; scrapy replay --help lists them")
        if opts.workers < 1:
            raise UsageError("--workers needs a whole number from 1 up")
        try:
            tally = self._replay(find_archives(args), opts)
        except (ArchiveError, PipelineError) as error:
            print(f"replay: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        except KeyboardInterrupt:
            print("replay: stopped; the feeds are cut short, run it again", file=sys.stderr)
            self.exitcode = 1
            return
        _show(tally, opts)
        self.exitcode = 1 if tally.damage or tally.refused else 0

    def _replay(self, paths: list[str], opts: argparse.Namespace) -> Tally:
        assert self.settings is not None
        logging.getLogger("archive.reading").disabled = True  # what it tells stands in the tally
        sink = Sink(opts.documents, opts.reports, None if opts.no_store else self.settings.get("DATABASE_URL"))
        sizes = measure_archives(paths)
        read_before = 0
        try:
            with make_bars() as progress:
                task = progress.add_task("replay", total=sum(sizes.values()))
                current = paths[0]

                def advance(path: str, offset: int) -> None:
                    nonlocal current, read_before
                    if path != current:
                        read_before += sizes[current]
                        current = path
                    progress.update(task, completed=read_before + offset, description=path.rsplit("/", 1)[-1])

                tally = replay(
                    paths, Resolver(paths, archive=self.settings.get("ARCHIVE_DIR")), sink, opts.workers, advance
                )
                progress.update(task, completed=sum(sizes.values()), description="replayed")
                if not opts.no_store:
                    settling = progress.add_task("settling what captures say together", total=None)
                    sink.settle(lambda done, of: progress.update(settling, completed=done, total=of))
                return tally
        finally:
            sink.close()


def _show(tally: Tally, opts: argparse.Namespace) -> None:
    out = sys.stderr
    for line in tally.refused:
        print(f"replay: {line}; leave this file out, or fetch it anew", file=out)
    total = sum(tally.kinds.values())
    if not total and tally.refused:
        return
    print(f"{total} answers of status 200{': ' if total else ''}{_counts(tally.kinds)}", file=out)
    if tally.forms:
        print(f"reports by form: {_counts(tally.forms)}; {tally.broken_identities} identities broken", file=out)
    if tally.rejections:
        print(f"rejected: {_counts(tally.rejections)}", file=out)
    for name in (opts.documents, opts.reports):
        if name:
            print(f"written: {name}", file=out)
    for word, places in (("noted", tally.remarks), ("damaged", tally.damage)):
        for line in places[:MOST_DAMAGE_SHOWN]:
            print(f"{word}: {line}", file=out)
        if len(places) > MOST_DAMAGE_SHOWN:
            print(f"{word}: and {len(places) - MOST_DAMAGE_SHOWN} more places", file=out)


def _counts(counter: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))
