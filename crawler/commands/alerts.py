"""``scrapy alerts``: what is wrong is told by webhook and mail, once when it begins and once when it is over."""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.errors import KaijuanError
from crawler.planning.arguments import wrong
from crawler.quiet import QuietCommand
from crawler.watching.audience import has_receivers
from crawler.watching.dues import Dues
from crawler.watching.evaluating import Evaluation, evaluate
from crawler.watching.letters import find_name, write_trial
from crawler.watching.receivers import read_receivers
from crawler.watching.telling import send_trial
from spiders.families import FAMILIES

DONE, FAILED, MISUSED, STANDING = 0, 1, 2, 3
_NOBODY = "nobody is told: set KAIJUAN_ALERT_WEBHOOK in the environment, or ALERT_MAIL_TO (docs/watching.md)"


class Command(QuietCommand):
    """Find what is wrong, and tell it."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Tell by webhook and mail what is wrong: silent portals, refusals, a full disk, damage, missed runs"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Looks at runs, portals, disks, store and the last verification, and tells what is wrong: each thing once"
            " when it begins, once when it is over, and again each ALERT_AGAIN_DAYS while it stands. A crawl does the"
            " same at its end; let cron run scrapy alerts --quiet each hour besides, as scrapy schedule does. Who is"
            " told: the webhook of the environment's KAIJUAN_ALERT_WEBHOOK, the addresses of ALERT_MAIL_TO; first try"
            " scrapy alerts --test. Thresholds are settings (docs/watching.md). Exit code 0: all is well; 1: an error,"
            " or somebody could not be told; 2: wrong usage; 3: something is wrong."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--test", action="store_true", help="send a trial to everybody who is told, and say whether it came"
        )
        parser.add_argument("--quiet", action="store_true", help="say only who could not be told: for cron")
        parser.add_argument("--dry-run", action="store_true", help="say what would be told; send and write nothing")
        parser.add_argument(
            "--catalogue", default="real", help="whose schedule is kept: real (the default), demo or a folder"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Evaluate, tell, and say by the exit code how things stand."""
        assert self.settings is not None
        try:
            if args or (opts.test and opts.dry_run):
                raise wrong(f"{args[0]!r}: alerts takes options alone" if args else "--test or --dry-run, not both")
            self.exitcode = _try_out(self.settings) if opts.test else _evaluate(self.settings, opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy alerts: {error}", file=sys.stderr)
        except (KaijuanError, OSError) as error:
            self.exitcode = FAILED
            print(f"scrapy alerts: {error}", file=sys.stderr)


def _try_out(settings: BaseSettings) -> int:
    receivers = read_receivers(settings)
    if not receivers:
        raise wrong(_NOBODY)
    letter = write_trial(find_name(settings), datetime.now(UTC))
    results = dict(send_trial(receivers, letter, settings.getfloat("ALERT_SECONDS")))
    for name, why in results.items():
        print(f"{name}: {why or 'the trial was taken'}", file=sys.stderr if why else sys.stdout)
    return FAILED if any(results.values()) else DONE


def _evaluate(settings: BaseSettings, opts: argparse.Namespace) -> int:
    evaluation = evaluate(settings, Dues.of(settings, opts.catalogue, FAMILIES), is_dry=opts.dry_run)
    if not opts.quiet:
        print(*_show(evaluation, is_dry=opts.dry_run, has_anybody=has_receivers(settings)), sep="\n")
    if not opts.quiet and not has_receivers(settings):
        print(f"scrapy alerts: {_NOBODY}", file=sys.stderr)
    for name, why in evaluation.told.failed.items():
        print(f"scrapy alerts: {name}: {why}; it is tried again", file=sys.stderr)
    if evaluation.told.failed:
        return FAILED
    return STANDING if evaluation.alerts else DONE


def _show(evaluation: Evaluation, *, is_dry: bool, has_anybody: bool) -> Iterator[str]:
    """What stands, then what was told of it."""
    count = len(evaluation.alerts)
    yield "all is well" if not count else f"{count} {'alert stands' if count == 1 else 'alerts stand'}"
    for alert in evaluation.alerts:
        yield f"  {alert.kind:<12} {alert.text}"
    told = evaluation.told
    if has_anybody:
        for change in told.changes:
            yield f"{'would tell' if is_dry else 'told'}: {change.what:<8} {change.alert.key}"
        if told.waiting:
            yield f"{told.waiting} letters wait"
