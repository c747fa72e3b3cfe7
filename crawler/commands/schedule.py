"""``scrapy schedule``: one process that starts crawls and upkeep by the clock."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType

from scrapy.exceptions import UsageError

from crawler.configuration.masking import holds_secret
from crawler.configuration.resolving import PREFIX
from crawler.errors import KaijuanError
from crawler.planning.arguments import wrong
from crawler.quiet import QuietCommand
from crawler.schedule.jobs import HOUSE, Job, read_jobs
from crawler.schedule.rounds import Rounds
from crawler.schedule.running import GOOD, Running, tell
from crawler.schedule.timekeeping import Timed, Timekeeper, keeping, read_times
from pipelines.errors import PipelineError

DONE, FAILED, MISUSED = 0, 1, 2
_COMMANDS = Path(__file__).parent


class Command(QuietCommand):
    """Start jobs by the clock."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Start crawls and upkeep by the clock, in one long-lived process"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Start the jobs of SCHEDULE_JOBS (default crawler/schedule/jobs.yaml) when their time comes; when that is"
            " next is kept in the store, so that what was missed is caught up, once: scrapy schedule. Ctrl-C or SIGTERM"
            " lets the crawl that is under way come to its end in order; once more ends it at once. --dry-run shows the"
            " jobs and their next times, --once runs those whose time has come, one after another, and ends. -s"
            " settings go to every job. Exit code 0: stopped, or done; 1: an error, with --once also a job that failed"
            " or was not begun; 2: wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--once", action="store_true", help="run the jobs whose time has come, then end")
        parser.add_argument("--dry-run", action="store_true", help="show the jobs and when they are due, start nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Start, wait, and say by the exit code whether it went well."""
        try:
            if args or (opts.once and opts.dry_run):
                raise wrong(f"{args[0]!r}: schedule takes options alone" if args else "--once or --dry-run, not both")
            self.exitcode = self._run(opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy schedule: {error}", file=sys.stderr)
        except (KaijuanError, PipelineError) as error:
            self.exitcode = FAILED
            print(f"scrapy schedule: {error}", file=sys.stderr)

    def _run(self, opts: argparse.Namespace) -> int:
        assert self.settings is not None
        jobs, address = self._read_jobs(), str(self.settings.get("DATABASE_URL") or "")
        if opts.dry_run:
            print(*map(_say_time, read_times(jobs, address)), sep="\n")
            return DONE
        running = _make_running(opts.set)
        with keeping(jobs, address, self.settings.getfloat("LOCK_SILENCE"), _lose) as keeper:
            rounds, stopping = Rounds(keeper, running), _listen(running)
            code = _run_once(keeper, rounds) if opts.once else _run_on(keeper, rounds, stopping)
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, signal.SIG_IGN)  # all is done, and a thread cannot be begun any more
        return code

    def _read_jobs(self) -> tuple[Job, ...]:
        assert self.settings is not None
        path = Path(self.settings.get("SCHEDULE_JOBS") or HOUSE)
        commands = {file.stem for file in _COMMANDS.glob("[!_]*.py")} - {"schedule"}
        return read_jobs(path, str(self.settings["ARCHIVE_DIR"]), commands)


def _make_running(pairs: Sequence[str]) -> Running:
    """What goes to every job: secrets by the environment, for everybody may read a command line."""
    running = Running()
    for name, _, value in (pair.partition("=") for pair in pairs):
        if holds_secret(name, value):
            running.variables[PREFIX + name] = value
        else:
            running.settings += ("-s", f"{name}={value}")
    return running


def _run_once(keeper: Timekeeper, rounds: Rounds) -> int:
    codes = rounds.run_once()
    if not codes:
        first = keeper.times[0] if keeper.times else None
        tell(f"nothing is due; next is {_say_time(first)}" if first else "there is no job")
    return DONE if all(code in GOOD for code in codes) else FAILED


def _run_on(keeper: Timekeeper, rounds: Rounds, stopping: threading.Event) -> int:
    for timed in keeper.times:
        tell(_say_time(timed))
    rounds.run_until(stopping)
    tell("stopped")
    return DONE


def _listen(running: Running) -> threading.Event:
    """An event that is set by Ctrl-C or SIGTERM, which also tell what is at work to come to its end."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        # In a thread: a signal may come while the event or the list of processes is being changed.
        threading.Thread(target=_stop_all, args=(running, stopping), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping


def _lose() -> None:
    tell("another scrapy schedule has taken over while this one was not heard of; it ends here")
    os.kill(os.getpid(), signal.SIGTERM)


def _stop_all(running: Running, stopping: threading.Event) -> None:
    said, is_first = running.stop(), not stopping.is_set()
    stopping.set()
    if said:
        tell(said)
    elif not is_first:  # a database that does not answer
        tell("stopped at once")
        os._exit(FAILED)


def _say_time(timed: Timed) -> str:
    return f"{_write(timed.next)}  {timed.job.name}: {timed.job.line}"


def _write(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"
