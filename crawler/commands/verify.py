"""``scrapy verify``: whether archive files hold what they say they hold."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from time import monotonic

from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.sources import find_archives, measure_archives
from archive.verifying.run import Report, verify_archives
from archive.verifying.summary import show_report, write_report
from archive.verifying.trust import Trust
from crawler.quiet import QuietCommand, tell_stopped
from crawler.telling.bars import make_bars

# To start a process takes as long as to read so many bytes.
_WORTH_A_PROCESS = 1 << 26

# The bar moves when so many bytes more have been read.
_STEP = 1 << 20


class Command(QuietCommand):
    """Verify WARC, ARC and WACZ files."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] PATH [PATH...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Verify WARC, ARC and WACZ files: lengths, digests, fields, references, indexes, signatures"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Verify archive files byte for byte. PATH is a WARC, ARC or WACZ file, a folder, a glob or an fsspec URL. "
            "Revisits and references are looked for in all files named together. "
            "Exit code 0: sound (warnings allowed, unless --strict); 1: errors."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--strict", action="store_true", help="warnings are errors")
        parser.add_argument("--json", metavar="FILE", help="write everything here as JSON (- for standard output)")
        parser.add_argument(
            "--workers", metavar="N", type=int, help="processes to read files with (default: as many as are worth it)"
        )
        parser.add_argument(
            "--trust", metavar="PEM", action="append", default=[], help="trust these root certificates, too"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Verify, say what was found, set the exit code."""
        if not args:
            raise UsageError("verify needs at least one PATH: scrapy verify var/warc")
        if unknown := [word for word in args if word.startswith("-")]:
            raise UsageError(f"unknown option {unknown[0]}; scrapy verify --help lists them")
        if opts.workers is not None and opts.workers < 1:
            raise UsageError("--workers needs a whole number from 1 up")
        try:
            self.exitcode = _verify(args, opts)
        except ArchiveError as error:
            print(f"verify: {error}", file=sys.stderr)
            self.exitcode = 1
        except KeyboardInterrupt:
            self.exitcode = tell_stopped("verify: stopped; nothing is known of what was not read")


def _verify(args: list[str], opts: argparse.Namespace) -> int:
    paths = find_archives(args, unfinished=True)
    trust = Trust.of(opts.trust)
    began = monotonic()
    sizes = measure_archives(paths)
    workers = opts.workers or min(_count_cores(), 1 + sum(sizes.values()) // _WORTH_A_PROCESS)
    with _Bar(sizes) as bar:
        report = verify_archives(paths, trust=trust, workers=workers, advance=bar.advance)
    seconds = monotonic() - began
    told = sys.stderr if opts.json == "-" else sys.stdout
    for line in show_report(report, seconds):
        print(_printable(line), file=told)
    if opts.json:
        _write_json(report, opts.json)
    return 0 if report.is_sound(strict=opts.strict) else 1


def _write_json(report: Report, name: str) -> None:
    pieces: Iterable[str] = write_report(report)
    if name == "-":
        sys.stdout.writelines(pieces)
        return
    try:
        with Path(name).open("w", encoding="utf-8") as file:
            file.writelines(pieces)
    except OSError as error:
        raise ArchiveError(f"{name}: cannot be written ({error.strerror}); name another file with --json") from error


def _printable(line: str) -> str:
    """What archives hold must not steer the terminal."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in line)


def _count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes
        self._read = dict.fromkeys(sizes, 0)
        self._total = 0
        self._progress = make_bars()
        self._task = self._progress.add_task("verify", total=sum(self._sizes.values()))

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, path: str, at: int) -> None:
        """A file has been read so far."""
        more = at - self._read[path]
        if more < _STEP and at < self._sizes[path]:
            return
        self._read[path] = at
        self._total += more
        self._progress.update(self._task, completed=self._total, description=path.rsplit("/", 1)[-1])
