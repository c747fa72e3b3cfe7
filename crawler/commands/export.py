"""``scrapy export``: the store's reports as CSV, JSON Lines, Parquet, Excel or a data package."""

import argparse
import json
import os
import sys
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

from rich.progress import Progress
from scrapy.exceptions import UsageError
from sqlalchemy import Connection

from crawler.planning.arguments import near, read_years, wrong
from crawler.quiet import QuietCommand, tell_stopped
from crawler.telling.bars import make_bars
from pipelines.errors import PipelineError
from pipelines.exports.bundles import read_bundles
from pipelines.exports.datasette import make_datasette
from pipelines.exports.dictionary import load_provinces
from pipelines.exports.selection import STATES, Selection, count_reports, list_values
from pipelines.exports.shapes import SHAPES, make_shape
from pipelines.exports.writing import ENDINGS, FORMATS, TEXT, export_file, export_text, freeze, write_whole
from pipelines.store.database import Database, read_address

DONE, FAILED, MISUSED = 0, 1, 2
STDOUT = "-"


class Command(QuietCommand):
    """Write what is in the store as tables."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Write reports as CSV, JSON Lines, Parquet, Excel or a data package"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Write the reports of the store (DATABASE_URL) as tables: long, a row for each cell with its proof, or"
            " wide, a row for each report with the form's cells as columns; a data package has reports, cells, sums,"
            " findings and the dictionary. Blanks are null, never 0. The dictionary goes with it: inside Parquet,"
            " Excel and packages, beside CSV and JSON Lines as FILE.schema.json. The filters are those of the coverage"
            " page; docs/exports.md tells all columns. Exit code 0: written; 1: an error; 2: wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        add = parser.add_argument
        add("--format", metavar="FORMAT", help=f"{', '.join(FORMATS)} (default: by the file's ending, else csv)")
        add("--shape", metavar="SHAPE", default="long", help="long (the default) or wide")
        add("-o", "--output", metavar="FILE", help="the file; without it, or with -, CSV and JSON Lines go to stdout")
        add("--words", metavar="TEXT", default="", help="agencies whose name has this in it")
        add("--agency", metavar="NAME", default="", help="the agency of this whole name")
        add("--province", metavar="CODE", default="", help="two digits of GB/T 2260, or the name")
        add("--level", default="", help="ministry, provincial, municipal, county, township or other")
        add("--form", default="", help="2021, 2019, 2014 or narrative")
        add("--finding", metavar="KIND", default="", help="reports with such a finding, as late or broken-identity")
        add("--state", default="", help=", ".join(STATES))
        add("--year", "--years", metavar="2019-2024", dest="years", default="", help="reports of these years")
        add("--datasette", metavar="FILE", help="write metadata for Datasette over the store itself, and nothing else")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write, say how much, set the exit code."""
        try:
            if args:
                raise wrong(f"{args[0]!r}: export takes options alone; scrapy export --help lists them")
            if opts.datasette:
                self._describe_store(Path(opts.datasette))
            else:
                self._export(opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy export: {error}", file=sys.stderr)
        except PipelineError as error:
            self.exitcode = FAILED
            print(f"scrapy export: {error}", file=sys.stderr)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has read enough
        except KeyboardInterrupt:
            self.exitcode = tell_stopped(f"scrapy export: stopped; {opts.output or 'the rest'} was not written")

    def _describe_store(self, path: Path) -> None:
        """Write Datasette's metadata for the store; Datasette knows a database by the name of its file."""
        assert self.settings is not None
        address = read_address(self.settings.get("DATABASE_URL") or "")
        if address.get_backend_name() != "sqlite" or not address.database:
            raise wrong("--datasette: Datasette reads SQLite files; DATABASE_URL names another database")
        described = make_datasette(Path(address.database).stem)
        write_whole(path, json.dumps(described, ensure_ascii=False, indent=1) + "\n")
        print(f"datasette {address.database} --metadata {path}", file=sys.stderr)

    def _export(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        chosen = _choose_format(opts)
        _choose("--shape", opts.shape, SHAPES)
        with closing(Database(self.settings.get("DATABASE_URL") or "", None)) as store, store.reading() as connection:
            connection = freeze(connection)
            selection = _read_selection(connection, opts)
            if not (count := count_reports(connection, selection)):
                raise PipelineError(
                    f"{store.name}: no report is what was asked for; scrapy coverage lists what there is"
                )
            if opts.output in (None, STDOUT):
                pieces = export_text(chosen, make_shape(opts.shape), read_bundles(connection, selection))
                sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
                sys.stdout.writelines(pieces)
                sys.stdout.flush()
                return
            _write(connection, chosen, selection, count, opts)


def _write(connection: Connection, chosen: str, selection: Selection, count: int, opts: argparse.Namespace) -> None:
    path = Path(opts.output)
    with make_bars() as bars:
        export_file(connection, path, chosen, opts.shape, selection, _begin(bars, count))
    print(f"{path}: {count:,} reports, {path.stat().st_size:,} bytes", file=sys.stderr)


def _begin(bars: Progress, count: int) -> Any:
    task = bars.add_task("reports", total=count)
    return lambda done: bars.advance(task, done)


def _choose_format(opts: argparse.Namespace) -> str:
    """The format that is asked for, else the one of the file's ending."""
    ending = Path(opts.output or "").suffix
    chosen = opts.format or next((name for name in FORMATS if ENDINGS[name] == ending), None)
    if chosen is None and ending:
        raise wrong(f"-o {opts.output}: no format is written as {ending}; name one with --format {'|'.join(FORMATS)}")
    chosen = _choose("--format", chosen or "csv", FORMATS)
    if opts.output in (None, STDOUT) and chosen not in TEXT:
        raise wrong(f"--format {chosen} needs a file: -o reports{ENDINGS[chosen]}")
    if chosen == "datapackage" and ending != ENDINGS[chosen]:
        raise wrong(f"-o {opts.output}: a data package is one ZIP file; write -o {Path(opts.output).stem}.zip")
    return chosen


def _choose(option: str, given: str, known: Collection[str]) -> str:
    if given and given not in known:
        raise wrong(f"{option} {given}: write one of {', '.join(known)}{near(given, known)}")
    return given


def _read_selection(connection: Connection, opts: argparse.Namespace) -> Selection:
    """The filters; a value that the store does not have is a slip, and told as such."""
    known = list_values(connection)
    return Selection(
        words=opts.words,
        agency=opts.agency,
        province=_read_province(opts.province),
        level=_choose("--level", opts.level, known["level"]),
        form=_choose("--form", opts.form, known["form"]),
        finding=_choose("--finding", opts.finding, known["finding"]),
        state=_choose("--state", opts.state, STATES),
        years=read_years(opts.years) if opts.years else frozenset(),
    )


def _read_province(given: str) -> str:
    provinces = load_provinces()
    code = next((code for code, name in provinces.items() if given and name.startswith(given)), given)
    if code and not (code.isdigit() and code.isascii() and len(code) in (2, 4, 6)):
        names = provinces.values()
        raise wrong(f"--province {given}: write two digits, as 33, or a name, as 浙江{near(given, names)}")
    return code
