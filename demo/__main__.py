"""``python -m demo``: ``serve`` the made-up portals, ``run`` the whole demo, or write their ``catalogue``."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from demo.catalogue import FOLDER, write_catalogue
from demo.errors import DemoError
from demo.panorama import ALL
from demo.portals import BASE_PORT, HOST, PORTALS
from demo.running import run_demo
from demo.server import Portals


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 1 an error or a demo that did not come out as the truth says, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve all portals on loopback, one port each, until stopped")
    serve.add_argument("--port", type=int, default=BASE_PORT, help=f"the first portal's port (default {BASE_PORT})")
    serve.add_argument("--seed", type=int, default=1, help="another seed, other numbers and sentences")
    serve.add_argument("--all", action="store_true", help="the seventy quiet portals of the whole demo too")
    serve.add_argument(
        "--until-eof",
        action="store_true",
        help="also stop when standard input closes; a line there begins the next day",
    )
    run = commands.add_parser("run", help="serve, crawl, replay, compare with the truth, show what came")
    run.add_argument("--port", type=int, help=f"the first portal's port (default {BASE_PORT}, or free ones)")
    run.add_argument("--seed", type=int, default=1, help="another seed, other numbers and sentences")
    write = commands.add_parser("catalogue", help="write the portals' catalogue rows")
    write.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    write.add_argument("--port", type=int, default=BASE_PORT, help=f"the first portal's port (default {BASE_PORT})")
    options = parser.parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _serve(options: argparse.Namespace) -> int:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with Portals(options.port, options.seed, ALL if options.all else PORTALS) as portals:
        if options.until_eof:  # a parent that dies closes the pipe
            threading.Thread(target=_await_eof, args=(stopped, portals), daemon=True).start()
        last = portals.base_port + len(portals.sites) - 1
        print(f"demo portals ready: http://{HOST}:{portals.base_port}/ to :{last}/; stop with Ctrl-C", flush=True)
        stopped.wait()
    return 0


def _await_eof(stopped: threading.Event, portals: Portals) -> None:
    day = 1
    while os.read(sys.stdin.fileno(), 4096):  # sys.stdin itself would hold its lock while the interpreter ends
        day += 1
        portals.begin_day(day)
        print(f"day {day}", flush=True)
    stopped.set()


def _run(options: argparse.Namespace) -> int:
    return run_demo(options.port, options.seed)


def _catalogue(options: argparse.Namespace) -> int:
    try:
        print(write_catalogue(options.folder, options.port))
    except OSError as error:
        raise DemoError(f"cannot write a catalogue into {options.folder}: {error.strerror}") from error
    return 0


_COMMANDS = {"serve": _serve, "run": _run, "catalogue": _catalogue}

if __name__ == "__main__":
    sys.exit(main())
