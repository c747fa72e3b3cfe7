"""``scrapy due``: which portals are due by the catalogue's schedule, and why."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict

from crawler.catalogue import LEVELS, read_catalogue
from crawler.errors import KaijuanError
from crawler.planning.arguments import near, read_arguments, wrong
from crawler.planning.calendar import find_today
from crawler.planning.choosing import choose_portals
from crawler.planning.dues import Due, find_due
from crawler.planning.visitbook import read_visits
from crawler.quiet import QuietCommand
from spiders.families import FAMILIES

DONE, FAILED, MISUSED = 0, 1, 2
KNOWN = ("catalogue", "portal", "region", "limit")
_HEAD = ("portal", "level", "last look", "next", "why")


class Command(QuietCommand):
    """Show what is due."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] [SPIDER...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show which portals are due to be crawled, and why"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Which portals of the catalogue are due: scrapy due provincial -a region=330000. How often a portal is"
            " looked at says schedule.yaml of the catalogue, by season and level, and the row's every:; when it was,"
            " says the book of visits (ARCHIVE_DIR/visits). scrapy crawl SPIDER -a due=1 crawls just these. Arguments"
            " (-a): catalogue, portal, region, limit, as those of scrapy crawl; without a spider's name all levels are"
            " shown. -s TODAY=2026-01-31 asks for another day. Exit code 0: shown; 1: an error; 2: wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="choose portals"
        )
        parser.add_argument("--all", action="store_true", help="also those that are not due, and when they will be")
        parser.add_argument("--json", action="store_true", help="JSON Lines, one portal a line")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Judge, print, and say by the exit code whether it went well."""
        try:
            self._show(args, opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy due: {error}", file=sys.stderr)
        except KaijuanError as error:
            self.exitcode = FAILED
            print(f"scrapy due: {error}", file=sys.stderr)
        except BrokenPipeError:
            self.exitcode = DONE  # whoever read has read enough

    def _show(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            arguments = read_arguments(arglist_to_dict(opts.spargs), KNOWN)
        except ValueError as error:
            raise wrong("write -a NAME=VALUE") from error
        today = find_today(self.settings)
        catalogue = read_catalogue(arguments.catalogue, FAMILIES)
        plan = choose_portals(catalogue, arguments, self._find_levels(args))
        visits = read_visits(Path(self.settings["ARCHIVE_DIR"]))
        dues = find_due(plan.portals, catalogue.schedule, visits, today)
        chosen = [due for due in dues if due.is_due or opts.all]
        if opts.json:
            print(*map(write_line, chosen), sep="\n", end="\n" if chosen else "")
        else:
            print(*make_table(chosen, dues, catalogue.schedule.where), sep="\n")

    def _find_levels(self, names: Sequence[str]) -> tuple[str, ...]:
        """The levels that the named spiders crawl."""
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        known = {name: levels for name in sorted(loader.list()) if (levels := getattr(loader.load(name), "levels", ()))}
        for name in names:
            if name not in known:
                raise wrong(f"{name!r} crawls no level of the catalogue; known: {', '.join(known)}{near(name, known)}")
        return tuple(level for name in names for level in known[name]) or LEVELS


def write_line(due: Due) -> str:
    """A portal's standing as JSON."""
    return json.dumps(
        {
            "portal": due.portal.id,
            "agency": due.portal.agency,
            "level": due.portal.level,
            "due": due.is_due,
            "reason": due.reason,
            "why": due.why,
            "rule": due.rule,
            "every": due.every,
            "last": due.last.isoformat() if due.last else None,
            "run": due.run,
            "next": due.next.isoformat() if due.next else None,
        },
        ensure_ascii=False,
    )


def make_table(chosen: Iterable[Due], dues: Sequence[Due], where: str) -> Iterator[str]:
    """The lines for a person: a row a portal, then the sum."""
    rows = [_HEAD, *map(_make_row, chosen)] if chosen else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    reasons = Counter(due.reason for due in dues if due.is_due)
    told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    yield f"{reasons.total()} of {len(dues)} portals are due{f' ({told})' if told else ''}, by {where}"
    coming = min((due.next for due in dues if due.next and not due.is_due), default=None)
    if coming and not reasons:
        yield f"the next is due on {coming}"


def _make_row(due: Due) -> tuple[str, ...]:
    last = due.last.isoformat() if due.last else "never"
    following = due.next.isoformat() if due.next else "–"
    return due.portal.id, due.portal.level, last, following, f"{due.reason}: {due.why}"
