"""``scrapy replay --compare`` and ``--apply``: what the present steps read otherwise, printed and perhaps written."""

import argparse
import sys

from scrapy.exceptions import UsageError

from pipelines.comparing.foresight import Foresight
from pipelines.comparing.recording import Recorder
from pipelines.comparing.rereading import Reread
from pipelines.comparing.telling import Teller, print_totals
from pipelines.steps import name_steps

_MOST = 20  # changes of one kind
WOULD_CHANGE = 3


class Foretelling:
    """Opens the store for a comparison, and tells what comes of it on standard output."""

    def __init__(self, opts: argparse.Namespace) -> None:
        self._out = sys.stdout  # before a progress bar stands in front of it
        self._most = None if opts.all else _MOST
        self._is_applied: bool = opts.apply
        self._teller = Teller(self._print if opts.all else self._keep, self._most)
        self._recorder = Recorder(opts.json) if opts.json else None
        self._kept: list[str] = []
        self._foresight: Foresight | None = None

    def open(self, database_url: str) -> Foresight:
        """The store as a replay writes to it; raises ``PipelineError`` where there is none."""
        self._foresight = Foresight(database_url, self._tell, self._is_applied)
        return self._foresight

    def finish(self) -> int:
        """Print what there is to say; the exit code, if nothing else went wrong."""
        assert self._foresight is not None
        foreseen, parser = self._foresight.foreseen, name_steps()
        for line in (*self._kept, *self._teller.print_hidden(foreseen.total)):
            self._print(line)
        for line in print_totals(foreseen, self._foresight.name, parser, self._is_applied, self._most):
            self._print(line)
        if self._recorder:
            self._recorder.finish(foreseen, parser, self._is_applied)
        return 0 if self._is_applied or foreseen.is_empty else WOULD_CHANGE

    def _tell(self, reread: Reread) -> None:
        self._teller.tell(reread)
        if self._recorder:
            self._recorder.tell(reread)

    def _keep(self, line: str) -> None:
        self._kept.append(line)

    def _print(self, line: str) -> None:
        print(line, file=self._out)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of a comparison."""
    parser.add_argument("--compare", action="store_true", help="show what would change in the store, and write nothing")
    parser.add_argument("--apply", action="store_true", help="show it and write it")
    parser.add_argument("--json", metavar="FILE", help="with these: write all of it here too, one JSON object")
    parser.add_argument("--all", action="store_true", help=f"with these: show every change, not {_MOST} of each kind")


def check_usage(opts: argparse.Namespace) -> bool:
    """Whether a comparison is asked for; raises ``UsageError`` for options that contradict each other."""
    is_asked: bool = opts.compare or opts.apply
    if (opts.json or opts.all) and not is_asked:
        raise UsageError("--json and --all go with --compare or --apply")
    if is_asked and opts.no_store:
        raise UsageError("--compare and --apply look at the store; leave --no-store out")
    if opts.compare and opts.apply:
        raise UsageError("--compare writes nothing and --apply writes; give one of them")
    if is_asked and opts.resume:
        raise UsageError("--compare and --apply look at the whole archive; leave --resume out")
    return is_asked
