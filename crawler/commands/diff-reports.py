"""``scrapy diff-reports``: what changed between two versions, two years, or two readings of the same archive."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from scrapy.exceptions import UsageError

from crawler.quiet import QuietCommand
from pipelines.comparing.differences import compare_reports
from pipelines.comparing.feedfile import FeedFile
from pipelines.comparing.pairs import Pair, pair_feeds, pair_in_feed, pair_in_store
from pipelines.comparing.printing import make_object, name_place, print_difference, print_place
from pipelines.errors import PipelineError
from pipelines.store.reading import Reading


class Command(QuietCommand):
    """Compare reports of the store or of feeds."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[OLD.jsonl NEW.jsonl] | [reports.jsonl] --agency NAME (--year Y [--versions A,B] | --years A,B)"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show what changed between two versions, two years or two readings of reports"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Two reports feeds: every report that they read differently, by capture where they are of one archive,"
            " else by agency, year and address. One feed, or none (then the store, DATABASE_URL), with --agency: two"
            " versions of one year's report (--year; the last two, or --versions), or two years (--years). Shown are"
            " identity, numbers, sums, sections sentence by sentence, and findings."
            " Exit code 0: compared; 1: an error; 2: wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--agency", metavar="NAME", help="whose reports: the name, or a part that only one has")
        parser.add_argument("--year", metavar="Y", help="compare versions of this year's report")
        parser.add_argument("--versions", metavar="A,B", help="which two versions (default: the last two)")
        parser.add_argument("--years", metavar="A,B", help="compare the reports of two years")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Compare and print."""
        if unknown := [word for word in args if word.startswith("-")]:
            raise UsageError(f"unknown option {unknown[0]}; scrapy diff-reports --help lists them")
        try:
            pairs = self._find_pairs(args, opts)
            (_write_object if opts.json else _write_text)(pairs)
        except PipelineError as error:
            print(f"diff-reports: {error}", file=sys.stderr)
            self.exitcode = 1
        except BrokenPipeError:
            self.exitcode = 0  # whoever read has read enough

    def _find_pairs(self, args: list[str], opts: argparse.Namespace) -> Iterator[Pair]:
        if len(args) == 2 and not (opts.agency or opts.year or opts.years or opts.versions):
            return _pair_two(*args)
        if len(args) > 1 or not opts.agency or bool(opts.year) == bool(opts.years) or (opts.versions and not opts.year):
            raise UsageError(f"give {self.syntax()}")
        year = _read_number(opts.year, "--year") if opts.year else None
        numbers, years = _read_two(opts.versions, "--versions"), _read_two(opts.years, "--years")
        if args:
            with closing(FeedFile(args[0])) as feed:
                return iter([pair_in_feed(feed, opts.agency, year, numbers, years)])
        assert self.settings is not None
        with closing(Reading(self.settings["DATABASE_URL"])) as store:
            return iter([pair_in_store(store, opts.agency, year, numbers, years)])


def _pair_two(before: str, after: str) -> Iterator[Pair]:
    with closing(FeedFile(before)) as one, closing(FeedFile(after)) as other:
        yield from pair_feeds(one, other)


def _read_two(text: str | None, option: str) -> tuple[int, int] | None:
    if text is None:
        return None
    words = text.split(",")
    if len(words) != 2:
        raise UsageError(f"{option} takes two numbers with a comma between, like {option} 1,2; got {text!r}")
    return _read_number(words[0], option), _read_number(words[1], option)


def _read_number(text: str, option: str) -> int:
    if not text.strip().isdecimal():
        raise UsageError(f"{option}: {text!r} is no number")
    return int(text)


def _write_text(pairs: Iterable[Pair]) -> None:
    differ = same = before_only = after_only = 0
    for pair in pairs:
        if pair.before is None or pair.after is None:
            is_lost = pair.after is None
            before_only, after_only = before_only + is_lost, after_only + (not is_lost)
            print(f"only in the {'first' if is_lost else 'second'}: {print_place(pair.before or pair.after or {})}")
            continue
        difference = compare_reports(pair.before, pair.after)
        same, differ = same + difference.is_empty, differ + (not difference.is_empty)
        if not difference.is_empty:
            print(*print_difference(difference), sep="\n")
    print(f"{differ} differ, {same} are the same, {before_only} only in the first, {after_only} only in the second")


def _write_object(pairs: Iterable[Pair]) -> None:
    """One object, written as it grows: of two large feeds no list is ever whole in memory."""
    counts = {"differ": 0, "same": 0}
    alone: dict[str, list[Any]] = {"only_before": [], "only_after": []}
    sys.stdout.write('{"reports":[')
    for pair in pairs:
        if pair.before is None or pair.after is None:
            alone["only_after" if pair.before is None else "only_before"].append(
                name_place(pair.before or pair.after or {})
            )
            continue
        difference = compare_reports(pair.before, pair.after)
        counts["same" if difference.is_empty else "differ"] += 1
        if not difference.is_empty:
            comma = "," if counts["differ"] > 1 else ""
            sys.stdout.write(f"{comma}\n{json.dumps(make_object(difference), ensure_ascii=False)}")
    rest = json.dumps({**alone, **counts}, ensure_ascii=False)
    sys.stdout.write(f"\n],{rest[1:]}\n")
