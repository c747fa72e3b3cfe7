"""``scrapy status``: how runs, portals, archive, store and disks stand, for people, programs and Prometheus."""

import argparse
import json
import os
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.errors import KaijuanError, OutputError
from crawler.planning.arguments import wrong
from crawler.quiet import QuietCommand
from crawler.watching.alertbook import read_book
from crawler.watching.conditions import Alert, find_alerts
from crawler.watching.dues import Dues
from crawler.watching.facts import Facts
from crawler.watching.printing import make_object, print_status
from crawler.watching.watch import Watch
from spiders.families import FAMILIES

DONE, FAILED, MISUSED, STANDING = 0, 1, 2, 3


class Command(QuietCommand):
    """Show how things stand."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show how runs, portals, archive, store and disks stand, and what is wrong"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "What is wrong first, then runs under way and the last that ended, portals that need a look, the archive"
            " and how far the store is behind it, disks, the last verification, and what is due. --prometheus writes"
            " metrics instead; with --out FILE for node_exporter's textfile collector, like * * * * * scrapy status"
            " --prometheus --out /var/lib/node_exporter/kaijuan.prom. Exit code 0: all is well; 1: an error; 2: wrong"
            " usage; 3: something is wrong (with --prometheus that is a metric, and the code 0)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
        parser.add_argument("--prometheus", action="store_true", help="metrics in Prometheus' text format")
        parser.add_argument("--out", metavar="FILE", help="write the metrics here, whole or not at all (NAME.prom)")
        parser.add_argument("--catalogue", default="real", help="whose schedule is kept: real, demo or a folder")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Gather, show, and say by the exit code how things stand."""
        try:
            self.exitcode = self._run(args, opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy status: {error}", file=sys.stderr)
        except BrokenPipeError:
            self.exitcode = DONE  # whoever read has read enough
        except (KaijuanError, OSError) as error:
            self.exitcode = FAILED
            print(f"scrapy status: {error}", file=sys.stderr)

    def _run(self, args: list[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        if args or (opts.json and opts.prometheus) or (opts.out and not opts.prometheus):
            raise wrong(
                f"{args[0]!r}: status takes options alone"
                if args
                else "--json or --prometheus; --out is for --prometheus"
            )
        dues = Dues.of(self.settings, opts.catalogue, FAMILIES)
        with Watch(self.settings, find_dues=dues) as watch:
            facts = watch.gather()
            alerts = find_alerts(facts, watch.thresholds)
        if opts.prometheus:
            self._write_metrics(facts, alerts, opts.out)
            return DONE
        standing = read_book(Path(self.settings["ARCHIVE_DIR"])).standing
        if opts.json:
            print(json.dumps(make_object(facts, alerts, standing), ensure_ascii=False, indent=1))
        else:
            print(*print_status(facts, alerts, standing), sep="\n")
        return STANDING if alerts else DONE

    def _write_metrics(self, facts: Facts, alerts: list[Alert], out: str | None) -> None:
        from crawler.watching.metrics import write_metrics

        assert self.settings is not None
        content, _ = write_metrics(facts, alerts, self.settings.getint("METRICS_PORTALS"))
        if out is None:
            print(content.decode(), end="")
            return
        path = Path(out)
        # The collector takes what ends in .prom: the file in the making does not.
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise OutputError(f"{out}: cannot be written ({error.strerror}); name another file with --out") from error
