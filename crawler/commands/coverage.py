"""``scrapy coverage``: agency × year, what is archived, parsed, late, missing, withdrawn, refused."""

import argparse
import sys
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.reading.history import History
from crawler.catalogue import LEVELS, Catalogue, Portal, read_catalogue
from crawler.coverage import Coverage, Evidence, make_coverage
from crawler.coverage.archived import read_archive, read_refusals
from crawler.coverage.printing import print_coverage, write_csv, write_json
from crawler.coverage.stored import has_store, read_store
from crawler.errors import KaijuanError
from crawler.planning.arguments import near, read_years, wrong
from crawler.planning.calendar import find_today
from crawler.quiet import QuietCommand
from crawler.telling.bars import make_bars
from pipelines.errors import PipelineError
from spiders.families import FAMILIES

DONE, FAILED, MISUSED = 0, 1, 2


class Command(QuietCommand):
    """Show what there is of which agency and year."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show of which agency and year there is a report, and why there is none"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Agency by year, from the store (DATABASE_URL) and the refusals in the archive (ARCHIVE_DIR); without a"
            " store from the archive alone, by the links that led to its pages. Of the catalogue's portals those are"
            " shown that were crawled, and all agencies that the store knows beside them. Expected are the years that"
            " a row's expect names, else those from the first known report on, once their deadline (31 January, 31"
            " March for governments of places) has passed. Exit code 0: shown; 1: an error; 2: wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--level", metavar="LEVEL", help=f"agencies of one level: {', '.join(LEVELS)}")
        parser.add_argument("--portal", metavar="ID,…", help="these portals of the catalogue, and what stands on them")
        parser.add_argument("--years", metavar="2008-2025", help="these years (default: all that are known or due)")
        parser.add_argument("--catalogue", default="real", help="real (the default), demo or a folder")
        parser.add_argument("--all", action="store_true", help="portals that were never crawled too")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
        parser.add_argument("--csv", action="store_true", help="CSV, a line for each agency and year")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Gather, print, and say by the exit code whether it went well."""
        try:
            if args or (opts.json and opts.csv):
                raise wrong(f"{args[0]!r}: coverage takes options alone" if args else "--json or --csv, not both")
            self._show(opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy coverage: {error}", file=sys.stderr)
        except (KaijuanError, ArchiveError, PipelineError) as error:
            self.exitcode = FAILED
            print(f"scrapy coverage: {error}", file=sys.stderr)
        except BrokenPipeError:
            self.exitcode = DONE  # whoever read has read enough

    def _show(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        today, years = find_today(self.settings), read_years(opts.years) if opts.years else None
        if opts.level and opts.level not in LEVELS:
            raise wrong(f"--level {opts.level}: write one of {', '.join(LEVELS)}{near(opts.level, LEVELS)}")
        catalogue = read_catalogue(opts.catalogue, FAMILIES)
        evidence, source = self._gather()
        named = _read_names(opts.portal, catalogue, evidence)
        portals = _choose(catalogue.portals, opts.level, named)
        left_out = {*catalogue.ids} - {portal.id for portal in portals}
        own = _limit(evidence, opts.level, named, left_out)
        coverage = make_coverage(own, portals, today, years=years, everyone=opts.all or bool(named))
        _print(coverage, source, catalogue, opts)

    def _gather(self) -> tuple[Evidence, str]:
        """The evidence, and in words where it is from."""
        assert self.settings is not None
        address, folder = self.settings.get("DATABASE_URL"), Path(self.settings["ARCHIVE_DIR"])
        if has_store(address):
            with closing(History(folder)) as history:
                return read_store(address).join(read_refusals(history)), "the store"
        if not folder.is_dir():
            raise KaijuanError(
                f"no store at {address or 'DATABASE_URL'} and no archive at {folder}: crawl first, or name them with "
                "-s DATABASE_URL=… and -s ARCHIVE_DIR=…"
            )
        print("scrapy coverage: no store, so every page is read again; scrapy replay makes one", file=sys.stderr)
        with closing(History(folder)) as history, make_bars() as bars:
            task = bars.add_task("reading", total=None)
            return read_archive(history, lambda: bars.advance(task)), "the archive"


def _read_names(text: str | None, catalogue: Catalogue, evidence: Evidence) -> frozenset[str] | None:
    names = frozenset(name.strip() for name in (text or "").split(",") if name.strip())
    known = {*catalogue.ids, *evidence.crawled}
    for name in sorted(names - known):
        raise wrong(f"--portal {name}: neither in catalogue {catalogue.where} nor ever crawled{near(name, known)}")
    return names or None


def _choose(portals: Collection[Portal], level: str | None, named: frozenset[str] | None) -> list[Portal]:
    chosen = [portal for portal in portals if named is None or portal.id in named]
    return [portal for portal in chosen if level in (None, portal.level)]


def _limit(evidence: Evidence, level: str | None, named: frozenset[str] | None, left_out: Collection[str]) -> Evidence:
    """The evidence of agencies of a level and on these portals."""
    kept = {
        name: agency
        for name, agency in evidence.agencies.items()
        if level in (None, agency.level) and (named is None or agency.portals & named)
    }
    refusing = [portal for portal in evidence.refused if portal not in left_out and (named is None or portal in named)]
    refused = {portal: evidence.refused[portal] for portal in refusing}
    return Evidence(evidence.cells, kept, evidence.crawled, refused)


def _print(coverage: Coverage, source: str, catalogue: Catalogue, opts: argparse.Namespace) -> None:
    if opts.json:
        write_json(coverage, source, sys.stdout)
    elif opts.csv:
        write_csv(coverage, sys.stdout)
    elif coverage.rows:
        print(*print_coverage(coverage, source, catalogue.where), sep="\n")
    else:
        left = f"; {coverage.uncrawled} portals of catalogue {catalogue.where} were never crawled" * bool(
            coverage.uncrawled
        )
        print(f"no agency is known that was asked for{left}: --all shows them", file=sys.stderr)
