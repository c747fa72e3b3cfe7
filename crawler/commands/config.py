"""``scrapy config``: what is in force and from where, whether a file is right, and a file to begin with."""

import argparse
import sys
from pathlib import Path

from crawler.configuration.resolving import read_file
from crawler.configuration.showing import find_settings, write_example, write_json, write_lines
from crawler.configured import configuration
from crawler.quiet import QuietCommand

MISUSED = 2


class Command(QuietCommand):
    """Show the configuration. Exit codes: 0 shown, or right; 2 wrong usage, or a file that cannot be used."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show which settings are in force and from where, or check a kaijuan.toml"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Every setting of Kaijuan with its value and where that comes from: the command line (-s), a variable"
            " (KAIJUAN_DOWNLOAD_DELAY), a line of kaijuan.toml, or the default; each goes before the next. Secrets are"
            " shown as ***. To begin a file: scrapy config --example > kaijuan.toml. To look at what you changed:"
            " scrapy config --changed. Exit code 2: a file or variable cannot be used; each mistake is told with its"
            " line."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--changed", action="store_true", help="only what somebody gave")
        parser.add_argument("--json", action="store_true", help="as JSON, with what each setting says")
        parser.add_argument("--check", metavar="FILE", help="say what is wrong with a file, and use none of it")
        parser.add_argument("--example", action="store_true", help="print a kaijuan.toml with every setting")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show, check or print."""
        if args:
            print(
                f"scrapy config: {args[0]!r}: it takes options alone; scrapy config --help lists them", file=sys.stderr
            )
            self.exitcode = MISUSED
        elif opts.example:
            print(*write_example(), sep="\n")
        elif opts.check:
            self.exitcode = _check(Path(opts.check))
        else:
            self._show(opts)

    def _show(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        rows = find_settings(self.settings, changed=opts.changed)
        project, file = configuration.project, configuration.file
        if opts.json:
            print(write_json(rows, project=str(project), file=str(file) if file else None))
            return
        print(f"project folder  {project}")
        print(f"configuration   {file or 'no kaijuan.toml there: scrapy config --example > kaijuan.toml'}\n")
        print(*write_lines(rows), sep="\n", end="")


def _check(path: Path) -> int:
    problems: list[str] = []
    given = read_file(path, configuration.project, Path.cwd(), problems)
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    if not problems:
        print(f"{path}: {len(given)} settings, nothing wrong")
    return MISUSED if problems else 0
