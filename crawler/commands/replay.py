"""``scrapy replay``: archived captures through the parsing steps again, without a network."""

import argparse
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.sources import find_archives, find_left_open, measure_archives, say_left_open
from crawler.quiet import QuietCommand, tell_stopped
from crawler.telling.foretelling import Foretelling, add_options, check_usage
from crawler.telling.replaybars import ReplayBars
from crawler.telling.replaysummary import show_replayed
from pipelines.errors import PipelineError
from pipelines.replay.cluster import Cluster
from pipelines.replay.ordering import Engine
from pipelines.replay.pool import Pool
from pipelines.replay.replaying import Plan, Replay, Replayed
from pipelines.store import Store
from pipelines.workers import CORES


class Command(QuietCommand):
    """Re-parse WARC or ARC files into the feeds and the store."""

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
            "or WACZ file, a folder, a glob or an fsspec URL (s3://…). Needs no network; with --no-store, no database. "
            "Exit code 0: all read; 1: an error, or damage in a file (everything readable was read all the same); "
            "3: --compare found that something would change in the store."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--documents", metavar="FILE", help="write the documents feed here (JSON Lines)")
        parser.add_argument("--reports", metavar="FILE", help="write the reports feed here (JSON Lines)")
        parser.add_argument("--no-store", action="store_true", help="write no database")
        parser.add_argument(
            *("--workers", "--worker"), metavar="N", type=int, help=f"processes to refine with (default {CORES})"
        )
        parser.add_argument(
            "--resume", action="store_true", help="go on with a replay that was stopped; what is done is not done again"
        )
        parser.add_argument(
            "--dask", metavar="URL", help="refine on the workers of a Dask scheduler, like tcp://host:8786"
        )
        add_options(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Replay, show what came of it, set the exit code."""
        _check_usage(args, opts)
        is_compared, told = check_usage(opts), None
        try:
            told = Foretelling(opts) if is_compared else None
            replayed = self._replay(args, opts, told)
        except (ArchiveError, PipelineError) as error:
            print(f"replay: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        except KeyboardInterrupt:
            is_kept = opts.documents or opts.reports or not (opts.no_store or told)
            way = "the same command with --resume goes on from here" if is_kept else "begin it again"
            self.exitcode = tell_stopped(f"replay: stopped; {way}")
            return
        show_replayed(replayed, [name for name in (opts.documents, opts.reports) if name])
        found = told.finish() if told else 0
        tally = replayed.tally
        self.exitcode = 1 if tally.damage.count or tally.refused.count or tally.given_up.count else found

    def _replay(self, args: list[str], opts: argparse.Namespace, told: Foretelling | None) -> Replayed:
        assert self.settings is not None
        archive = self.settings.get("ARCHIVE_DIR")
        names = [_from_everywhere(name) for name in args] if opts.dask else args
        for path in find_left_open(names):
            print(f"replay: {say_left_open(path)}", file=sys.stderr)
        plan = Plan(
            files=measure_archives(find_archives(names)),
            names=tuple(names),
            archive=_from_everywhere(archive) if opts.dask and archive else archive,
            documents=opts.documents,
            reports=opts.reports,
            database_url=None if opts.no_store else self.settings.get("DATABASE_URL"),
            resume=opts.resume,
            open_store=told.open if told else Store,
            is_noted=told is None,
        )
        engine: Engine = Cluster(opts.dask) if opts.dask else Pool(opts.workers or CORES)
        try:
            replay = Replay(plan)
        except PipelineError:
            engine.close(at_once=True)
            raise
        try:
            with ReplayBars(plan.files) as bars:
                replayed = replay.run(engine, bars.watch)
                if plan.database_url:
                    replay.settle(bars.settling())
            return replayed
        finally:
            replay.close()


def _check_usage(args: list[str], opts: argparse.Namespace) -> None:
    if not args:
        raise UsageError("replay needs at least one FILE: scrapy replay var/warc --documents documents.jsonl")
    if unknown := [word for word in args if word.startswith("-")]:
        raise UsageError(f"unknown option {unknown[0]}; scrapy replay --help lists them")
    if opts.workers is not None and opts.workers < 1:
        raise UsageError("--workers needs a whole number from 1 up")
    if opts.dask and opts.workers:
        raise UsageError("--workers counts processes of this machine; with --dask it is the cluster that has them")
    if opts.dask and "://" not in opts.dask:
        raise UsageError(f"--dask needs the scheduler's address, like tcp://{opts.dask}:8786")


def _from_everywhere(name: str) -> str:
    """A path that means the same in another folder."""
    return name if "://" in name else str(Path(name).absolute())
